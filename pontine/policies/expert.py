"""The scripted expert as a policy: it sees the simulator's state, and bounds what can be had."""

import numpy as np

from body import ActionChunk, Observation
from pontine.policies.policy import Policy
from sim.expert import Expert
from sim.noise import NoiseConfig
from sim.tasks import Episode


class ExpertPolicy(Policy):
    """Privileged: the expert that records the demonstrations.

    Args:
        noise: its deliberate errors (None: it does its best).
    """

    def __init__(self, expert: Expert, episode: Episode, noise: NoiseConfig | None = None) -> None:
        self._expert, self._episode, self._noise = expert, episode, noise

    def reset(self, observation: Observation, instruction: str) -> None:
        self._expert.begin(self._episode, self._noise)

    def act(self, observation: Observation) -> ActionChunk:
        move = self._expert.decide()
        return ActionChunk(move.q[None], np.array([move.width]), observation.stamp)

    def cameras(self, now: int) -> tuple[str, ...]:
        return ()
