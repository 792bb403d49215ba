"""ROS messages as arrays; malformed ones are refused, as the nodes refuse them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from body import BodyError
from body.arrays import Array

INTENTS = ("act", "done", "refuse")  # by number
MOST_CODES = 64


class MalformedError(BodyError):
    """A message that says nothing usable; the text says why."""


def nanoseconds(stamp: Any) -> int:
    """A builtin_interfaces/Time in ns."""
    return int(stamp.sec) * 1_000_000_000 + int(stamp.nanosec)


@dataclass(frozen=True, eq=False)
class Arm:
    """q, dq (J,) rad, rad/s; width m."""

    q: Array
    dq: Array
    width: float


class JointReader:
    """Joint states by name; the fingers may come in messages of their own.

    Args:
        arm: in the robot's order. fingers: their positions add up to the width. width: m, until
            fingers are heard of.
    """

    def __init__(self, arm: Sequence[str], fingers: Sequence[str], width: float) -> None:
        self._arm, self._fingers, self._width = tuple(arm), tuple(fingers), width

    def read(self, message: Any) -> Arm | None:
        """The arm; None: the message holds the fingers alone.

        Raises:
            MalformedError: lengths that differ, joints that are missing, NaN.
        """
        names, position, velocity = list(message.name), message.position, message.velocity
        place = {name: i for i, name in enumerate(names)}
        if len(place) != len(position) or len(velocity) not in (0, len(names)):
            raise MalformedError("names, positions and velocities do not match")
        arm = [place.get(name, -1) for name in self._arm]
        fingers = [place.get(name, -1) for name in self._fingers]
        hand = bool(fingers) and min(fingers) >= 0
        if min(arm) < 0 and (max(arm) >= 0 or not hand):
            raise MalformedError(f"joint {self._arm[arm.index(-1)]!r} is missing")
        found = np.asarray(position, np.float64)
        speed = np.asarray(velocity, np.float64) if len(velocity) else np.zeros(len(names))
        width = float(found[fingers].sum()) if hand else self._width
        if not np.isfinite([*found[arm], *speed[arm], width]).all():
            raise MalformedError("a position or velocity is no finite number")
        self._width = width
        return None if min(arm) < 0 else Arm(found[arm], speed[arm], width)


def wrench(message: Any) -> Array:
    """(6,) N, Nm; raises MalformedError."""
    force, torque = message.wrench.force, message.wrench.torque
    return finite([force.x, force.y, force.z, torque.x, torque.y, torque.z], 6)


def trajectory(message: Any, joints: Sequence[str]) -> Array:
    """(J,) rad where a JointTrajectory ends, in the order of `joints`; raises MalformedError."""
    if not message.points or sorted(message.joint_names) != sorted(joints):
        raise MalformedError("no points, or not of this robot's joints")
    found = finite(message.points[-1].positions, len(joints))
    place = {name: i for i, name in enumerate(message.joint_names)}
    return found[[place[name] for name in joints]]


def finite(values: Any, count: int) -> Array:
    """(count,) finite numbers; raises MalformedError."""
    found = np.asarray(values, np.float64)
    if found.shape != (count,) or not np.isfinite(found).all():
        raise MalformedError(f"not {count} finite numbers")
    return found


@dataclass(frozen=True)
class Tokens:
    """As body.ActionTokens, still of an unchecked codec. stamp: ns. ttl: s. intent: a number.

    instruction: number of the Instruction they answer.
    """

    codes: tuple[int, ...]
    codec_id: str
    stamp: int
    ttl: float
    intent: int
    instruction: int


def tokens(message: Any) -> Tokens:
    """Of a pontine_interfaces/ActionTokens; raises MalformedError."""
    found = tuple(int(code) for code in message.codes)
    if len(found) > MOST_CODES or message.intent >= len(INTENTS):
        raise MalformedError("too many codes, or an unknown intent")
    if found and INTENTS[message.intent] == "refuse":
        raise MalformedError("a refusal with codes")
    if not (np.isfinite(message.ttl) and message.ttl > 0):
        raise MalformedError(f"ttl {message.ttl}")
    return Tokens(
        found, str(message.codec_id), nanoseconds(message.header.stamp), float(message.ttl),
        int(message.intent), int(message.instruction),
    )  # fmt: skip
