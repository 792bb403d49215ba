"""Measures an episode of Meta-World from its first step to its last."""

from collections import deque

import numpy as np

from body.contract.arrays import Array
from pontine.evaluation.result import DISCOUNT, Result
from pontine.evaluation.statistics import spread
from pontine.policies.policy import Policy
from pontine.rollout import Watcher
from pontine.suites.metaworld.environment import MetaWorldEpisode
from pontine.suites.metaworld.speech import show
from sim.suites.metaworld import Look
from sim.suites.metaworld.protocol import STEPS_A_SECOND

STILL = 0.005  # m that the hand moves at most in the last second of an episode that got stuck


class MetaWorldMetrics(Watcher[Look, Array]):
    """Ends the episode at success.

    Args:
        thinks: what the policy calls a look is a brain's.

    Attributes:
        result: so far; complete after :meth:`close`.
    """

    def __init__(
        self,
        environment: MetaWorldEpisode,
        policy: Policy[Look, Array],
        seed: int,
        thinks: bool = False,
    ) -> None:
        self._environment, self._policy, self._thinks = environment, policy, thinks
        self.result = Result(
            environment.world.task, seed, environment.instruction, limit_ratio=None, unsafe=None,
            largest_velocity_step=None,
        )  # fmt: skip

    def begin(self) -> None:
        self._start = self._place = self._environment.look.state[:3]
        self._lately: deque[Array] = deque(maxlen=STEPS_A_SECOND)
        self._ages: list[float] = []

    def acted(self, observation: Look, action: Array) -> None:
        age = self._policy.status(observation.stamp).token_age
        if age is not None:
            self._ages.append(1e3 * age)

    def stepped(self) -> bool:
        result, look = self.result, self._environment.look
        result.steps = self._environment.steps
        place = look.state[:3]
        result.path += float(np.linalg.norm(place - self._place))
        result.motion = max(result.motion, float(np.linalg.norm(place - self._start)))
        self._place = place
        self._lately.append(place)
        return look.success

    def close(self) -> Result:
        """The episode is over; the whole result."""
        result = self.result
        result.success = self._environment.success
        if result.success:
            result.reason, result.episode_return = "done", DISCOUNT ** (result.steps - 1)
        else:
            still = np.ptp(np.stack(self._lately), axis=0).max() < STILL
            result.failure = "stood still" if still else "not done"
        account = self._policy.account()
        result.controller_ms = account.controller_ms
        result.brain_ms = account.brain_ms if self._thinks else []
        result.brain_calls = len(result.brain_ms)
        result.thoughts = [{**one, "thought": show(one["thought"])} for one in account.thoughts]
        result.token_age_ms = spread(self._ages)
        result.trajectory_hash = self._environment.trajectory_hash
        return result
