"""A folder is written by one process; who else comes is told by whom. The dead hold nothing."""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from episodes import hold
from episodes.hold import NAME, Hold, HoldError

ROOT = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}
HOLDER = """
import multiprocessing, sys, time
from episodes.hold import Hold
with Hold(sys.argv[1]):
    if "fork" in sys.argv:
        multiprocessing.get_context("fork").Process(target=time.sleep, args=(600,)).start()
        child = multiprocessing.active_children()[0].pid
    print(child if "fork" in sys.argv else 0, flush=True)
    sys.stdin.read()
"""


IN_TURN = """
import sys, time
from pathlib import Path
from episodes.hold import Hold
with Hold(sys.argv[1], wait=True):
    mark = Path(sys.argv[2])
    mark.touch(exist_ok=False)
    time.sleep(0.05)
    mark.unlink()
"""


@contextmanager
def holder(folder: Path, *words: str):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder), *words], env=ENVIRONMENT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        child = int(process.stdout.readline())
        try:
            yield process
        finally:
            process.kill()
            if child:
                os.kill(child, 9)


def test_the_holder_is_named_with_its_pid_its_command_and_a_remedy(tmp_path: Path) -> None:
    with holder(tmp_path, "--seed", "3") as process:
        words = (
            rf"being written by process {process.pid} \(-c .*--seed 3\), since .*kill {process.pid}"
        )
        with pytest.raises(HoldError, match=words), Hold(tmp_path):
            pass
    with Hold(tmp_path):
        pass


def test_the_killed_hold_nothing_though_a_child_of_theirs_lives(tmp_path: Path) -> None:
    with holder(tmp_path, "fork") as process:
        process.kill()
        process.wait()
        assert (tmp_path / NAME).exists()
        with Hold(tmp_path):
            assert json.loads((tmp_path / NAME).read_text())["pid"] == os.getpid()


def test_who_waits_comes_next(tmp_path: Path, capsys) -> None:
    with holder(tmp_path) as process:
        assert process.stdin is not None
        process.stdin.close()
        with Hold(tmp_path, wait=True):
            process.wait()


def test_nothing_is_left_and_a_process_may_enter_again(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    with Hold(folder):
        with Hold(folder):
            pass
        assert (folder / NAME).exists()
    assert not folder.exists() and folder.parent.exists()
    with Hold(folder, beside=True):
        assert not folder.exists() and (folder.parent / f".folder{NAME}").exists()
        folder.mkdir()
        (folder / "kept").touch()
    assert [path.name for path in folder.parent.rglob("*")] == ["folder", "kept"]


@pytest.mark.parametrize("change", [{"boot": "another"}, {"space": "pid:[1]"}, {}])
def test_a_file_left_by_another_machine_is_judged_by_its_heartbeat(tmp_path, change) -> None:
    about = {
        "pid": 17,
        "command": "pontine eval",
        "since": "2026-01-01 12:00:00",
        "host": "elsewhere",
    }
    same = {"boot": hold._boot(), "space": hold._space()}
    (tmp_path / NAME).write_text(json.dumps(about | same | change))
    if "boot" in change:
        words = r"process 17 on the machine elsewhere \(pontine eval\).*end it there"
        with pytest.raises(HoldError, match=words), Hold(tmp_path):
            pass
        long_ago = time.time() - hold.SILENCE - 5
        os.utime(tmp_path / NAME, (long_ago, long_ago))
    with Hold(tmp_path):  # of this machine the lock tells that nobody has it
        assert json.loads((tmp_path / NAME).read_text())["pid"] == os.getpid()


def test_a_live_holder_in_another_container_is_named_by_it(tmp_path: Path) -> None:
    with holder(tmp_path):
        found = json.loads((tmp_path / NAME).read_text())
        (tmp_path / NAME).write_text(json.dumps(found | {"space": "pid:[1]", "host": "box"}))
        words = "in the container box .*end it there"
        with pytest.raises(HoldError, match=words), Hold(tmp_path):
            pass


def test_a_heart_beats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hold, "BEAT", 0.01)
    with Hold(tmp_path):
        os.utime(tmp_path / NAME, (0, 0))
        deadline = time.monotonic() + 60
        while (tmp_path / NAME).stat().st_mtime == 0:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_what_cannot_be_written_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    words = r"cannot be written .*Remedy: make it writable, or name"
    with pytest.raises(HoldError, match=words), Hold(tmp_path / "file" / "folder"):
        pass


def test_many_at_once_are_one_after_another(tmp_path: Path) -> None:
    words = [sys.executable, "-c", IN_TURN, str(tmp_path / "folder"), str(tmp_path / "mark")]
    crowd = [subprocess.Popen(words, env=ENVIRONMENT) for _ in range(6)]
    assert [process.wait(120) for process in crowd] == [0] * 6
