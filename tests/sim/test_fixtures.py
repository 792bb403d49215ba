"""What stands fast and has a part that moves: where its grip is, and what moves it."""

from dataclasses import replace

import mujoco
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from body.robots.fr3 import FR3
from body.robots.reach import SCENE_X, SCENE_Y
from episodes.vocabulary import FIXTURES
from sim.tasks import sample_episode
from sim.worlds.fixtures import KINDS_OF_FIXTURE, grip_pose
from sim.worlds.scene import CLEARANCE

TASK_OF = {"drawer": "open_drawer", "button": "press_button", "knob": "turn_knob"}
SEEDS = st.integers(1_000_000, 1_100_000)


@pytest.mark.parametrize("kind", FIXTURES)
@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_their_parts_have_room_to_move_and_hands_to_reach_them(kind, seed):
    scene = sample_episode(TASK_OF[kind], seed).scene
    items = scene.objects
    assert sum(item.kind == kind for item in items) >= 2
    for i, item in enumerate(items):
        assert all(item.clears(other, CLEARANCE) for other in items[i + 1 :])
        low, high = KINDS_OF_FIXTURE[kind].travel
        if item.fixed:
            assert low <= item.moved <= high
            for x, y, _ in item.grips:
                assert SCENE_X[0] <= x <= SCENE_X[1] and SCENE_Y[0] <= y <= SCENE_Y[1]


@pytest.mark.parametrize("kind", FIXTURES)
def test_the_grip_is_where_physics_has_it(world, kind):
    episode = sample_episode(TASK_OF[kind], 5)
    world.reset(episode.scene)
    index, item = episode.goal.target, episode.scene.objects[episode.goal.target]
    fixture = KINDS_OF_FIXTURE[kind]
    for moved in np.linspace(*fixture.travel, 4):
        world.data.qpos[world.model.joint(f"object{index}").qposadr[0]] = moved
        mujoco.mj_forward(world.model, world.data)
        centre, turn = world.object_pose(index)
        part = world.data.body(f"object{index}")
        # the part's frame is the fixture's, moved along with it
        rest = np.array(fixture.grip)
        assert part.xpos + part.xmat.reshape(3, 3) @ rest == pytest.approx(centre, abs=1e-9)
        assert part.xmat.reshape(3, 3) == pytest.approx(turn, abs=1e-9)
        assert world.objects()[index, 6] == pytest.approx(moved, abs=1e-6)
        place = np.array([item.x, item.y, 0.0])
        assert grip_pose(kind, place, item.yaw, moved)[0] == pytest.approx(centre)


@pytest.mark.parametrize("kind", FIXTURES)
def test_left_alone_they_stay_as_they_are(world, kind):
    episode = sample_episode(TASK_OF[kind], 6)
    world.reset(episode.scene)
    before = world.objects()[:, 2:7]
    for _ in range(500):
        world.step(FR3.home, FR3.gripper_open)
    assert world.objects()[:, 2:7] == pytest.approx(before, abs=2e-3)
    assert not world.unstable


def test_they_are_shifted_but_not_shoved(world):
    episode = sample_episode("open_drawer", 7)
    world.reset(episode.scene)
    index = episode.goal.target
    centre, _ = world.object_pose(index)
    world.move_object(index, np.array([0.01, -0.02, 0.0]))
    world.shove(index, np.array([1.0, 0.0]))
    for _ in range(50):
        world.step(FR3.home, FR3.gripper_open)
    assert world.object_pose(index)[0] - centre == pytest.approx([0.01, -0.02, 0.0], abs=1e-3)


def test_a_part_that_is_open_at_first_is_open_in_the_world(world):
    episode = sample_episode("close_drawer", 8)
    item = episode.scene.objects[episode.goal.target]
    assert item.moved > 0.05
    world.reset(episode.scene)
    assert world.moved(episode.goal.target) == item.moved
    assert replace(item, moved=0.0) != item
    assert world.moved(next(i for i, o in enumerate(episode.scene.objects) if not o.fixed)) == 0.0
