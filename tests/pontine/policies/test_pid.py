"""The baseline of tracking tracks, and is offered nothing else."""

import pytest

from pontine.evaluation.config import EvalConfig
from pontine.evaluation.log import EvaluationError
from pontine.policies.pid import PidTracker
from pontine.suites.tabletop.environment import Tabletop
from pontine.suites.tabletop.episode import run_episode
from sim.tasks import sample_episode
from sim.worlds import World


@pytest.mark.slow
def test_it_keeps_the_target_in_the_middle_of_the_picture() -> None:
    with World() as world:
        episode = sample_episode("follow", 800_000)
        result = run_episode(Tabletop(world, episode), PidTracker(world, episode))
    assert result.success and result.tracked_steps == 500
    assert result.tracking_reward is not None and result.tracking_reward > 300
    assert result.limit_violations == 0 and result.expert_path is None


def test_it_is_refused_where_nothing_moves() -> None:
    with pytest.raises(EvaluationError, match="--task follow"):
        EvalConfig(policy="pid", task=("follow", "pick")).check()
    EvalConfig(policy="pid", task=("follow",)).check()
