import time

import numpy as np
import pytest

from body.contract.errors import RangeError
from body.geometry.kinematics import Kinematics
from body.geometry.project import project
from body.robots.fr3 import FR3
from cerebellum import inputs
from cerebellum.augment import Augmentation
from cerebellum.codec import WaypointCodec
from cerebellum.dataset import ControllerData, place_values
from cerebellum.frames import load_frames
from cerebellum.statistics import Statistics
from episodes.splits import CONTROLLER_ONE_IN
from tests.cerebellum.synthetic import ToyCache, toy_cache

CLEAN = Augmentation(
    noise=0, noise_later=0, noise_yaw=0, shift_share=0, age=0, old_share=0, null_share=0,
    camera_share=0, force_share=0, virtual_share=0, command_share=0, committed=0, colour=0,
)  # fmt: skip


def make(cache: ToyCache, **options) -> ControllerData:
    statistics = Statistics.fit(cache["observation.state"], FR3.gripper_open)
    frames = load_frames(cache, FR3)
    return ControllerData(frames, cache.wrist, WaypointCodec(), statistics, FR3, **options)


def test_batches_are_whole_finite_and_a_function_of_their_number(toy: ToyCache):
    data = make(toy)
    one, again, other = data.batch(3, 64), data.batch(3, 64), data.batch(4, 64)
    for name, value in one.items():
        assert value.isfinite().all() and (value == again[name]).all(), name
    assert not (one["target"] == other["target"]).all()
    assert one["wrist"].shape == (64, 4, 64, 64)
    assert one["target"].shape == one["prefix"].shape == (64, 16, 5)
    committed = one["prefix_mask"].bool()
    assert (one["prefix"][committed] == one["target"][committed]).all()
    assert (one["prefix"][~committed] == 0).all()


def test_without_augmentation_labels_are_the_recorded_plans(toy: ToyCache):
    data = make(toy, settings=CLEAN)
    arrays = data.arrays(np.random.default_rng(0), 200)
    plans = inputs.normalise_actions(toy["plan.chunk"].astype(np.float64), data.statistics)
    for target in arrays["target"][:50]:
        assert np.abs(plans - target).max(axis=(1, 2)).min() < 1e-3
    assert (arrays["token"][:, 10] == 0).all() and (arrays["known"] == 1).all()


def test_augmentation_draws_what_it_promises(toy: ToyCache):
    data = make(toy)
    parts = [data.arrays(np.random.default_rng(i), 500) for i in range(4)]
    merged = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    assert merged["token"][:, 11].mean() == pytest.approx(0.06, abs=0.02)
    assert (merged["wrist"].max(axis=(1, 2, 3)) == 0).mean() == pytest.approx(0.15, abs=0.03)
    assert set(merged["prefix_mask"].sum(axis=1)) == set(range(9))
    off = 100 * np.abs(merged["token"][:, 0] - merged["place"][:, 0])[merged["known"] > 0]
    assert 3 < np.mean(off) < 15  # mm
    ages = merged["token"][:, 10][merged["known"] > 0]
    assert ages.min() >= 0 and 0.55 < ages.max() <= 0.65


def test_episodes_are_held_out_whole():
    cache = toy_cache(2)
    cache.columns["episode_index"] += CONTROLLER_ONE_IN - 2  # the second one is held out
    train, held_out = make(cache), make(cache, validation=True)
    wanted = cache["episode_index"] % CONTROLLER_ONE_IN == CONTROLLER_ONE_IN - 1
    for data, chosen in ((train, ~wanted), (held_out, wanted)):
        weights = np.diff(data._cumulative, prepend=0.0)  # type: ignore[attr-defined]
        assert ((weights > 0) == chosen).all()


def test_frames_know_the_step_before(toy: ToyCache):
    frames = load_frames(toy, FR3)
    first = frames.step == 0
    assert np.isinf(frames.since[first]).all()
    grasp = frames.step == 1
    assert (frames.previous_step[grasp] == 0).all()
    assert np.allclose(frames.previous[grasp][:, 2], 0.16, atol=1e-3)
    assert frames.since[grasp].min() == 0 and (frames.since[grasp] < 10).all()
    for i in (0, 30, len(frames) - 1):
        assert np.allclose(frames.hand[i], Kinematics(FR3).hand(frames.position[i]), atol=1e-6)


def test_run_time_and_training_see_the_same_blob(toy: ToyCache):
    data = make(toy, settings=CLEAN)
    arrays = data.arrays(np.random.default_rng(0), 8)
    assert arrays["wrist"][..., 3].max() > 0.9
    frames = data.frames
    pixel = project(FR3.cameras["wrist"], frames.hand[0], frames.waypoint[0, :3], 64)
    single = inputs.wrist_images(toy.wrist[:1], pixel[None], np.array([False]))
    assert single.shape == (1, 64, 64, 4)


def test_place_values_name_the_target():
    command, target = np.zeros((1, 4)), np.array([[0.1, 0.0, -0.02, 0.0]])
    values = place_values(target, command)[0]
    assert np.allclose(values[:3], [1, 0, -0.2]) and np.allclose(values[6:], [0, 1])


def test_a_cache_of_another_robot_is_refused(toy: ToyCache):
    columns = dict(toy.columns)
    columns["observation.state"] = columns["observation.state"][:, :-2]
    with pytest.raises(RangeError, match="fr3 needs 21"):
        load_frames(ToyCache(columns, toy.wrist), FR3)


def test_three_batches_of_256_a_second(toy: ToyCache, record_property):
    data = make(toy)
    data.batch(0, 256)
    times = []
    for number in range(1, 6):
        started = time.thread_time()  # test machines are shared
        data.batch(number, 256)
        times.append(time.thread_time() - started)
    record_property("batch_ms", round(1e3 * min(times), 1))
    assert min(times) < 0.33
