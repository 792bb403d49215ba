from pathlib import Path

import pytest

from pontine.evaluation.config import EvalConfig
from pontine.evaluation.evaluate import evaluate
from pontine.evaluation.log import EvaluationError
from pontine.suites.tabletop.demonstration import demonstrate
from sim.expert import Expert
from sim.tasks import sample_episode
from sim.worlds import World


def config(out: Path, **changes: object) -> EvalConfig:
    settings: dict[str, object] = {
        "task": ("pick",), "episodes": 1, "seed": 800_003, "policy": "expert", "workers": 1,
        "videos": 0, "out": out,
    }  # fmt: skip
    return EvalConfig(**(settings | changes))  # type: ignore[arg-type]


def test_the_policy_does_as_the_expert_that_records(world: World, tmp_path: Path) -> None:
    recording = demonstrate(Expert(world), sample_episode("pick", 800_003))
    pick = evaluate(config(tmp_path))["per_task"]["pick"]
    assert recording.success and pick["success_rate"] == 1.0
    assert pick["spl"] > 0.97 and pick["unsafe_rate"] == 0.0 and pick["brain_calls"] == 0


def test_it_does_the_new_of_two_instructions(tmp_path: Path) -> None:
    results = evaluate(config(tmp_path, ask="swap", task=("reach",), episodes=2))
    assert results["overall"]["success_rate"] == 1.0 and results["overall"]["old_goal_rate"] == 0.0


def test_what_an_expert_cannot_be_asked_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="reads no sentences"):
        evaluate(config(tmp_path, ask="absent"))
    with pytest.raises(EvaluationError, match="has none"):
        evaluate(config(tmp_path, fault="freeze"))
