"""A policy of someone else's, whose answers are looked at before anything acts upon them."""

import math
from typing import Any

from body import ActionChunk, Observation, RobotSpec
from pontine.policies.policy import Account, Policy, Status
from sim.worlds import PHYSICS_DT

PERIODS = (PHYSICS_DT, 10.0)  # s, of one step of the policy


class PolicyError(ValueError):
    """A policy cannot be loaded or answers what is none; the message names cause and remedy."""


class WatchedPolicy(Policy):
    """Hands everything on to `policy`, and refuses what it must not answer.

    Args:
        name: as it was asked for.

    Raises:
        PolicyError: its period is no time; from `act`, `cameras`, `tell` and `account`: it
            answers something else than they promise.
    """

    def __init__(self, name: str, policy: Policy, robot: RobotSpec) -> None:
        self.policy, self._name, self._robot = policy, name, robot
        least, most = PERIODS
        period = self._is("period", policy.period, (int, float), "a number of seconds")
        if not least <= period <= most or abs(math.remainder(period, least)) > 1e-9:
            self._refuse(
                "period", f"is {period}", f"whole steps of {least:g} s, {most:g} s at most"
            )
        self.period = float(period)

    def reset(self, observation: Observation, instruction: str) -> None:
        self.policy.reset(observation, instruction)

    def act(self, observation: Observation) -> ActionChunk:
        chunk: ActionChunk = self._is(
            "act", self.policy.act(observation), ActionChunk, "a body.ActionChunk"
        )
        steps, joints = chunk.joint_position.shape
        if not steps or joints != self._robot.joints:
            self._refuse(
                "act", f"answers joint targets of shape ({steps}, {joints})",
                f"(n, {self._robot.joints}) for {self._robot.name}, n at least 1",
            )  # fmt: skip
        return chunk

    def cameras(self, now: int) -> tuple[str, ...]:
        names = self.policy.cameras(now)
        if not isinstance(names, (tuple, list)) or set(names) - set(self._robot.cameras):
            self._refuse("cameras", f"answers {names!r}", f"names of {tuple(self._robot.cameras)}")
        return tuple(names)

    def status(self, now: int) -> Status:
        told: Status = self._is(
            "status", self.policy.status(now), Status, "a pontine.policies.Status"
        )
        return told

    def account(self) -> Account:
        account: Account = self._is(
            "account", self.policy.account(), Account, "a pontine.policies.Account"
        )
        return account

    def _is(self, what: str, answer: Any, kind: Any, called: str) -> Any:
        if not isinstance(answer, kind):
            self._refuse(what, f"answers {type(answer).__name__}", called)
        return answer

    def _refuse(self, what: str, found: str, wanted: str) -> None:
        raise PolicyError(
            f"{self._name}: its {what} {found}. Remedy: it must be {wanted} (docs/policies.md)"
        )
