"""From an arm's own demonstrations to a controller that reads its joints."""

from pathlib import Path

import numpy as np
import pytest
import torch

from body.robots.fr3 import FR3
from body.robots.so101 import SO101
from cerebellum import train, train_codec
from cerebellum.embodiment import READS_JOINTS, SHARED, for_arm
from cerebellum.inputs import proprio_features
from cerebellum.network import Controller
from cerebellum.network_config import NetworkConfig
from cerebellum.statistics import Statistics
from cerebellum.train_codec import TrainCodecConfig
from cerebellum.train_config import TrainControllerConfig
from cerebellum.weights import load_model
from episodes.places import MODELS
from pontine.agent.stack import StackConfig
from pontine.collecting.collect import collect
from pontine.collecting.config import CollectConfig

pytestmark = pytest.mark.slow  # twenty episodes are recorded


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("so101")
    collect(
        CollectConfig(
            task=("reach",), episodes=20, seed=5, out=folder / "data", workers=1,
            clean=True, stack=StackConfig(robot="so101"),
        )
    )  # fmt: skip
    return folder / "data-cache"


def test_an_arm_of_five_joints_gets_a_controller_of_its_own(data: Path, tmp_path: Path) -> None:
    codec, out = tmp_path / "codec", tmp_path / "controller"
    train_codec.train(TrainCodecConfig(data=data, out=codec, robot="so101"))
    train.train(
        TrainControllerConfig(
            data=data, codec=codec, out=out, run=tmp_path / "run", robot="so101", steps=2, batch=8
        )
    )
    model, config = load_model(out, SO101)
    assert model.config.joints == SO101.joints == 5
    assert config["robot"] == "so101"


def test_one_of_another_arm_is_fine_tuned(data: Path, tmp_path: Path) -> None:
    begun = MODELS / "tabletop-controller"
    config = TrainControllerConfig(
        data=data, codec=begun, out=tmp_path / "controller", run=tmp_path / "run", robot="so101",
        from_model=begun, steps=1, batch=8, lr=1e-6,
    )  # fmt: skip
    train.train(config)
    model, _ = load_model(config.out, SO101)
    before, after = load_model(begun, FR3)[0].state_dict(), model.state_dict()
    for name, value in before.items():
        if name == READS_JOINTS:
            assert torch.allclose(value[:, :SHARED], after[name][:, :SHARED], atol=1e-3)
            assert after[name][:, SHARED:].abs().max() < 1e-4
        else:
            assert torch.allclose(value, after[name], atol=1e-3), name
    own, kept = Statistics.load(config.out), Statistics.load(begun)
    assert len(own.joint_mean) == 5 and (own.move, own.turn) == (kept.move, kept.turn)


def test_without_a_step_it_is_the_other_arms_and_reads_no_joint(data: Path, tmp_path: Path) -> None:
    begun = MODELS / "tabletop-controller"
    config = TrainControllerConfig(
        data=data, codec=begun, out=tmp_path / "controller", run=tmp_path / "run", robot="so101",
        from_model=begun, steps=0,
    )  # fmt: skip
    train.train(config)
    model, made = load_model(config.out, SO101)
    before, after = load_model(begun, FR3)[0].state_dict(), model.state_dict()
    assert made["training"]["steps"] == 0
    assert not after[READS_JOINTS][:, SHARED:].any()
    assert all(torch.equal(v, after[n]) for n, v in before.items() if n != READS_JOINTS)


def test_what_is_shared_reads_no_joint() -> None:
    statistics = Statistics(np.zeros(5), np.ones(5), np.ones(5), np.ones(6))
    command = np.array([[0.4, 0.1, 0.2, 0.3]])
    rows = [
        proprio_features(
            command, command, command, np.ones(1), np.ones(1), q[None], q[None], statistics
        )
        for q in (np.zeros(5), np.arange(1.0, 6.0))
    ]
    same = (rows[0] == rows[1])[0]
    assert same[:SHARED].all() and not same[SHARED:].any()
    adopted = for_arm(Controller(NetworkConfig()), 5)
    assert adopted.state_dict()[READS_JOINTS].shape[1] == rows[0].shape[1]
