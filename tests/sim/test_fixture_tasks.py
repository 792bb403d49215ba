"""Drawers, buttons, knobs and pushes: what counts as done, and what does not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episodes.vocabulary import Step
from pontine.suites.tabletop.demonstration import demonstrate
from sim.expert import Expert
from sim.tasks import Goal, sample_episode, task
from sim.tasks.push_to import PushTo
from sim.tasks.turn_knob import LEFT, RIGHT
from sim.worlds import World

MOVING = {"open_drawer": Step.PULL, "close_drawer": Step.PUSH, "turn_knob": Step.TURN}
SEEDS = st.integers(1_000_000, 1_100_000)


@pytest.fixture(scope="module")
def expert():
    with World() as world:
        yield Expert(world)


@pytest.mark.parametrize("name", MOVING)
def test_the_hand_stays_at_the_grip_until_it_lets_go(expert, name):
    record = demonstrate(expert, sample_episode(name, 1_000_002), audit=True)
    steps, command = record.columns["plan.step"][:, 0], record.columns["observation.command"]
    moving = command[steps == MOVING[name]]
    assert record.success and record.violations == 0 and len(moving) > 3
    assert np.ptp(moving[:, 2]) < 0.005 and (moving[:, 8] == 1).all()


@pytest.mark.parametrize("name", ["press_button", "push_to"])
def test_a_fist_is_made_above_and_kept(expert, name):
    record = demonstrate(expert, sample_episode(name, 1_000_002), audit=True)
    closed, height = (record.columns["observation.command"][:, i] for i in (8, 2))
    assert record.success
    assert (closed[height < 0.12] == 1).all() and closed[0] == 0


def test_turning_the_wrong_way_is_no_success(expert):
    world = expert.world
    episode = next(e for e in (sample_episode("turn_knob", s) for s in range(50)) if e.goal.slot)
    assert episode.goal.slot == RIGHT and "right" in episode.instruction
    demonstrate(expert, episode)
    assert world.moved(episode.goal.target) < -0.7
    assert episode.task.holds(world, episode.goal)
    assert not episode.task.holds(world, Goal(episode.goal.target, slot=LEFT))


def test_a_part_that_did_not_move_enough_is_due_again(expert):
    episode = sample_episode("open_drawer", 1_000_003)
    demonstrate(expert, episode)
    world, goal = expert.world, episode.goal
    assert episode.task.left(world, goal) is None
    world.data.qpos[world._free[goal.target]] = 0.03
    assert episode.task.left(world, goal) == goal
    assert not episode.task.holds(world, goal)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_a_push_is_drawn_where_nothing_stands_in_its_way(seed):
    episode = sample_episode("push_to", seed)
    items, goal = episode.scene.objects, episode.goal
    start = np.array([items[goal.target].x, items[goal.target].y])
    end = np.array([items[goal.destination].x, items[goal.destination].y])
    line = start + np.linspace(0, 1, 50)[:, None] * (end - start)
    for i, item in enumerate(items):
        if i not in (goal.target, goal.destination):
            apart = np.linalg.norm(line - [item.x, item.y], axis=1).min()
            assert apart > item.footprint + 0.04


@given(
    angle=st.floats(-3.1, 3.1), far=st.floats(0.15, 0.4), yaw=st.floats(-1.5, 1.5),
    size=st.floats(0.04, 0.068),
)  # fmt: skip
def test_a_push_ends_beside_its_destination_on_the_side_it_came_from(angle, far, yaw, size):
    push = PushTo()
    rows = np.zeros((2, 10))
    rows[0, 2:7] = [0.5, 0.0, size / 2, 0.0, size]
    along, aside = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    rows[1, 2:7] = [*(rows[0, 2:4] + far * along), size / 2, 0.0, size]
    goal = Goal(0, 1)
    behind = push.position(rows, goal, Step.LOWER)[:2] - rows[0, 2:4]
    end = push.position(rows, goal, Step.PUSH)[:2] - rows[1, 2:4]
    assert behind @ along < -size / 2 and abs(behind @ aside) < 1e-9
    assert end @ along < -size and abs(end @ aside) < 1e-9
    turned = push.pose(rows, goal, Step.PUSH, yaw)[3]
    assert abs(turned - yaw) <= np.pi / 2 + 1e-9
    assert abs(np.sin(turned - angle)) < 1e-6  # the two fingers side by side


def test_what_was_carried_there_and_lies_is_not_pushed_there(world):
    episode = sample_episode("push_to", 1_000_004)
    world.reset(episode.scene)
    goal = episode.goal
    there, _ = world.object_pose(goal.destination)
    here, _ = world.object_pose(goal.target)
    offset = np.array([0.0, 0.12, 0.3])
    world.move_object(goal.target, there + offset - here)
    assert not task("push_to").holds(world, goal)
