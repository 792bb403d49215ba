import numpy as np
import pytest

from sim.metrics import Handling, PathLength, Safety, expert_path
from sim.tasks import TASKS, sample_episode
from sim.worlds import World

SEED = 800_005


@pytest.fixture
def table(world: World) -> World:
    world.reset(sample_episode("pick", SEED).scene)
    return world


def test_an_untouched_table_is_safe(table: World) -> None:
    safety = Safety(table, [0])
    for _ in range(25):
        table.step(table.robot.home, table.robot.gripper_open)
        safety.physics()
    safety.update()
    assert not safety.knocked_over and not safety.self_contact and safety.peak_force < 5.0


def test_a_shoved_neighbour_counts_once_and_the_target_never(table: World) -> None:
    safety = Safety(table, [0])
    table.move_object(0, np.array([0.10, 0.0, 0.0]))
    table.move_object(1, np.array([0.04, 0.0, 0.0]))
    safety.update()
    assert safety.knocked_over == 0
    table.move_object(1, np.array([0.02, 0.0, 0.0]))
    safety.update()
    safety.update()
    assert safety.knocked_over == 1


def test_a_folded_arm_touches_itself(world: World) -> None:
    scene = sample_episode("pick", SEED).scene
    q = np.array([0.0, 1.5, 0.0, -3.0, 0.0, 0.5, 0.0])
    world.reset(scene, np.clip(q, world.robot.position_lower, world.robot.position_upper))
    safety = Safety(world, [0])
    safety.update()
    assert safety.self_contact


def test_what_slips_out_of_a_closed_hand_was_dropped(world: World) -> None:
    episode = sample_episode("pick", SEED)
    world.reset(episode.scene)
    handling, target = Handling(world), episode.goal.target
    world.hold(target)
    grip = world.gripper_width - 0.02
    for told, lost in ((True, False), (False, False), (True, False), (True, True)):
        if lost:
            world.move_object(target, np.array([0.0, 0.2, 0.0]))
        for _ in range(4):
            for _ in range(5):
                world.step(world.robot.home, grip)
            handling.update(told)
        assert handling.dropped is lost
    assert handling.lifted == [target]
    assert handling.failure(episode.goal, episode.task, refused=False) == "dropped"
    assert handling.failure(episode.goal, episode.task, refused=True) == "refused"


def test_ways_are_summed_and_the_experts_is_no_shorter_than_a_straight_one(table: World) -> None:
    way = PathLength(np.zeros(4))
    for x in (0.1, 0.2, 0.1):
        way.add(np.array([x, 0.0, 0.0, 0.0]))
    assert way.metres == pytest.approx(0.3)
    goal, objects, start = sample_episode("pick", SEED).goal, table.objects(), table.tool_pose()
    straight = np.linalg.norm(objects[goal.target, 2:5] - start[:3]) + 0.14
    assert straight < expert_path(TASKS["pick"], objects, goal, start) < 2 * straight
