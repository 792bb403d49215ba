"""Meta-World as it is published: first states and pictures are pinned, its experts succeed."""

import pickle
from collections import Counter
from pathlib import Path

import mujoco
import numpy as np
import pytest
from PIL import Image

from sim.suites.metaworld import PROTOCOLS, MetaWorld, SuiteError, tasks, tier_of
from sim.suites.metaworld.catalogue import WORDS, expert, instruction, package
from sim.suites.metaworld.goals import load

GOLDEN = Path(__file__).parent / "golden"
SEED = 1_000_000
pytest.importorskip("metaworld", reason="Meta-World is not installed: make metaworld")


@pytest.fixture(scope="module")
def golden() -> dict[str, np.ndarray]:
    with np.load(GOLDEN / "first_states.npz") as kept:
        states = {name: kept[name] for name in kept.files}
    made_with = str(states.pop("mujoco"))
    if made_with != mujoco.__version__:
        pytest.skip(f"golden states are of MuJoCo {made_with}, here is {mujoco.__version__}")
    return states


def test_fifty_tasks_have_a_tier_words_and_an_expert() -> None:
    assert len(tasks()) == 50
    tiers = Counter(map(tier_of, tasks()))
    assert tiers == {"easy": 28, "medium": 11, "hard": 6, "very_hard": 5}
    words = [instruction(task) for task in tasks()]
    assert all(words) and len(set(words)) == 49, "push and push-back share theirs"


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("task", ["assembly-v3", "reach-v3", "window-open-v3"])
def test_an_episode_begins_where_it_is_pinned(protocol, task, golden) -> None:
    with MetaWorld(task, PROTOCOLS[protocol], pictures=False) as world:
        for _ in range(2):  # nothing is left of an episode before
            np.testing.assert_allclose(
                world.reset(0, SEED).full, golden[f"{protocol}/{task}"], atol=1e-9
            )
            other = world.reset(1, SEED).full
            assert not np.allclose(other, golden[f"{protocol}/{task}"])
            world.step(np.ones(4))


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_task_begins_where_it_is_pinned(protocol, golden) -> None:
    for task in tasks():
        with MetaWorld(task, PROTOCOLS[protocol], pictures=False) as world:
            state = world.reset(0, SEED).full
            np.testing.assert_allclose(state, golden[f"{protocol}/{task}"], atol=1e-9, err_msg=task)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_first_picture_is_the_pinned_one(protocol) -> None:
    with MetaWorld("window-open-v3", PROTOCOLS[protocol]) as world:
        seen = world.reset(0, SEED).picture
    with Image.open(GOLDEN / f"{protocol}-window-open-v3.png") as kept:
        wanted = np.asarray(kept)
    assert seen.shape == wanted.shape == (PROTOCOLS[protocol].size,) * 2 + (3,)
    assert np.abs(seen.astype(float) - wanted).mean() < 2.0


def test_fast_pictures_are_of_the_same_scene() -> None:
    pictures = []
    for fast in (False, True):
        with MetaWorld("window-open-v3", PROTOCOLS["p2"], fast=fast) as world:
            pictures.append(world.reset(0, SEED).picture.astype(float))
    assert 0.5 < np.abs(pictures[0] - pictures[1]).mean() < 20.0


@pytest.mark.parametrize("task", ["assembly-v3", "hammer-v3"])
def test_goals_come_in_the_order_of_metaworlds_own_wrappers(task) -> None:
    """P2's loop: one environment a task, made as `make_mt_envs` does, reset again and again."""
    types = package("metaworld.types")
    kind = package("metaworld.env_dict").MT50_V3[task]
    listed = [
        types.Task(task, pickle.dumps(
            {"rand_vec": vector, "env_cls": kind, "partially_observable": False}))
        for vector in load(4042, task)
    ]  # fmt: skip
    theirs = package()._init_each_env(kind, listed, seed=4042)
    with MetaWorld(task, PROTOCOLS["p2"], pictures=False) as ours:
        for episode in range(4):
            theirs.reset(seed=4042 + episode)
            state = theirs.step(np.zeros(4, np.float32))[0]
            np.testing.assert_array_equal(ours.reset(episode).full, state)
    theirs.close()


@pytest.mark.slow
def test_the_goals_kept_are_those_of_mt50() -> None:
    for k, task in enumerate(package().MT50(seed=4042).train_tasks):
        vector = pickle.loads(task.data)["rand_vec"]
        np.testing.assert_array_equal(load(4042, task.env_name)[k % 50], vector)


def solved(task: str, protocol: str, episode: int) -> bool:
    policy = expert(task)
    with MetaWorld(task, PROTOCOLS[protocol], pictures=False) as world:
        look = world.reset(episode, SEED)
        while not look.over:
            look = world.step(policy.get_action(look.full))
    return look.success


def test_an_expert_succeeds() -> None:
    assert solved("drawer-open-v3", "p1", 0) and solved("drawer-open-v3", "p2", 0)


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_experts_solve_all_fifty(protocol) -> None:
    failed = [
        task for task in tasks() if not any(solved(task, protocol, episode) for episode in range(3))
    ]
    assert failed == []


def test_what_is_not_there_is_named(monkeypatch) -> None:
    with pytest.raises(SuiteError, match="no task 'juggle'; known: assembly-v3"):
        MetaWorld("juggle")
    with pytest.raises(SuiteError, match="make metaworld"):
        package("metaworld.nothing")
    with pytest.raises(SuiteError, match="make metaworld"):
        load(4711, "assembly-v3")
    assert WORDS.exists()
