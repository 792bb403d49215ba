"""`pontine train NAME --suite SUITE`."""

import subprocess
import sys

import pytest

from body.setting import SettingError
from pontine.commands.training import TrainCommand, names_a_suite
from pontine.suites.metaworld.training_config import MetaWorldTraining
from pontine.suites.tabletop.training_config import BrainTraining

BRAIN = TrainCommand("brain")


@pytest.mark.parametrize("words", [["--suite", "metaworld"], ["--suite=metaworld"]])
def test_what_is_configured_follows_from_the_suite(words: list[str]) -> None:
    command, left = BRAIN.of_suite(["--steps", "3", *words, "--seed", "1"])
    assert command.settings() is MetaWorldTraining and left == ["--steps", "3", "--seed", "1"]
    assert BRAIN.of_suite(["--steps", "3"]) == (BRAIN, ["--steps", "3"])
    assert BRAIN.settings() is BrainTraining
    assert names_a_suite(words) and not names_a_suite(["--suites", "x"])


def test_a_suite_that_does_not_train_that_says_what_it_trains() -> None:
    codec = TrainCommand("codec", suite="metaworld")
    with pytest.raises(SettingError, match=r"no codec is trained there.* brain \| controller"):
        codec.settings()
    with pytest.raises(SettingError, match="no name stands there"):
        BRAIN.of_suite(["--suite"])


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["metaworld-brain", "--steps", "3"], 2, "is now `pontine train brain --suite metaworld`"),
        (["metaworld-controller"], 2, "is now `pontine train controller --suite metaworld`"),
        (["brain", "--suite", "kitchen"], 2, "there is no such suite"),
        (["policy", "--suite", "metaworld"], 2, "no policy is trained there"),
        (["brain", "--suite", "metaworld", "--help"], 0, "--image-size"),
    ],
)  # fmt: skip
def test_it_is_answered_in_words(words: list[str], status: int, said: str) -> None:
    command = [sys.executable, "-m", "pontine.cli", "train", *words]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == status and said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
