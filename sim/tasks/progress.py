"""How far a task has come: shares of 1 that add up over its parts."""

import numpy as np

from sim.worlds import World

AWAY = 0.30  # m from which an approach counts


def nearness(distance: float, away: float = AWAY) -> float:
    """1 at 0 m, 0 from `away` m on."""
    return float(np.clip(1.0 - distance / away, 0.0, 1.0))


def hand_nearness(world: World, index: int) -> float:
    """:func:`nearness` of the tool and object `index`."""
    return nearness(float(np.linalg.norm(world.tool_pose()[:3] - world.object_pose(index)[0])))


def lift(world: World, index: int, height: float = 0.08) -> float:
    """Share of `height`, m, that object `index` has been lifted."""
    bottom = world.object_pose(index)[0][2] - world.half_height(index)
    return float(np.clip(bottom / height, 0.0, 1.0))


def brought(world: World, target: int, destination: int) -> float:
    """A thing that is to be put to another: a quarter for the hand's way, the rest for its own."""
    here, there = world.object_pose(target)[0], world.object_pose(destination)[0]
    apart = nearness(float(np.linalg.norm(here[:2] - there[:2])))
    return 0.25 * hand_nearness(world, target) + 0.75 * apart
