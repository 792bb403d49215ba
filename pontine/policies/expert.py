"""The scripted expert as a policy: it sees the simulator's state, and bounds what can be had."""

import numpy as np

from body import ActionChunk, Observation
from pontine.policies.policy import Policy
from sim.expert import Expert
from sim.tasks import Episode


class ExpertPolicy(Policy):
    """Privileged: the expert that recorded the demonstrations, without its deliberate errors."""

    def __init__(self, expert: Expert, episode: Episode) -> None:
        self._expert, self._episode = expert, episode

    def reset(self, observation: Observation, instruction: str) -> None:
        self._expert.begin(self._episode)

    def act(self, observation: Observation) -> ActionChunk:
        move = self._expert.decide()
        self._expert.carry_on(move)
        return ActionChunk(move.q[None], np.array([move.width]), observation.stamp)

    def cameras(self, now: int) -> tuple[str, ...]:
        return ()
