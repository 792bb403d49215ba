"""Training end to end, in seconds, on real recordings."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from body.robots.fr3 import FR3
from episodes.errors import EpisodesError
from learning.errors import TrainingError, TrainingStoppedError
from pontine.baselines.flat.config import FlatTraining
from pontine.baselines.flat.files import load_model
from pontine.baselines.flat.objective import FlatObjective
from pontine.baselines.flat.train import train


def curve(config: FlatTraining, name: str) -> list[float]:
    with (config.runs / "training.csv").open() as file:
        return [float(row[name]) for row in csv.DictReader(file) if row[name]]


def test_it_learns_and_leaves_a_sealed_model_and_curves(trained: FlatTraining) -> None:
    for name in ("loss", "flow"):
        losses = curve(trained, name)
        assert len(losses) == 16 and np.mean(losses[-4:]) < 0.9 * np.mean(losses[:2]), name
    assert curve(trained, "val_mm") and 0 <= curve(trained, "val_target")[-1] <= 1
    assert (trained.out / "training.png").stat().st_size > 1000
    model = load_model(trained.out, FR3)
    config = trained.out / "README.md"
    assert "48 steps of 4 pictures x 3" in config.read_text()
    size = sum(path.stat().st_size for path in trained.out.iterdir())
    assert size < 25e6 and model.network.parameter_count < 5e5


def test_the_eyes_are_taken_over_and_stay_as_they_are(trained: FlatTraining) -> None:
    from brain.vision_language_model import load

    theirs = load(trained.eyes).network.model.vision_tower.state_dict()
    ours = load_model(trained.out).network.encoder.state_dict()
    for name, value in theirs.items():
        assert torch.allclose(value.float(), ours[name].float(), atol=1e-3), name


@pytest.mark.slow
def test_a_run_cut_off_and_resumed_ends_where_an_unbroken_one_does(
    trained: FlatTraining, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(trained, out=tmp_path / "model", runs=tmp_path / "runs")
    whole = FlatObjective.loss

    def cut_off(self, batch, step):
        if step.number == 40:
            raise KeyboardInterrupt
        return whole(self, batch, step)

    monkeypatch.setattr(FlatObjective, "loss", cut_off)
    with pytest.raises(KeyboardInterrupt):
        train(config)
    monkeypatch.undo()
    train(config)
    resumed = load_model(config.out).network.state_dict()
    for name, value in load_model(trained.out).network.state_dict().items():
        assert torch.equal(value, resumed[name]), name


@pytest.mark.slow
def test_a_poisoned_batch_stops_it_and_the_same_command_goes_on(
    trained: FlatTraining, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(trained, out=tmp_path / "model", runs=tmp_path / "runs")
    whole = FlatObjective.loss

    def poisoned(self, batch, step):
        if step.number == 40:
            name = next(
                n for n, v in batch.items() if torch.is_tensor(v) and v.dtype.is_floating_point
            )
            batch[name] = batch[name] * float("nan")
        return whole(self, batch, step)

    monkeypatch.setattr(FlatObjective, "loss", poisoned)
    with pytest.raises(TrainingStoppedError, match="at step 41"):
        train(config)
    monkeypatch.undo()
    train(config)
    resumed = load_model(config.out).network.state_dict()
    for name, value in load_model(trained.out).network.state_dict().items():
        assert torch.equal(value, resumed[name]), name


def test_eyes_that_may_learn_do(trained: FlatTraining, tmp_path: Path) -> None:
    config = replace(
        trained, out=tmp_path / "model", runs=tmp_path / "runs", steps=4, unfreeze=0.5, ema=0.0
    )
    train(config)
    before = load_model(trained.out).network.encoder.state_dict()
    after = load_model(config.out).network.encoder.state_dict()
    assert not torch.equal(before["stem.0.0.weight"], after["stem.0.0.weight"])
    assert torch.equal(before["stem.0.1.running_mean"], after["stem.0.1.running_mean"])


def test_a_time_budget_ends_the_run(trained: FlatTraining, tmp_path: Path) -> None:
    config = replace(trained, out=tmp_path / "model", runs=tmp_path / "runs", steps=0, minutes=0.02)
    train(config)
    assert curve(config, "step")[-1] > 3 and curve(config, "seconds")[-1] < 20


def test_a_run_of_other_settings_is_not_resumed(trained: FlatTraining) -> None:
    with pytest.raises(TrainingError, match=r"other ema: .*--runs"):
        train(replace(trained, ema=0.5))


def test_a_cache_that_is_not_there_is_named(trained: FlatTraining, tmp_path: Path) -> None:
    with pytest.raises(EpisodesError, match="nowhere"):
        train(replace(trained, data=tmp_path / "nowhere"))


def test_eyes_of_another_size_are_refused(trained: FlatTraining, tmp_path: Path) -> None:
    from brain.vision_encoder import ConvVisionConfig
    from brain.vision_language_model import build, load, save

    kept = load(trained.eyes)
    vision = ConvVisionConfig(channels=16, num_hidden_layers=1, image_size=128)
    other = build(kept.vocabulary.tokenizer, kept.metadata, vision)
    save(other, tmp_path, spec=FR3)
    with pytest.raises(TrainingError, match="sees 128 px"):
        train(replace(trained, eyes=tmp_path, runs=tmp_path / "runs"))
