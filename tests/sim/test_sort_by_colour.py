"""Several parts, in whatever order; all must hold."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from body.robots.so101 import SO101
from episodes.vocabulary import CONTAINERS, GRASPABLE, Step
from pontine.suites.tabletop.demonstration import demonstrate
from sim.expert import Expert
from sim.tasks import sample_episode
from sim.worlds import World

SEEDS = st.integers(1_000_000, 1_100_000)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, pool=st.sampled_from(["seen", "held_out", "all"]))
def test_everything_of_two_colours_is_asked_for_and_nothing_else(seed, pool) -> None:
    episode = sample_episode("sort_by_colour", seed, pool, "all")
    items, parts = episode.scene.objects, episode.goal.parts
    assert 3 <= len(parts) <= 4
    colours = {items[part.target].colour for part in parts}
    asked = {part.target for part in parts}
    assert len(colours) == 2
    for row, item in enumerate(items):
        assert (row in asked) == (item.kind in GRASPABLE and item.colour in colours)
    for place in {part.destination for part in parts}:
        here = [part for part in parts if part.destination == place]
        assert items[place].kind in CONTAINERS and items[place].colour not in colours
        assert len({items[part.target].colour for part in here}) == 1
        assert sorted(part.slot for part in here) == list(range(len(here)))
        assert items[place].colour in episode.instruction
    assert all(colour in episode.instruction for colour in colours)


def test_the_expert_does_one_part_after_the_other(world: World) -> None:
    expert = Expert(world)
    episode = sample_episode("sort_by_colour", 1_000_000)
    record = demonstrate(expert, episode, audit=True)
    assert record.success and record.violations == 0
    goals = record.columns["scene.goal"]
    assert {tuple(row) for row in goals.tolist()} == {
        (part.target, part.destination, part.slot) for part in episode.goal.parts
    }
    begun = np.flatnonzero((np.diff(goals, axis=0) != 0).any(axis=1)) + 1
    assert len(begun) == len(episode.goal.parts) - 1
    assert (record.columns["plan.step"][begun, 0] == Step.ABOVE).all()


def test_what_fell_out_again_is_due_again(world: World) -> None:
    expert = Expert(world)
    episode = sample_episode("sort_by_colour", 1_000_001)
    demonstrate(expert, episode)
    assert episode.task.holds(world, episode.goal)
    first = episode.goal.parts[0]
    world.move_object(first.target, np.array([0.0, 0.3, 0.1]))
    for _ in range(200):
        world.step(world.robot.home, world.robot.gripper_open)
    assert not episode.task.holds(world, episode.goal)
    assert episode.task.left(world, episode.goal) == first


def test_on_a_small_table_stands_only_what_is_asked_for() -> None:
    episode = sample_episode("sort_by_colour", 1_000_003, reach=SO101.reach)
    rows = {i for part in episode.goal.parts for i in (part.target, part.destination)}
    assert rows == set(range(len(episode.scene.objects)))
    assert all(SO101.reach.holds(item.x, item.y) for item in episode.scene.objects)
