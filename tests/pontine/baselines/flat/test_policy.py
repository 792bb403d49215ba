"""The flat policy at run time: schedule, promises, refusals, and one episode learnt by heart."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from body import ActionChunk, Observation
from body.contract.errors import RangeError
from body.geometry.kinematics import Kinematics
from body.robots.fr3 import FR3
from pontine.baselines.flat.config import Batching, FlatTraining
from pontine.baselines.flat.policy import FlatPolicy
from pontine.baselines.flat.train import train
from pontine.collecting.collect import collect
from pontine.collecting.config import CollectConfig
from pontine.policies import Policy
from pontine.suites.tabletop.environment import Tabletop
from pontine.suites.tabletop.episode import run_episode
from sim.tasks import sample_episode
from sim.worlds import World
from tests.pontine.baselines.flat.conftest import HAND, SMALL

SENTENCE = "pick up the red cube"
STEP = 50_000_000


@pytest.fixture
def policy(trained: FlatTraining) -> FlatPolicy:
    return FlatPolicy.load(trained.out, FR3)


def seen(tick: int, q: np.ndarray = FR3.home, **images: int) -> Observation:
    sizes = {"fixed": 192, "wrist": 128} | images
    rng = np.random.default_rng(7)
    pictures = {
        name: rng.integers(0, 256, (size, size, 3), dtype=np.uint8)
        for name, size in sizes.items()
        if size
    }
    return Observation(tick * STEP, q, np.zeros(7), 0.08, np.zeros(6), pictures)


def drive(policy: FlatPolicy, ticks: int = 12) -> list[ActionChunk]:
    q, chunks = FR3.home, []
    policy.reset(seen(0), SENTENCE)
    for tick in range(ticks):
        pictured = policy.cameras(tick * STEP)
        blind = {name: 0 for name in ("fixed", "wrist") if name not in pictured}
        chunks.append(policy.act(seen(tick, q, **blind)))
        q = chunks[-1].joint_position[0]
    return chunks


def test_it_is_a_policy_that_repeats_itself(policy: FlatPolicy) -> None:
    assert isinstance(policy, Policy) and policy.period == 0.05
    one, two = drive(policy, 30), drive(policy, 30)
    for first, second in zip(one, two, strict=True):
        assert first.joint_position.shape == (16, 7)
        assert np.array_equal(first.joint_position, second.joint_position)
    assert not np.allclose(one[-1].joint_position[0], FR3.home, atol=1e-4)
    assert len(policy.account().controller_ms) == 3 and policy.account().brain_ms == []


def test_it_looks_when_it_plans(policy: FlatPolicy) -> None:
    policy.reset(seen(0), SENTENCE)
    looked, joined = [], []
    for tick in range(25):
        looked.append(policy.cameras(tick * STEP))
        policy.act(seen(tick))
        joined.append(policy.status(tick * STEP).joined)
    pause = [False] * 11  # twelve steps of a chunk are carried out
    assert [bool(cameras) for cameras in looked] == [True, *pause] * 2 + [True]
    assert looked[0] == ("fixed", "wrist")
    assert joined == [False, True, *pause[1:]] * 2 + [False]  # one step late


@settings(max_examples=10)
@given(st.integers(0, 8))
def test_what_was_promised_is_done(trained: FlatTraining, delay: int) -> None:
    policy = FlatPolicy.load(trained.out, FR3, delay=delay)
    driver = policy.driver
    planned = []
    whole = driver.plan

    def listen(observation, codes, age, promised):
        rows = whole(observation, codes, age, promised)
        planned.append((promised.copy(), rows.copy()))
        return rows

    driver.plan = listen  # type: ignore[method-assign]
    drive(policy, 20)
    for promised, rows in planned:
        assert len(promised) == delay and np.array_equal(rows[:delay], promised)
        assert rows.shape == (16, 5)
    assert driver.refused == 0


def test_a_delay_that_no_chunk_bridges_is_refused(trained: FlatTraining) -> None:
    with pytest.raises(RangeError, match="longer chunk"):
        FlatPolicy.load(trained.out, FR3, delay=9)


def test_plans_that_are_not_finite_are_refused_and_the_arm_slows_down(policy: FlatPolicy) -> None:
    policy.reset(seen(0), SENTENCE)
    for tick in range(12):
        policy.act(seen(tick))
    with torch.no_grad():
        policy.driver.network.field.leave.bias.fill_(float("nan"))
    places = [policy.act(seen(tick)).joint_position[0] for tick in range(12, 60)]
    assert policy.driver.refused > 3
    assert np.allclose(places[-1], places[-2]) and np.isfinite(places).all()


def test_what_it_believes_impossible_it_refuses_by_holding(policy: FlatPolicy) -> None:
    with torch.no_grad():
        policy.driver.network.refuse.bias.fill_(50.0)
    drive(policy)
    told = policy.status(12 * STEP)
    assert told.refuses and told.reason and told.token_age is None
    assert np.linalg.norm(policy.driver.command.increment) == 0
    home = Kinematics(FR3).tool_pose(FR3.home)
    assert np.linalg.norm(policy.driver.command.pose[:3] - home[:3]) < 1e-6
    with torch.no_grad():
        policy.driver.network.refuse.bias.fill_(-50.0)
    drive(policy)
    assert not policy.status(0).refuses and policy.status(0).reason == ""


def test_another_sentence_is_another_plan(policy: FlatPolicy) -> None:
    policy.reset(seen(0), SENTENCE)
    first = policy.act(seen(0)).joint_position
    policy.reset(seen(0), "stack the blue cylinder on the yellow cube")
    assert not np.array_equal(policy.act(seen(0)).joint_position, first)
    with pytest.raises(RangeError, match="fewer words"):
        policy.reset(seen(0), "very " * 200)


def test_a_picture_of_another_size_is_shrunk_and_a_missing_one_named(policy: FlatPolicy) -> None:
    policy.reset(seen(0), SENTENCE)
    policy.act(seen(0, fixed=384, wrist=64))
    policy.reset(seen(0), SENTENCE)
    with pytest.raises(KeyError, match="looks through camera 'fixed'"):
        policy.act(seen(0, fixed=0))


@pytest.mark.slow
def test_an_episode_learnt_by_heart_is_done_in_closed_loop(
    recorded: Path, eyes: Path, world: World, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    collect(
        CollectConfig(
            task=("reach",), episodes=1, seed=3, out=data, workers=1, clean=True, fixed_every=1
        )
    )
    batching = Batching(pictures=8, rows=4, still_share=0.0, own_share=1.0, validation=8)
    shape = replace(SMALL, width=64, hand=replace(HAND, context=64, width=128, hidden=128))
    config = FlatTraining(
        data=tmp_path / "data-cache", eyes=eyes, out=tmp_path / "model", runs=tmp_path / "runs",
        steps=500, batching=batching, shape=shape, ema=0.98, checkpoint_every=250,
    )  # fmt: skip
    train(config)
    episode = sample_episode("reach", 3)
    policy = FlatPolicy.load(config.out, FR3)
    result = run_episode(Tabletop(world, episode, limit=160), policy)
    if not result.success:
        place = world.objects()[episode.goal.target, 2:4]
        pytest.fail(
            f"{np.linalg.norm(world.tool_pose()[:2] - place) * 1e3:.0f} mm beside the object"
        )
    assert result.limit_violations == 0 and policy.driver.refused == 0
