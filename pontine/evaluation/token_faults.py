"""Tokens cut off in mid-approach, to see what the cerebellum's own senses are worth."""

from typing import Protocol

import numpy as np

from episodes.splits import TARGET_JUMP
from pontine.agent import Agent
from sim.tasks import Goal
from sim.worlds import World

APPROACH = 0.13  # m: the hand is on its way down to the object


class TokenFault(Protocol):
    """Called after every policy step."""

    def after_step(self, world: World, agent: Agent, goal: Goal) -> None: ...


class MoveTarget:
    """Once the hand descends to grasp, the target jumps aside and no more tokens arrive.

    Tokens flow again when the hand has closed, so a later retry is possible; judge by the
    first grasp.

    Args:
        distance: m. seed: gives the direction.
    """

    def __init__(self, distance: float, seed: int) -> None:
        angle = TARGET_JUMP.rng(seed).uniform(-np.pi, np.pi)
        self._offset = distance * np.array([np.cos(angle), np.sin(angle), 0.0])
        self._done = False

    def after_step(self, world: World, agent: Agent, goal: Goal) -> None:
        if not self._done and _descending(agent):
            self._done = True
            world.move_object(goal.target, self._offset)
            agent.cut_off = True
        elif agent.cut_off and agent.mover.command.closed:
            agent.cut_off = False


class FreezeTokens:
    """Once the hand descends to grasp, the brain falls silent for `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: int | None = None

    def after_step(self, world: World, agent: Agent, goal: Goal) -> None:
        if self._since is None and _descending(agent):
            self._since = world.time
        if self._since is not None:
            agent.cut_off = (world.time - self._since) * 1e-9 < self._seconds


def _descending(agent: Agent) -> bool:
    waypoint = agent.mover.waypoint
    height = agent.mover.command.pose[2]
    return (
        waypoint is not None
        and waypoint.closed
        and waypoint.position[2] < 0.06
        and (height < APPROACH)
    )
