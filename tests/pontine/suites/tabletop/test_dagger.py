"""The agent moves, the expert labels."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from body.geometry import motion
from episodes.reader import Reader
from episodes.vocabulary import Step
from pontine.agent.stack import StackConfig
from pontine.collecting.collect import collect
from pontine.collecting.config import CollectConfig
from pontine.evaluation.log import EvaluationError
from sim.tasks import sample_episode

ORACLE = StackConfig(tokens="oracle", controller="playback", noise_mm=10.0)


def test_what_the_agent_meets_is_added_with_the_experts_labels(tmp_path: Path) -> None:
    config = CollectConfig(
        task=("pick", "press_button"), episodes=2, seed=3, out=tmp_path / "data", workers=1,
        cache="none",
    )  # fmt: skip
    collect(config)
    collect(replace(config, drive="agent", stack=ORACLE, seed=500_003))
    reader = Reader(tmp_path / "data")
    assert len(reader.episodes) == 4
    for number in (1, 3):  # of each task the second is the agent's
        columns = reader.episode(number)
        task = sample_episode("pick" if number == 1 else "press_button", 500_003).task
        command, waypoint = columns["observation.command"], columns["plan.waypoint"]
        again = motion.unroll(
            command[:, :4], command[:, 4:8], command[:, 8], waypoint[:, :4], waypoint[:, 4]
        )
        np.testing.assert_allclose(again, columns["plan.chunk"], atol=1e-4)
        steps = columns["plan.step"].reshape(-1)
        assert list(dict.fromkeys(steps.tolist())) == [int(s) for s in task.steps]
        # the agent went 10 mm off, the label did not
        grasp = steps == (Step.GRASP if number == 1 else Step.PRESS)
        aim, target = waypoint[grasp][:, :2], columns["scene.objects"][grasp][:, :, 2:4]
        assert np.linalg.norm(target - aim[:, None], axis=-1).min(axis=1).max() < 1e-3
        off = np.linalg.norm(command[grasp][-1, :2] - aim[-1])
        assert off > 0.002


@pytest.mark.slow
def test_an_agent_that_fails_is_kept(tmp_path: Path) -> None:
    idle = StackConfig(tokens="null", controller="playback")
    collect(
        CollectConfig(
            task=("press_button",), episodes=1, seed=500_004, out=tmp_path / "data", workers=1,
            cache="none", drive="agent", stack=idle,
        )
    )  # fmt: skip
    columns = Reader(tmp_path / "data").episode(0)
    assert len(columns["action"]) == 200
    assert set(columns["plan.step"].reshape(-1)) == {Step.ABOVE}


def test_stills_have_nobody_to_drive() -> None:
    with pytest.raises(EvaluationError, match="name tasks"):
        collect(CollectConfig(task=("stills",), drive="agent"))


@pytest.mark.parametrize("curriculum", [0, 8])
def test_more_things_than_a_recording_holds_are_refused(curriculum: int) -> None:
    crowded = CollectConfig(drive="agent", perturb=("distractors=1",), curriculum=curriculum)
    with pytest.raises(EvaluationError, match="tells of 6 things"):
        collect(crowded)
