"""Bags made into data sets that train, and replayed: real MCAP, no ROS."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("rosbags")

from body import CodecMismatchError
from body.geometry.kinematics import Kinematics
from body.robots.fr3 import FR3
from cerebellum.codec import save_codec
from cerebellum.playback import Playback
from episodes import model_folder
from episodes.cache import Cache
from episodes.check import check
from episodes.columns import FIXED, WRIST
from episodes.reader import Reader
from episodes.vocabulary import Step
from pontine.ros.bag import Bag
from pontine.ros.errors import BagError
from pontine.ros.replay_commands import (
    CommandsConfig,
    command_array,
    command_hash,
    of_bag,
    of_dataset,
    replay_commands,
)
from pontine.ros.takes import Account, takes
from pontine.ros.to_dataset import ToDatasetConfig, to_dataset
from tests.ros.recorded_graph import CODEC, ROOT, Plot, write_bag

TEXT = "pick up the red cube"


@pytest.fixture(scope="module")
def bag(tmp_path_factory) -> Path:
    return write_bag(tmp_path_factory.mktemp("bags") / "bag")


@pytest.fixture(scope="module")
def codec(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "codec"
    save_codec(CODEC, folder)
    model_folder.write(folder, {"kind": "codec", "codec_id": CODEC.codec_id}, spec=FR3)
    return folder


@pytest.fixture(scope="module")
def data(bag, codec, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("data") / "set"
    counts = to_dataset(ToDatasetConfig((bag,), out, codec))
    assert counts["episodes"] == 1
    return out


# Data sets.


def test_the_data_set_is_whole_and_says_what_was_commanded(data, bag):
    result = check(data, progress=False)
    reader = Reader(data)
    (episode,) = reader.episodes
    assert result.frames == 90 and reader.fps == 20 and episode.task == TEXT
    assert episode.notes["seed"] == 17 and episode.notes["success"]
    found = reader.episode(0)
    command = found["observation.command"]
    assert np.allclose(np.diff(command[:, :4], axis=0), command[1:, 4:8], atol=1e-5)
    measured = Kinematics(FR3).tool_pose(found["observation.state"][:, :7].astype(np.float64))
    assert np.abs(measured[:, :3] - command[:, :3]).max() < 2e-3
    assert np.allclose(found["action"][:-1, :7], found["observation.state"][1:, :7], atol=2e-3)
    assert (found["task_label"] == 1).all() and (found["scene.objects"][..., 0] == -1).all()
    opened = Bag(bag, FR3, progress=False)
    (take,) = takes(opened, CODEC.codec_id, 0.2, Account())
    for name, camera in ((WRIST, "wrist"), (FIXED, "fixed")):
        assert np.array_equal(found[name], np.stack(take.pictures(opened, camera)))


def test_frames_that_a_person_steered_are_marked(codec, tmp_path):
    plot = Plot(takeovers=((1.0, True), (2.0, False)))
    bag = write_bag(tmp_path / "bag", plot)
    to_dataset(ToDatasetConfig((bag,), tmp_path / "set", codec, cache=False))
    marked = Reader(tmp_path / "set").episode(0)["takeover"].ravel()
    assert marked.sum() == 20 and set(np.diff(np.flatnonzero(marked))) == {1}


def test_keyframes_and_steps_follow_the_orders(data):
    found = Reader(data).episode(0)
    known = found["token.codes"][:, 0] >= 0
    steps = found["plan.step"][known]
    order = [int(s) for i, s in enumerate(steps) if i == 0 or s != steps[i - 1]]
    assert order == [Step.ABOVE, Step.GRASP, Step.LIFT]
    assert (found["plan.step"][~known] == Step.DONE).all()
    grasp = found["plan.waypoint"][found["plan.step"] == Step.GRASP]
    assert np.allclose(grasp[:, :3], [0.5, 0.1, 0.06], atol=0.005) and (grasp[:, 4] == 1).all()
    assert grasp[0, 5] > grasp[-1, 5] == 0.0
    assert found["plan.chunk"].shape == (90, 16, 5)
    assert found["plan.previous_step"][found["plan.step"] == Step.LIFT].max() == Step.GRASP


def test_it_trains_a_controller(data, codec, tmp_path):
    from cerebellum.network_config import NetworkConfig
    from cerebellum.train import train
    from cerebellum.train_config import TrainControllerConfig

    cache = data.with_name("set-cache")
    assert len(Cache.open(cache).robot) == 90
    small = NetworkConfig(channels=(8, 8, 8, 8), feature=16, context=16, width=32, hidden=32,
                          blocks=1, film=16)  # fmt: skip
    out = train(TrainControllerConfig(
        data=cache, codec=codec, out=tmp_path / "model", run=tmp_path / "run", steps=3, batch=8,
        checkpoint_every=2, log_every=1, network=small,
    ))  # fmt: skip
    assert (out / "controller.safetensors").exists()


def test_a_bag_is_added_once_and_others_beside_it(bag, codec, tmp_path):
    out = tmp_path / "set"
    config = ToDatasetConfig((bag,), out, codec, cache=False)
    first = to_dataset(config)
    again = to_dataset(config)
    assert again["left_out"]["in the data set already"] == 1
    assert (again["episodes"], again["frames"]) == (first["episodes"], first["frames"])
    other = write_bag(tmp_path / "other", Plot(seed=18))
    assert to_dataset(replace(config, bags=(other, bag)))["episodes"] == 2


def test_test_scenes_and_failures_stay_out_of_training(codec, tmp_path):
    for name, plot in (("test", Plot(seed=1_000_000)), ("failed", Plot(success=False))):
        path = write_bag(tmp_path / name, plot)
        config = ToDatasetConfig((path,), tmp_path / f"{name}-set", codec, cache=False)
        with pytest.raises(BagError, match="gave no episode"):
            to_dataset(config)
        asked = replace(config, split="test") if name == "test" else replace(
            config, keep_failures=True
        )  # fmt: skip
        assert to_dataset(asked)["episodes"] == 1


# Replay.


def test_a_recording_and_its_data_set_give_the_same_commands_again_and_again(bag, data):
    def hashes(source: str) -> list[str]:
        driver = Playback(CODEC, FR3)
        found = (
            of_bag(Bag(bag, FR3, progress=False), CODEC.codec_id, 0.2, Account())
            if source == "bag"
            else of_dataset(data, CODEC.codec_id)
        )
        return [command_hash(command_array(sensed, driver)) for sensed in found]

    assert hashes("bag") == hashes("bag") == hashes("data") != []


def test_the_shipped_controller_commands_the_same_from_bag_and_data_set(bag, data, tmp_path):
    from cerebellum.codec import load_codec
    from cerebellum.runtime.controller import Cerebellum
    from cerebellum.torch_engine import TorchEngine

    model = ROOT / "models" / "tabletop-controller"
    own = load_codec(model)
    if own.codec_id != CODEC.codec_id:
        path = write_bag(tmp_path / "bag", Plot(codec_id=own.codec_id))
        to_dataset(ToDatasetConfig((path,), tmp_path / "set", model, cache=False))
        bag, data = path, tmp_path / "set"
    driver = Cerebellum(model, FR3, engine=TorchEngine(model), trial=True)
    (one,) = of_bag(Bag(bag, FR3, progress=False), own.codec_id, 0.2, Account())
    (two,) = of_dataset(data, own.codec_id)
    one, two = (replace(sensed, state=sensed.state[:40]) for sensed in (one, two))
    arrays = [command_array(sensed, driver) for sensed in (one, two, one)]
    assert arrays[0].shape == (40 * 25, 8)
    assert len({command_hash(array) for array in arrays}) == 1
    other = replace(one, pictures=[255 - picture for picture in one.pictures])
    assert command_hash(command_array(other, driver)) != command_hash(arrays[0])


def test_the_command_writes_hashes_and_refuses_a_foreign_codec(bag, data, codec, tmp_path):
    config = CommandsConfig((bag, data), codec=codec, mover="playback", out=tmp_path / "out")
    found = replay_commands(config)
    assert list(found[str(bag)].values()) == list(found[str(data)].values())
    assert (tmp_path / "out" / "hashes.json").exists()
    with pytest.raises(CodecMismatchError, match="the controller it was recorded with"):
        next(of_dataset(data, "other"))
