"""A thing that moves by itself, and what it means to have kept it in sight."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from body.robots.fr3 import FR3
from body.robots.reach import SCENE_X, SCENE_Y
from body.robots.registry import robot
from pontine.suites.tabletop.demonstration import demonstrate
from sim.expert import Expert
from sim.tasks import sample_episode
from sim.tasks.follow import GRACE, LOST, STEPS, THIRD, off_centre
from sim.worlds import Actuator, World
from sim.worlds.path import CLEAR, Path

SEEDS = st.integers(1_000_000, 1_100_000)


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS)
def test_an_arm_of_short_reach_finds_its_way_of_any_seed(seed: int) -> None:
    reach = robot("so101").reach
    assert reach is not None
    episode = sample_episode("follow", seed, reach=reach)
    path = episode.scene.path
    assert path is not None
    item = episode.scene.objects[path.index]
    assert all(reach.holds(item.x + x, item.y + y) for x, y in path.points)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_it_moves_within_the_region_and_clear_of_everything(seed: int) -> None:
    episode = sample_episode("follow", seed)
    path, items = episode.scene.path, episode.scene.objects
    assert path is not None and path.index == episode.goal.target
    item = items[path.index]
    for seconds in np.linspace(0, episode.task.limit, 60):
        x, y = path.at(seconds)[0] + [item.x, item.y]
        assert SCENE_X[0] <= x <= SCENE_X[1] and SCENE_Y[0] <= y <= SCENE_Y[1]
        for i, other in enumerate(items):
            if i != path.index:
                apart = np.hypot(other.x - x, other.y - y) - other.footprint - item.footprint
                assert apart > CLEAR - 1e-9


metres = st.floats(-0.2, 0.2).map(lambda value: round(value, 6))  # squares of 1e-161 are 0


@given(
    corners=st.lists(st.tuples(metres, metres), min_size=1, max_size=5),
    speed=st.floats(0.01, 0.1), seconds=st.floats(0, 30),
)  # fmt: skip
def test_its_way_is_as_long_as_its_speed_says(corners, speed, seconds):
    path = Path(0, ((0.0, 0.0), *corners), speed)
    lengths = np.linalg.norm(np.diff(np.array(path.points), axis=0), axis=1)
    soon, later = path.at(seconds), path.at(seconds + 0.1)
    assert np.linalg.norm(later[0] - soon[0]) <= 0.1 * speed + 1e-9
    ends = seconds * speed >= lengths.sum()
    assert np.linalg.norm(soon[1]) == pytest.approx(0.0 if ends else speed)
    if ends:
        assert soon[0] == pytest.approx(path.points[-1])


def test_physics_takes_it_along_its_way(world: World) -> None:
    episode = sample_episode("follow", 3)
    world.reset(episode.scene)
    path, item = episode.scene.path, episode.scene.objects[episode.goal.target]
    assert path is not None
    for _ in range(1500):
        world.step(FR3.home, FR3.gripper_open)
    wanted = path.at(3.0)[0] + [item.x, item.y]
    assert world.object_pose(path.index)[0][:2] == pytest.approx(wanted, abs=0.003)


def test_the_expert_keeps_it_in_the_middle_third(world: World) -> None:
    episode = sample_episode("follow", 1_000_000)
    record = demonstrate(Expert(world), episode, audit=True)
    assert record.success and record.violations == 0
    assert record.seconds >= STEPS * 0.05
    assert off_centre(world, episode.goal.target) < THIRD


def test_a_hand_that_stays_at_home_loses_it(world: World) -> None:
    seed = next(s for s in range(1_000_000, 1_000_100) if _far(s))
    episode = sample_episode("follow", seed)
    world.reset(episode.scene)
    monitor, driver = episode.task.monitor(world, episode.goal), Actuator(world)
    steps = 0
    while not monitor.lost:
        driver.policy_step(FR3.home, FR3.gripper_open)
        assert not monitor.update()
        steps += 1
    assert steps == pytest.approx((GRACE + LOST) / 0.05, abs=2) and monitor.steps == steps
    assert -steps <= monitor.reward < 0


def _far(seed: int) -> bool:
    """It stands far from where the home hand looks."""
    item = sample_episode("follow", seed).scene.objects
    index = sample_episode("follow", seed).goal.target
    return item[index].x > 0.6 and abs(item[index].y) > 0.15
