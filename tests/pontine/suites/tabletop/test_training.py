"""What the command line says of a training is what its stages are run with."""

import pytest

from episodes.places import MODELS
from pontine.suites.tabletop import training
from pontine.suites.tabletop.training import train_brain
from pontine.suites.tabletop.training_config import BrainTraining, Minutes


@pytest.fixture
def plan_of(monkeypatch, tmp_path):
    def run(**options):
        plans = []
        monkeypatch.setattr(
            training, "_lessons", lambda config, codec: tmp_path / "lessons.parquet"
        )
        monkeypatch.setattr(training, "run_stages", plans.append)
        assert train_brain(BrainTraining(start=MODELS / "tabletop-brain", **options)) == 0
        return plans[0]

    return run


def test_every_stage_has_its_own_minutes_and_rate(plan_of):
    plan = plan_of(minutes=Minutes(grounding=3, instruct=5), seed=7, compile=True)
    assert (plan.grounding_stage.schedule.minutes, plan.instruct_stage.schedule.minutes) == (3, 5)
    assert plan.joint_stage.schedule.learning_rate < plan.instruct_stage.schedule.learning_rate
    assert plan.instruct_stage.compile and plan.instruct_stage.schedule.seed == 7


def test_budgets_are_shortened_together(plan_of):
    plan = plan_of(minutes=Minutes(vision=30, instruct=5).times(0.1))
    assert plan.vision_stage.schedule.minutes == pytest.approx(3)
    assert plan.instruct_stage.schedule.minutes == pytest.approx(0.5)


def test_a_rate_and_steps_count_for_all_stages(plan_of):
    plan = plan_of(lr=1.5e-3, steps=9)
    stages = plan.vision_stage, plan.grounding_stage, plan.instruct_stage, plan.joint_stage
    assert {stage.schedule.learning_rate for stage in stages} == {1.5e-3}
    assert {stage.schedule.steps for stage in stages} == {9}
