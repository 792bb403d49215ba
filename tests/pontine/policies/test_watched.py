"""A policy of a user that does not do as it should: whose fault it is, where, and what to do."""

import subprocess
import sys
from pathlib import Path

import pytest

from body import BodyError
from body.plugin import PluginCodeError
from body.robots.fr3 import FR3
from episodes.crew import LostWorkError
from pontine.evaluation.config import EvalConfig
from pontine.evaluation.evaluate import evaluate
from pontine.policies.plugin import PolicyError, load_policy
from pontine.policies.watched import WatchedPolicy

BEGINNING = """
import numpy as np
from body import ActionChunk
from pontine.policies import Policy


class Mine(Policy):
    def __init__(self, robot):
        self.robot = robot

    def reset(self, observation, instruction):
        pass

    def cameras(self, now):
        return ()

"""
Q = "self.robot.home[None]"


def written(folder: Path, code: str) -> str:
    (folder / "mine.py").write_text(code, encoding="utf-8")
    return f"{folder / 'mine.py'}:Mine"


def config(folder: Path, body: str) -> EvalConfig:
    policy = written(folder, BEGINNING + body)
    return EvalConfig(task=("reach",), episodes=1, seed=800_000, policy=policy, workers=1,
                      videos=0, out=folder / "out")  # fmt: skip


def acting(answer: str) -> str:
    return f"    def act(self, observation):\n        return {answer}\n"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (acting("None"), r"act answers NoneType. Remedy: it must be a body.ActionChunk"),
        (acting("np.zeros(7)"), r"act answers ndarray"),
        (acting(f"ActionChunk({Q}[:, :5], [0.0], 0)"), r"shape \(1, 5\)"),
        (acting(f"ActionChunk({Q}[:0], [], 0)"), r"shape \(0, 7\)"),
        (acting(f"ActionChunk({Q} * np.nan, [0.0], 0)"), r"mine.py, line \d+, in act: NotFinite"),
        (acting("1 / 0"), r"mine.py, line 18, in act: ZeroDivisionError"),
        (acting("exit(0)"), r"called sys.exit\(0\) in .*mine.py, line 18"),
        (acting("None") + "    period = 0.0\n", r"period is 0.0. Remedy"),
        (acting("None") + "    period = 0.0513\n", r"period is 0.0513. Remedy"),
        (acting("None") + "    def cameras(self, now):\n        return ('rear',)\n", r"cameras"),
    ],
)
def test_an_answer_that_is_none_is_refused(tmp_path: Path, body: str, said: str) -> None:
    with pytest.raises((PolicyError, PluginCodeError, LostWorkError), match=said):
        evaluate(config(tmp_path, body))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("class Mine(:\n", r"mine.py, line 1: SyntaxError"),
        ("import no_such_module\n", r"mine.py, line 1, in <module>: ModuleNotFoundError"),
        ("import sys\nsys.exit('bye')\n", r"mine.py, line 2, in <module>: it calls sys.exit"),
        (BEGINNING.replace("self.robot = robot", "self.net = robot.weights"),
         r"mine.py, line 9, in __init__: AttributeError"),
        (BEGINNING.replace("(self, robot)", "(self)") + acting("None"), r"be made: .*__init__"),
        (BEGINNING, r"cannot be made: .*abstract"),
    ],
)  # fmt: skip
def test_what_cannot_be_loaded_says_whose_fault_it_is(tmp_path: Path, code: str, said: str) -> None:
    code = (
        code
        if "abstract" in said or "act(" in code
        else code + acting("None") * ("class Mine(Policy)" in code)
    )
    with pytest.raises((PolicyError, BodyError), match=said):
        load_policy(written(tmp_path, code), FR3)


def test_a_good_one_does_as_before(tmp_path: Path) -> None:
    policy = load_policy(
        written(tmp_path, BEGINNING + acting(f"ActionChunk({Q}, [0.0], observation.stamp)")), FR3
    )
    assert isinstance(policy, WatchedPolicy) and type(policy.policy).__name__ == "Mine"


@pytest.mark.slow
def test_from_the_command_line_no_traceback_is_shown(tmp_path: Path) -> None:
    policy = written(tmp_path, BEGINNING + acting("exit(0)"))
    for workers in (1, 2):
        done = subprocess.run(
            [sys.executable, "-m", "pontine.cli", "eval", "--policy", policy, "--task", "reach",
             "--episodes", "2", "--workers", str(workers), "--out", str(tmp_path / "out")],
            capture_output=True, encoding="utf-8", timeout=300,
        )  # fmt: skip
        assert done.returncode == 1 and "mine.py, line 18" in done.stderr
        assert "Traceback" not in done.stderr
