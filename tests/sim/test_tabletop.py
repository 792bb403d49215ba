"""Physics, senses and pictures of the tabletop."""

from dataclasses import replace

import numpy as np
import pytest

from body.geometry.project import project
from body.robots.fr3 import FR3
from episodes.vocabulary import KINDS
from sim.rendering import RenderError
from sim.tasks import sample_episode
from sim.worlds import Actuator, World


def test_everything_stays_where_it_was_put(world):
    for seed in range(8):
        world.reset(sample_episode("pick", seed).scene)
        for _ in range(500):
            world.step(FR3.home, FR3.gripper_open)
        for index in range(len(world.scene.objects)):
            moved = world.object_pose(index)[0] - world.rest[index]
            assert np.linalg.norm(moved) < 0.002, world.scene.objects[index]
        assert np.abs(world.wrench()).max() < 0.5
        assert np.abs(world.tool_pose() - world.kinematics.tool_pose(FR3.home)).max() < 1e-3


def test_objects_array_matches_the_scene(world):
    scene = sample_episode("stack", 3).scene
    world.reset(scene)
    rows = world.objects()
    assert rows.shape == (6, 10) and rows.dtype == np.float32
    for row, item in zip(rows, scene.objects, strict=False):
        assert KINDS[int(row[0])] == item.kind
        assert row[2:5] == pytest.approx([item.x, item.y, item.height / 2], abs=1e-6)
        assert row[6] == pytest.approx(item.width)
        assert row[9] == 0
    assert (rows[len(scene.objects) :, 0] == -1).all()


@pytest.mark.parametrize("knocked", [False, True])
def test_pixels_of_objects_show_their_colour(world, knocked):
    hits = total = 0
    for seed in range(6):
        scene = sample_episode("reach", seed).scene
        if knocked:  # by some 40 pixels
            scene = replace(scene, camera_shift=(0.05, -0.05, 0.03, 0.03, 0.1, 0.1))
        world.reset(scene)
        image = world.render("fixed").astype(int)
        for item, row in zip(world.scene.objects, world.objects(), strict=False):
            if not (0 <= row[7] < len(image) and 0 <= row[8] < len(image)):
                continue
            seen = image[int(row[8]), int(row[7])]
            total += 1
            want, table = np.array(item.rgb), np.array(world.scene.table_rgb)
            seen_hue = seen / max(seen.sum(), 1)
            hits += np.linalg.norm(seen_hue - want / want.sum()) < np.linalg.norm(
                seen_hue - table / table.sum()
            )
    assert total > 15 and hits >= 0.9 * total  # a hand may stand before one


def test_wrist_camera_agrees_with_projection(world):
    scene = sample_episode("pick", 1).scene
    item = scene.objects[0]
    pose = np.array([item.x - 0.05, item.y, 0.20, 0.0])
    q = world.kinematics.inverse(pose, FR3.home, 60)
    world.reset(scene, q)
    hand = world.kinematics.hand(q)
    u, v, depth = project(FR3.cameras["wrist"], hand, world.object_pose(0)[0], 128)
    assert depth > 0
    image = world.render("wrist", 128)
    before = image[int(v), int(u)].astype(int)
    world.move_object(0, np.array([0, 0, -0.3]))
    after = world.render("wrist", 128)[int(v), int(u)].astype(int)
    assert np.abs(before - after).max() > 15


def test_bit_identical_runs_whether_or_not_pictures_are_taken(world):
    ends = []
    for looking in (False, True):
        world.reset(sample_episode("pick", 5).scene)
        driver = Actuator(world)
        for k in range(20):
            if looking:
                world.observation(("fixed", "wrist"))
                world.objects()
            driver.policy_step(FR3.home + 0.02 * k, 0.03)
        ends.append(world.data.qpos.copy())
    assert (ends[0] == ends[1]).all()


def test_same_picture_in_a_fresh_world(world):
    scene = sample_episode("reach", 9).scene
    world.reset(scene)
    first = world.render("fixed", 96)
    with World() as other:
        other.reset(scene)
        assert (other.render("fixed", 96) == first).all()


def test_the_limiter_stands_between(world):
    world.reset(sample_episode("pick", 2).scene)
    driver = Actuator(world)
    rng = np.random.default_rng(0)
    for k in range(40):
        target = rng.uniform(-4, 4, 7)
        driver.policy_step(np.full(7, np.nan) if k % 7 == 3 else target, rng.uniform(-1, 1))
    assert driver.violations == 0


def test_opening_starts_from_where_the_hand_is(world):
    world.reset(sample_episode("pick", 2).scene, gripper_width=0.06)
    driver = Actuator(world)
    driver.start(FR3.home, 0.06)
    for _ in range(20):
        driver.policy_step(FR3.home, 0.0)
    assert world.gripper_width < 0.005
    for _ in range(20):
        driver.policy_step(FR3.home, 0.08)
    assert world.gripper_width > 0.078


def test_push_is_felt(world):
    """Pressing the closed hand on the table gives an upward force: -z of a tool facing down."""
    world.reset(sample_episode("pick", 2).scene)
    driver = Actuator(world)
    pose = world.kinematics.tool_pose(FR3.home)
    q = FR3.home
    for _ in range(60):
        pose[2] = max(pose[2] - 0.006, -0.005)
        q = world.kinematics.inverse(pose, q)
        driver.policy_step(q, 0.08)
    assert world.wrench()[2] < -5


def test_hold_puts_the_object_in_the_hand(world):
    world.reset(sample_episode("pick", 4).scene)
    index = sample_episode("pick", 4).goal.target
    world.hold(index)
    assert world.in_hand(index) and world.objects()[index, 9] == 1
    told = world.scene.objects[index].width - 0.02
    for _ in range(250):
        world.step(FR3.home, told)
    assert world.in_hand(index)


def test_unknown_camera(world):
    world.reset(sample_episode("pick", 4).scene)
    with pytest.raises(RenderError, match="no camera"):
        world.render("ceiling", 64)
    with pytest.raises(RenderError, match="no camera"):
        world.render("ceiling")


def test_close_twice_and_render_again():
    world = World()
    world.reset(sample_episode("pick", 4).scene)
    world.render("fixed", 32)
    world.close()
    world.close()
    assert world.render("fixed", 32).shape == (32, 32, 3)
    world.close()
