"""Training end to end, in seconds, on a toy recording."""

from dataclasses import replace

import pytest
import torch

from body.contract.errors import BodyError, CodecMismatchError, RangeError
from body.robots.fr3 import FR3
from cerebellum.codec import BinsCodec, WaypointCodec, save_codec
from cerebellum.imitation import Imitation
from cerebellum.statistics import Statistics
from cerebellum.train import train
from cerebellum.train_config import TrainControllerConfig
from cerebellum.weights import load_model
from episodes.replacing import replacing
from learning.curves import Curves
from learning.errors import CheckpointError, TrainingStoppedError
from tests.cerebellum.synthetic import ToyCache, toy_cache

Config = TrainControllerConfig


def test_it_learns_and_leaves_a_sealed_model_and_curves(tiny: Config):
    curves = Curves(tiny.run, replacing, 10**9)  # type: ignore[arg-type]
    flow = [row["flow"] for row in curves.rows if "flow" in row]
    assert len(flow) == 6 and flow[-1] < 0.9 * flow[0]
    assert "val_mm" in curves.rows[-1]
    assert (tiny.run / "training.png").stat().st_size > 1000  # type: ignore[operator]
    model, config = load_model(tiny.out, FR3)
    assert config["codec_id"] == WaypointCodec().codec_id
    assert config["training"]["steps"] == 60 and config["parameters"] == model.parameter_count
    assert set(config["files"]) == {"codec.json", "controller.safetensors", "statistics.json"}


def test_a_run_cut_off_and_resumed_ends_where_an_unbroken_one_does(
    tiny: Config, toy: ToyCache, tmp_path, monkeypatch
):
    config = replace(tiny, out=tmp_path / "model", run=tmp_path / "run")
    whole = Imitation.loss

    def cut_off(self, batch, step):
        if step.number == 45:
            raise KeyboardInterrupt
        return whole(self, batch, step)

    monkeypatch.setattr(Imitation, "loss", cut_off)
    with pytest.raises(KeyboardInterrupt):
        train(config, toy)
    monkeypatch.undo()
    train(config, toy)
    resumed, unbroken = load_model(config.out)[0], load_model(tiny.out)[0]
    for name, value in unbroken.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name


@pytest.mark.slow
def test_a_poisoned_batch_stops_it_and_the_same_command_goes_on(
    tiny: Config, toy: ToyCache, tmp_path, monkeypatch
):
    from cerebellum import dataset

    config = replace(tiny, out=tmp_path / "model", run=tmp_path / "run")
    whole = dataset.ControllerData.batch

    def poisoned(self, number, size):
        batch = whole(self, number, size)
        if number == 45 and not self.validation:
            batch["force"][3, 0] = float("nan")
        return batch

    monkeypatch.setattr(dataset.ControllerData, "batch", poisoned)
    with pytest.raises(TrainingStoppedError, match=r"at step 46; .* force of sample 3"):
        train(config, toy)
    assert not config.out.exists()
    monkeypatch.undo()
    train(config, toy)
    resumed, unbroken = load_model(config.out)[0], load_model(tiny.out)[0]
    for name, value in unbroken.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name


def test_fine_tuning_starts_from_the_weights_and_keeps_the_statistics(tiny: Config, tmp_path):
    other = toy_cache(2, seed=9)
    config = replace(
        tiny, out=tmp_path / "model", run=tmp_path / "run", from_model=tiny.out, steps=5, lr=1e-6
    )
    train(config, other)
    assert Statistics.load(config.out).hash == Statistics.load(tiny.out).hash
    before, after = load_model(tiny.out)[0].state_dict(), load_model(config.out)[0].state_dict()
    assert all(torch.allclose(before[n], after[n], atol=1e-3) for n in before)


def test_fine_tuning_with_another_codec_is_refused(tiny: Config, toy: ToyCache, tmp_path):
    save_codec(WaypointCodec(bins=64), tmp_path / "codec")
    config = replace(tiny, from_model=tiny.out, codec=tmp_path / "codec", run=tmp_path)
    with pytest.raises(CodecMismatchError, match="fine-tune with --codec"):
        train(config, toy)


def test_a_controller_needs_the_waypoint_codec(tiny: Config, toy: ToyCache, tmp_path):
    save_codec(BinsCodec((-0.1,) * 5, (1.0,) * 5), tmp_path)
    with pytest.raises(RangeError, match="waypoint codec"):
        train(replace(tiny, codec=tmp_path), toy)


def test_a_time_budget_ends_the_run(tiny: Config, toy: ToyCache, tmp_path):
    config = replace(tiny, out=tmp_path / "model", run=tmp_path / "run", minutes=0.05)
    train(config, toy)
    notes = load_model(config.out)[1]["training"]
    assert notes["steps"] > 3 and notes["minutes"] < 0.5


def test_a_damaged_model_is_named(tiny: Config, toy: ToyCache, tmp_path):
    config = replace(tiny, out=tmp_path / "model", run=tmp_path / "run", steps=1)
    train(config, toy)
    weights = config.out / "controller.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises((BodyError, ValueError), match=r"controller\.safetensors"):
        load_model(config.out)


def test_a_run_of_other_settings_is_refused_unless_it_is_begun_anew(
    tiny: Config, toy: ToyCache, tmp_path
):
    with pytest.raises(CheckpointError, match=r"other ema, weights to begin with: .*--run"):
        train(replace(tiny, out=tmp_path / "model", ema=0.5, from_model=tiny.out, lr=1.5e-3), toy)
    config = replace(tiny, out=tmp_path / "model", run=tmp_path / "run", steps=1)
    train(config, toy)
    train(replace(config, seed=1, resume=False), toy)
    assert load_model(config.out)[1]["training"]["seed"] == 1
