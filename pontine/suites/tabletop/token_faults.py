"""Tokens cut off in mid-approach, to see what the cerebellum's own senses are worth."""

import numpy as np

from body import ActionChunk, Observation
from episodes.splits import TARGET_JUMP
from pontine.agent.agent import Agent
from pontine.rollout import Watcher
from pontine.suites.tabletop.environment import Tabletop

APPROACH = 0.13  # m: the hand is on its way down to the object


class MoveTarget(Watcher[Observation, ActionChunk]):
    """Once the hand descends to grasp, the target jumps aside and no more tokens arrive.

    Tokens flow again when the hand has closed, so a later retry is possible; judge by the
    first grasp.

    Args:
        distance: m. seed: gives the direction.
    """

    def __init__(self, environment: Tabletop, agent: Agent, distance: float, seed: int) -> None:
        self._environment, self._agent = environment, agent
        angle = TARGET_JUMP.rng(seed).uniform(-np.pi, np.pi)
        self._offset = distance * np.array([np.cos(angle), np.sin(angle), 0.0])
        self._done = False

    def stepped(self) -> bool:
        agent, environment = self._agent, self._environment
        if not self._done and _descending(agent):
            self._done = True
            environment.world.move_object(environment.episode.goal.target, self._offset)
            agent.cut_off = True
        elif agent.cut_off and agent.mover.command.closed:
            agent.cut_off = False
        return False


class FreezeTokens(Watcher[Observation, ActionChunk]):
    """Once the hand descends to grasp, the brain falls silent for `seconds`."""

    def __init__(self, environment: Tabletop, agent: Agent, seconds: float) -> None:
        self._environment, self._agent, self._seconds = environment, agent, seconds
        self._since: int | None = None

    def stepped(self) -> bool:
        now = self._environment.time
        if self._since is None and _descending(self._agent):
            self._since = now
        if self._since is not None:
            self._agent.cut_off = (now - self._since) * 1e-9 < self._seconds
        return False


def _descending(agent: Agent) -> bool:
    waypoint = agent.mover.waypoint
    height = agent.mover.command.pose[2]
    return (
        waypoint is not None
        and waypoint.closed
        and waypoint.position[2] < 0.06
        and (height < APPROACH)
    )
