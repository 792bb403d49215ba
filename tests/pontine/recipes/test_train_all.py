"""From nothing to figures in one command, small."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from body.setting import SettingError
from episodes.reader import Reader
from pontine.evaluation.log import EvaluationError
from pontine.recipes.train_all import TrainAll, train_all


def test_a_suite_that_is_not_there_is_named() -> None:
    with pytest.raises(SettingError, match="--suite 'kitchen': there is no such suite"):
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
    assert train_all(replace(config, threads=2)) == 0
    assert capsys.readouterr().out.count("done before") == 3
    again = json.loads((tmp_path / "out" / "results.json").read_text())
    assert again["speed"] is None, "nothing was left to run"
    assert again["overall"]["success_rate"] == results["overall"]["success_rate"]


def test_a_folder_begun_with_other_settings_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "train-all-tabletop"
    folder.mkdir()
    (folder / "settings.json").write_text('{"seed": "3"}')
    with pytest.raises(EvaluationError, match=r"begun with other settings \(.*seed"):
        train_all(TrainAll(runs=tmp_path))


@pytest.mark.slow
@pytest.mark.timeout(1800)  # of work, not of waiting: it trains every stage
def test_the_tabletops_recipe_has_a_round_of_its_own_states(tmp_path: Path, capsys) -> None:
    config = TrainAll(
        task=("reach",), demonstrations=40, own=3, steps=2, wider=0.05, episodes=1, workers=1,
        threads=1,
        data=tmp_path / "data", models=tmp_path / "models", runs=tmp_path / "runs",
        out=tmp_path / "out",
    )  # fmt: skip
    assert train_all(config) == 0
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert results["overall"]["episodes"] == 1 and results["overall"]["brain_calls"] > 0
    assert (tmp_path / "data" / "tabletop" / "curriculum.csv").exists()
    assert len(Reader(tmp_path / "data" / "tabletop").episodes) == 43
    capsys.readouterr()
    assert train_all(config) == 0
    assert capsys.readouterr().out.count("done before") == 7
