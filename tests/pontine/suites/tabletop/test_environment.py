"""An episode of the tabletop, step by step."""

import numpy as np
import pytest

from body import ActionChunk
from body.geometry.motion import DT
from pontine.suites.tabletop.environment import Tabletop
from sim.perturbations import compose
from sim.tasks import Episode, Goal, sample_episode
from sim.worlds import World

SEED = 800_123


def home(world: World) -> ActionChunk:
    return ActionChunk(world.robot.home[None], np.array([world.robot.gripper_open]), world.time)


def played(environment: Tabletop, steps: int = 3) -> str:
    environment.reset()
    for _ in range(steps):
        environment.step(home(environment.world), DT, lambda: None)
    return environment.trajectory_hash


def test_reset_begins_the_same_episode_again(world: World) -> None:
    environment = Tabletop(world, sample_episode("pick", SEED), compose(["pushes=2", "mass=1"]))
    assert played(environment) == played(environment)
    assert environment.time == 150_000_000 and environment.steps == 3


def test_physics_is_shown_and_the_period_is_the_policys(world: World) -> None:
    environment = Tabletop(world, sample_episode("pick", SEED))
    environment.reset()
    seen: list[int] = []
    environment.step(home(world), 0.01, lambda: seen.append(world.time))
    assert seen == [2_000_000 * k for k in range(1, 6)]


def test_what_goes_wrong_is_seen_and_the_scene_is_another(world: World) -> None:
    episode = sample_episode("pick", SEED)
    plain, noisy = (Tabletop(world, episode, compose(kinds)) for kinds in ((), ("image_noise=1",)))
    pictures = []
    for environment in (plain, noisy):
        assert environment.reset().images == {}
        pictures.append(environment.observe(("wrist",)).images["wrist"].astype(int))
    assert 10 < np.abs(pictures[0] - pictures[1]).mean() < 60
    moved = Tabletop(world, episode, compose(["object_pose=1"]))
    moved.reset()
    assert moved.episode.scene != episode.scene and moved.episode.goal == episode.goal


@pytest.mark.parametrize(("limit", "steps"), [(None, 400), (7, 7), (0, 0)])
def test_its_time_is_the_tasks_unless_another_is_given(world, limit, steps) -> None:
    environment = Tabletop(world, sample_episode("pick", SEED), limit=limit)
    environment.reset()
    world.time = round(steps * DT * 1e9) - 1
    assert not environment.over
    world.time += 1
    assert environment.over


def test_without_a_goal_there_is_no_success(world: World) -> None:
    drawn = sample_episode("pick", SEED)
    environment = Tabletop(world, Episode(drawn.task, SEED, drawn.scene, Goal(-1, -1), "sing"))
    played(environment)
    assert environment.monitor is None and not environment.success and not environment.lost
