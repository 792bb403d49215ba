"""From an arm's own demonstrations to a controller that reads its joints."""

from pathlib import Path

from body.so101 import SO101
from cerebellum import train, train_codec
from cerebellum.train_codec import TrainCodecConfig
from cerebellum.train_config import TrainControllerConfig
from cerebellum.weights import load_model
from pontine.collecting.collect import CollectConfig, collect
from pontine.setup import StackConfig


def test_an_arm_of_five_joints_gets_a_controller_of_its_own(tmp_path: Path) -> None:
    collect(
        CollectConfig(
            task=("reach",), episodes=20, seed=5, out=tmp_path / "data", workers=1,
            clean=True, stack=StackConfig(robot="so101"),
        )
    )  # fmt: skip
    data, codec, out = (tmp_path / name for name in ("data-cache", "codec", "controller"))
    train_codec.train(TrainCodecConfig(data=data, out=codec, robot="so101"))
    train.train(
        TrainControllerConfig(
            data=data, codec=codec, out=out, run=tmp_path / "run", robot="so101", steps=2, batch=8
        )
    )
    model, config = load_model(out, SO101)
    assert model.config.joints == SO101.joints == 5
    assert config["robot"] == "so101"
