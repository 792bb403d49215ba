"""ROS messages as arrays; malformed ones are refused, as the nodes refuse them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from body import ActionTokens, BodyError, Intent
from body.contract.arrays import Array

INTENTS = ("act", "done", "refuse")  # by number
MOST_CODES = 64


class MalformedError(BodyError):
    """A message that says nothing usable; the text says why."""


def nanoseconds(stamp: Any) -> int:
    """A builtin_interfaces/Time in ns."""
    return int(stamp.sec) * 1_000_000_000 + int(stamp.nanosec)


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


def order(message: Any) -> ActionTokens:
    """A pontine_interfaces/ActionTokens as brain and cerebellum have it; raises MalformedError."""
    found = tokens(message)
    return ActionTokens(found.codes, found.codec_id, found.stamp, found.ttl,
                        intent=Intent(INTENTS[found.intent]))  # fmt: skip


def fill_tokens(message: Any, said: ActionTokens, instruction: int) -> None:
    """The reverse of :func:`order`, but for the header; `instruction`: the number answered."""
    message.codes, message.codec_id = list(said.codes), said.codec_id
    message.ttl, message.intent = said.ttl, INTENTS.index(said.intent)
    message.instruction = instruction
