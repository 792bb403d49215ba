"""From nothing to figures in one command, small."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pontine.evaluation.log import EvaluationError
from pontine.train_all import TrainAll, train_all


def test_a_suite_that_is_not_there_is_named() -> None:
    with pytest.raises(EvaluationError, match="no suite 'kitchen' here; there are tabletop"):
        train_all(TrainAll(suite="kitchen"))


@pytest.mark.slow
def test_from_nothing_to_figures_and_again_without_doing_it_twice(tmp_path: Path, capsys) -> None:
    pytest.importorskip("metaworld", reason="Meta-World is not installed: make metaworld")
    config = TrainAll(
        suite="metaworld", task=("reach-v3",), per_task=1, steps=2, episodes=1, workers=1,
        threads=1, data=tmp_path / "data", models=tmp_path / "models", runs=tmp_path / "runs",
        out=tmp_path / "out",
    )  # fmt: skip
    assert train_all(config) == 0
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert results["policy"] == "agent" and results["overall"]["episodes"] == 1
    assert results["overall"]["brain_calls"] > 0 and results["speed"] is not None
    capsys.readouterr()
    assert train_all(replace(config, threads=1)) == 0
    assert "0 recorded in" in capsys.readouterr().out
    again = json.loads((tmp_path / "out" / "results.json").read_text())
    assert again["speed"] is None, "nothing was left to run"
    assert again["overall"]["success_rate"] == results["overall"]["success_rate"]
