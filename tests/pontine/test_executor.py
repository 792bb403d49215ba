"""Workers are kept from job to job; policies that end their process are named, and run anew."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from episodes.crew import LostWorkError
from episodes.hold import HoldError
from pontine.commands.run import RunConfig, run
from pontine.evaluation.config import EvalConfig
from pontine.evaluation.evaluate import evaluate
from pontine.executor import Executor


class Adding:
    """Adds its setting to each job, and counts how often it was loaded."""

    closed: ClassVar[list[str]] = []

    def __init__(self) -> None:
        self.setting, self.loaded = "", 0

    def set_up(self, setting: str) -> None:
        if setting != self.setting:
            self.setting, self.loaded = setting, self.loaded + 1

    def work(self, job: int) -> tuple[str, int]:
        return f"{self.setting}{job}", self.loaded

    def close(self) -> None:
        self.closed.append(type(self).__name__)


class Other(Adding):
    pass


def kind(setting: str) -> type[Adding]:
    return Other if setting == "other" else Adding


def test_a_worker_stays_as_long_as_its_kind_is_needed() -> None:
    with Executor(1, kind) as executor:
        assert list(executor.run("a", [1, 2])) == [("a1", 1), ("a2", 1)]
        assert list(executor.run("b", [3])) == [("b3", 2)]
        assert Adding.closed == []
        assert list(executor.run("other", [4])) == [("other4", 1)]
        assert Adding.closed == ["Adding"]
        assert list(executor.run("b", [5])) == [("b5", 1)]
    assert Adding.closed == ["Adding", "Other", "Adding"]


def test_processes_do_the_same() -> None:
    with Executor(2, kind) as executor:
        first = sorted(word for word, _ in executor.run("a", range(5)))
        again = sorted(word for word, _ in executor.run("other", range(5)))
    assert first == [f"a{n}" for n in range(5)] and again == [f"other{n}" for n in range(5)]


POLICY = """
import os, sys
import numpy as np
from body import ActionChunk
from pontine.policies import Policy, Status
from beside import LEAVE

class Unwilling(Policy):
    def __init__(self, robot):
        self.robot = robot

    def reset(self, observation, instruction):
        if "orange" in instruction:  # one of four
            LEAVE()

    def cameras(self, now):
        return ()

    def status(self, now):
        return Status(refuses=True, reason="no")

    def act(self, observation):
        width = np.array([self.robot.gripper_open])
        return ActionChunk(self.robot.home[None], width, observation.stamp)
"""
STAY, EXIT, KILL = (
    "LEAVE = lambda: None\n",
    "import sys\nLEAVE = sys.exit\n",
    "import os, signal\nLEAVE = lambda: os.kill(os.getpid(), signal.SIGKILL)\n",
)


def config(folder: Path, **changes: object) -> EvalConfig:
    return replace(
        EvalConfig(
            task=("pick",), episodes=4, seed=800_000, policy=f"{folder / 'mine.py'}:Unwilling",
            workers=1, videos=0, out=folder / "out",
        ),
        **changes,
    )  # fmt: skip


def write(folder: Path, beside: str) -> None:
    (folder / "mine.py").write_text(POLICY)
    (folder / "beside.py").write_text(beside)


def kept(folder: Path) -> set[str]:
    lines = (folder / "out" / "episodes.jsonl").read_text().splitlines()[1:]
    return {json.loads(line)["key"] for line in lines}


def test_a_policy_that_exits_is_named_its_other_cases_are_kept_and_its_sibling_decides(
    tmp_path: Path,
) -> None:
    write(tmp_path, EXIT)
    with pytest.raises(LostWorkError, match=r"called sys.exit\(None\) in .*mine.py") as caught:
        evaluate(config(tmp_path))
    assert set(caught.value.causes) == {"pick/800002"} and len(kept(tmp_path)) == 3
    assert not (tmp_path / "out" / "results.json").exists()
    (tmp_path / "beside.py").write_text(STAY)  # another sibling: all are run anew
    assert evaluate(config(tmp_path))["overall"]["episodes"] == 4
    assert (tmp_path / "out" / "episodes.1.jsonl").exists() and len(kept(tmp_path)) == 4


@pytest.mark.slow
@pytest.mark.parametrize(("beside", "words"), [(EXIT, "called sys.exit(None)"),
                                               (KILL, "was killed by SIGKILL")])  # fmt: skip
def test_two_workers_lose_the_same_cases(tmp_path: Path, beside: str, words: str) -> None:
    write(tmp_path, beside)
    command = [sys.executable, "-m", "pontine.cli", "eval", "--task", "pick", "--episodes", "4"]
    command += ["--policy", f"{tmp_path}/mine.py:Unwilling", "--seed", "800000", "--workers", "2"]
    command += ["--videos", "0", "--out", f"{tmp_path}/out"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=500)
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    assert "1 of 4 were lost" in done.stderr and f"pick/800002: {words}" in done.stderr
    assert "is run again in another one" in done.stderr and len(kept(tmp_path)) == 3


HOLDER = """
import sys
from episodes.hold import Hold
with Hold(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_whoever_comes_second_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    write(tmp_path, STAY)
    out = tmp_path / "out"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        words = f"is being written by process {holder.pid} .*Remedy: wait until it has ended"
        with pytest.raises(HoldError, match=words):
            evaluate(config(tmp_path))
        with pytest.raises(HoldError, match=words):
            run(RunConfig(policy="expert", out=out))
        assert [path.name for path in out.iterdir()] == [".hold"]
        assert holder.stdin is not None
        holder.stdin.close()
