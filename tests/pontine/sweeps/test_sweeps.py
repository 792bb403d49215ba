import json
from dataclasses import replace
from pathlib import Path

import pytest

from body.setting import SettingError
from pontine.agent.stack import StackConfig
from pontine.commands.validation import validate
from pontine.evaluation.config import EvalConfig
from pontine.evaluation.evaluate import identity
from pontine.evaluation.log import EvaluationError
from pontine.sweeps.page import TEACHES
from pontine.sweeps.registry import known_sweeps
from pontine.sweeps.run import SweepConfig, evaluation, sweep

SWEEPS = known_sweeps()


@pytest.mark.parametrize("name", SWEEPS)
def test_every_point_is_an_evaluation_of_its_own(name: str) -> None:
    planned = SWEEPS[name]
    points = planned.sweep.points()
    labels = [point.label for point in points]
    assert len(set(labels)) == len(labels) >= 2
    base = EvalConfig(suite=planned.suite, task=planned.task)
    configs = [evaluation(point, base) for point in points]
    for config in configs:
        config.check()
    assert len(set(configs)) == len(configs)


def test_a_page_is_made_of_real_episodes_and_keeps_what_people_wrote(tmp_path: Path) -> None:
    stack = StackConfig(tokens="oracle", controller="playback")
    config = SweepConfig(
        name=("policies",), episodes=1, seed=800_000, task=("reach",), stack=stack, workers=1,
        out=tmp_path / "out", pages=tmp_path / "pages",
    )  # fmt: skip
    assert sweep(config) == 0
    page = tmp_path / "pages" / "policies.md"
    text = page.read_text()
    assert "| expert | 100.0% [21%, 100%] | 1.0" in text and text.rstrip().endswith(TEACHES)
    assert (tmp_path / "pages" / "policies.png").stat().st_size > 5000
    page.write_text(text + "\nThe expert is better.\n")
    logs = sorted((tmp_path / "out").glob("*/episodes.jsonl"))
    before = [log.read_bytes() for log in logs]
    assert len(logs) == 2 and sweep(config) == 0
    assert page.read_text().endswith(f"{TEACHES}\n\nThe expert is better.\n")
    assert [log.read_bytes() for log in logs] == before  # resumed, not run again
    assert "policies.md" in (tmp_path / "pages" / "README.md").read_text()


def test_sweeps_share_the_points_they_have_in_common() -> None:
    names = ("tokens", "thought", "instruction", "policies", "distractors", "perturbations")
    plain = [SWEEPS[name].sweep.points()[0] for name in names]
    assert {json.dumps(identity(evaluation(point, EvalConfig()))) for point in plain} == {
        json.dumps(identity(EvalConfig()))
    }


def test_another_policy_is_swept_where_that_makes_sense(tmp_path: Path) -> None:
    config = SweepConfig(
        name=("instruction",), episodes=1, seed=800_000, task=("reach",), policy="expert",
        workers=1, out=tmp_path / "out", pages=tmp_path / "pages",
    )  # fmt: skip
    assert sweep(config) == 0
    assert "| swapped | 100.0%" in (tmp_path / "pages" / "instruction.md").read_text()
    with pytest.raises(EvaluationError, match="tokens: there the agent's own settings"):
        sweep(replace(config, name=("tokens",)))
    with pytest.raises(EvaluationError, match="say where with --pages"):
        sweep(replace(config, pages=SweepConfig.pages))


def test_an_unknown_sweep_is_refused_with_those_there_are() -> None:
    with pytest.raises(SettingError, match="control_frequency"):
        validate(SweepConfig(name=("everything",)))
