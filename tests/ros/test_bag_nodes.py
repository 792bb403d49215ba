"""The recorder and the player as processes over DDS: what is published is what is recorded."""

import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest

pytest.importorskip("rosbags")
pytest.importorskip("rclpy")
pytest.importorskip("pontine_interfaces")

from pontine.ros.storage import Storage
from tests.ros.recorded_graph import ROOT, Plot, write_bag

READY = 60.0  # s
SENSED = (
    "/clock", "/joint_states", "/wrench", "/camera/wrist/image_raw", "/camera/fixed/image_raw",
    "/action_tokens", "/instruction",
)  # fmt: skip


def start(module: str, *words: str) -> "subprocess.Popen[str]":
    source = ROOT / "ros_ws" / "src" / "pontine_ros"
    path = os.pathsep.join([str(source), str(ROOT), os.environ.get("PYTHONPATH", "")])
    known = {
        "PYTHONPATH": path, "ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST",
        "ROS_DOMAIN_ID": str(100 + os.getpid() % 100), "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", f"from pontine_ros.{module} import main; main()", *words],
        env={"AMENT_PREFIX_PATH": sys.prefix} | os.environ | known, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def messages(path: Path) -> dict[str, list[bytes]]:
    found = defaultdict(list)
    with Storage(path) as bag:
        for record in bag.records({topic.name for topic in bag.topics}):
            found[record.topic.name].append(bag.data(record.number))
    return found


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_bag_played_and_recorded_is_the_same_byte_by_byte(tmp_path, end):
    first = write_bag(tmp_path / "first", Plot(seconds=1.5))
    recorder = start("record_bag", "--out", str(tmp_path / "second"))
    player = None
    try:
        assert recorder.stdout is not None
        begun = time.monotonic()
        while "recording" not in recorder.stdout.readline():
            assert recorder.poll() is None and time.monotonic() < begun + READY
        player = start("replay_bag", str(first), "--what", "sensors", "tokens", "instruction",
                       "others")  # fmt: skip
        said, _ = player.communicate(timeout=READY)
        assert player.returncode == 0, said
        time.sleep(1.0)
        recorder.send_signal(end)
        told, _ = recorder.communicate(timeout=READY)
        assert recorder.returncode == 0, told
    finally:
        for process in (recorder, player):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
    sent, got = messages(first), messages(tmp_path / "second")
    assert set(got) == set(SENSED), told  # commands and reports went out below recorded/
    for topic in SENSED:
        assert got[topic] == sent[topic], f"{topic}: {len(got[topic])} of {len(sent[topic])}"
    assert "dropped" not in told and "lost" not in told


@pytest.mark.slow
def test_a_recorder_that_is_killed_keeps_what_had_come(tmp_path):
    first = write_bag(tmp_path / "first", Plot(seconds=8.0))
    recorder = start("record_bag", "--out", str(tmp_path / "second"))
    player = None
    try:
        assert recorder.stdout is not None
        begun = time.monotonic()
        while "recording" not in recorder.stdout.readline():
            assert recorder.poll() is None and time.monotonic() < begun + READY
        player = start("replay_bag", str(first))
        file = tmp_path / "second" / "second.mcap"
        while file.stat().st_size < 2**20:
            assert player.poll() is None and time.monotonic() < begun + 2 * READY
            time.sleep(0.05)
        came = time.time_ns()
        time.sleep(2.0)  # it writes at least once a second
        recorder.kill()
        recorder.wait()
    finally:
        for process in (recorder, player):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
    assert not (tmp_path / "second" / "metadata.yaml").exists()
    with Storage(tmp_path / "second") as bag:
        times = [record.time for record in bag.records({"/joint_states"})]
        assert any("was not finished (its recorder was killed" in note for note in bag.notes)
    assert max(times) >= came


def test_a_bag_that_is_none_ends_the_player_with_the_reason(tmp_path):
    player = start("replay_bag", str(tmp_path / "absent"))
    said, _ = player.communicate(timeout=READY)
    assert player.returncode == 2 and "BagError" in said and "Traceback" not in said
