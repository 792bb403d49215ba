"""Bags written and read, made into data sets that train, and replayed: real MCAP, no ROS."""

import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("rosbags")

from body.robots.fr3 import FR3
from pontine.ros import names
from pontine.ros.bag import Bag
from pontine.ros.bag_writer import BagWriter
from pontine.ros.definitions import message_store
from pontine.ros.errors import BagError
from pontine.ros.storage import Storage
from pontine.ros.takes import PERIOD, Account, takes
from tests.ros.recorded_graph import CODEC, KINDS, ROOT, SHARES, Plot, message, store, write_bag

TEXT = "pick up the red cube"


@pytest.fixture(scope="module")
def bag(tmp_path_factory) -> Path:
    return write_bag(tmp_path_factory.mktemp("bags") / "bag")


def read(path: Path, everything: bool = True) -> tuple[list[Any], Account, Bag]:
    account = Account()
    opened = Bag(path, FR3, progress=False)
    return list(takes(opened, CODEC.codec_id, 0.2, account, everything)), account, opened


# Writing.


def test_what_is_put_is_read_back_byte_by_byte(tmp_path):
    types = store()
    kinds = {"/instruction": KINDS["/instruction"], "/wrench": KINDS["/wrench"]}
    sent = []
    with BagWriter(tmp_path / "bag", kinds, types) as writer:
        for i in range(50):
            topic = ("/instruction", "/wrench")[i % 2]
            made = message(types, kinds[topic], stamp=i)
            sent.append((topic, i, bytes(types.serialize_cdr(made, kinds[topic]))))
            assert writer.put(*sent[-1])
    assert writer.written == {"/instruction": 25, "/wrench": 25} and not writer.dropped
    with Storage(tmp_path / "bag") as reader:
        found = reader.records(set(kinds))
        assert [(r.topic.name, r.time, reader.data(r.number)) for r in found] == sent
        assert not reader.notes


def test_too_slow_a_disk_drops_the_newest_and_counts_them(tmp_path):
    held = threading.Event()
    with BagWriter(tmp_path / "bag", {"/wrench": KINDS["/wrench"]}, store(), room=100) as writer:
        write = writer._writer.write
        writer._writer.write = lambda *words: (held.wait(), write(*words))
        kept = [writer.put("/wrench", i, bytes(40)) for i in range(5)]
        held.set()
    assert kept == [True, True, False, False, False]
    assert writer.written["/wrench"] == 2 and writer.dropped["/wrench"] == 3
    with Storage(tmp_path / "bag") as reader:
        assert sum(reader.topics.values()) == 2


def test_a_disk_that_fails_is_told_and_what_was_written_stays(tmp_path):
    writer = BagWriter(tmp_path / "bag", {"/wrench": KINDS["/wrench"]}, store())
    writer.__enter__()
    assert writer.put("/wrench", 1, bytes(4))
    while not writer.written["/wrench"]:
        pass

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    writer._writer.write = full  # type: ignore[method-assign]
    writer.put("/wrench", 2, bytes(4))
    with pytest.raises(BagError, match="No space left"):
        writer.close()
    with Storage(tmp_path / "bag") as reader:
        assert sum(reader.topics.values()) == 1


def test_refusals_name_the_remedy(tmp_path, bag):
    with pytest.raises(BagError, match="name a new folder"):
        BagWriter(bag, {}, store())
    with pytest.raises(BagError, match="AMENT_PREFIX_PATH"):
        message_store(["no_such/msg/Thing"], SHARES, tmp_path)
    with pytest.raises(BagError, match="is not there"):
        Storage(tmp_path / "absent")
    with pytest.raises(BagError, match="OURS"):
        names.topics(("wrist",), bag, ["/x"], ["joint=/x"])
    with pytest.raises(BagError, match="holds no topic /x"):
        names.topics(("wrist",), bag, ["/y"], ["joint_states=/x"])


def test_names_and_types_are_those_of_the_nodes():
    sys.path.insert(0, str(ROOT / "ros_ws" / "src" / "pontine_ros"))
    try:
        from pontine_ros import topics
    finally:
        sys.path.pop(0)
    known = {topic.name: topic.kind for topic in topics.TOPICS}
    for kind, name in [*names.KINDS.items(), ("image wrist", names.IMAGE)]:
        made = "/" + name.format(camera="wrist").lstrip("/")
        assert name in known and KINDS.get(made, known[name]) == known[name]
        assert known[name] in names.types(kind)


# Reading and cutting.


def test_frames_hold_the_newest_of_the_past_and_tokens_only_once_they_came(bag):
    (take,), account, opened = read(bag)
    assert take.span.text == TEXT and account.dropped == 0 and not opened.refused
    assert (np.diff(take.times) == PERIOD).all()
    stretch = take.stretch
    begun = int(take.times[0])
    for frame, time in enumerate(take.times):
        row = int(np.flatnonzero(stretch.joints.stamps <= time)[-1])
        assert np.allclose(take.state[frame, :7], stretch.joints.values[row].q, atol=1e-6)
        known = [v for t, v in zip(stretch.tokens.times, stretch.tokens.values, strict=True)
                 if t <= time]  # fmt: skip
        if not known:
            assert take.orders.age[frame] == -1 and (take.orders.codes[frame] == -1).all()
        else:
            assert take.orders.age[frame] == time - known[-1].stamp >= 145_000_000
            assert tuple(take.orders.codes[frame]) == known[-1].codes
    assert begun == 1_200_000_000 and len(take) == 90


def test_a_new_sentence_a_new_scene_and_the_end_each_end_an_episode(tmp_path):
    plot = Plot(
        sentences=((0.2, "a"), (1.5, "b"), (4.0, "c")), scenes=((0.0, 1), (2.5, 2)), seconds=5.0
    )
    found, account, _ = read(write_bag(tmp_path / "bag", plot))
    cuts = [(t.span.text, t.span.begin, t.span.end) for t in found]
    assert [text for text, _, _ in cuts] == ["a", "b", "c"] and account.spans == 3
    assert cuts[0][2] == cuts[1][1] and cuts[1][2] == 3_500_000_000
    assert cuts[2][2] == found[2].stretch.end + 1


@pytest.mark.parametrize(
    ("topic", "source"),
    [("/joint_states", "joints"), ("/camera/wrist/image_raw", "wrist"),
     ("/arm_controller/joint_trajectory", "commands")],
)  # fmt: skip
def test_a_silence_tears_the_episode_and_is_reported(tmp_path, topic, source):
    plot = Plot(silent={topic: (2.0, 3.0)})
    found, account, _ = read(write_bag(tmp_path / "bag", plot))
    assert len(found) == 2 and {gap.source for gap in account.gaps} == {source}
    (gap,) = account.gaps
    assert 2.0e9 <= gap.begin - plot.start <= 2.6e9 and gap.end - plot.start <= 3.0e9
    assert account.dropped == round(gap.seconds / 0.05) + 1
    assert any(source in line for line in account.lines())


def test_tokens_that_stop_coming_become_the_null_code_not_a_gap(tmp_path):
    plot = Plot(silent={"/action_tokens": (2.0, 9.0)})
    (take,), _, _ = read(write_bag(tmp_path / "bag", plot))
    stale = take.orders.age > 1_000_000_000
    assert stale.any() and (take.orders.codes[stale] == -1).all()
    assert (take.orders.codes[(take.orders.age >= 0) & ~stale] >= 0).all()


def test_foreign_tokens_and_malformed_messages_are_left_out_and_counted(tmp_path):
    joints = 0

    def spoil(topic: str, made: Any) -> Any:
        nonlocal joints
        if topic == "/joint_states":
            joints += 1
            if joints == 200:
                made.position[0] = np.nan
            if joints == 220:
                made.header.stamp.sec += 1000
        return made

    path = write_bag(tmp_path / "bag", Plot(codec_id="other", spoil=spoil))
    (take,), account, opened = read(path)
    assert opened.refused == {"/joint_states": 2}
    assert account.foreign > 10 and (take.orders.codes == -1).all()


def test_a_robot_without_clock_and_without_force_is_read_too(tmp_path):
    plot = Plot(clock=False, missing=("/wrench", "/scene"), start=1_700_000_000_123_000_000)
    (take,), _, _ = read(write_bag(tmp_path / "bag", plot))
    assert (take.state[:, 15:] == 0).all() and take.span.scene is None and len(take) == 90


def test_a_bag_that_lacks_a_sense_says_which(tmp_path):
    path = write_bag(tmp_path / "bag", Plot(missing=("/camera/fixed/image_raw",), seconds=1.0))
    with pytest.raises(BagError, match=r"holds no fixed \(there is no topic /camera/fixed"):
        read(path)
    assert read(path, everything=False)[0]
