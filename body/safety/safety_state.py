"""The states of the watchdog, why they change, and what is compared before an arm may move."""

from dataclasses import dataclass, fields
from enum import StrEnum


class State(StrEnum):
    """What the command loop does: nothing; follow; decelerate and wait; the same, latched."""

    DISARMED = "disarmed"
    ARMED = "armed"
    HOLD = "hold"
    STOPPED = "stopped"


class Cause(StrEnum):
    """Why a state changed, or what happened within one."""

    REQUEST = "request"
    RECOVERED = "recovered"
    MISMATCH = "model and robot do not match"
    UNPROVEN = "too few command periods seen"
    LOSSY = "too many states come late"
    PUNCTUAL = "states come in time again"
    ROBOT_SILENT = "robot silent"
    ROBOT_DOUBTED = "robot state not believed"
    RIVALS = "two publishers of joint states"
    MOVING = "robot moves"
    TURNED = "joint a whole turn away"
    MOVED = "robot is not where it was left"
    OBSERVATION_DROPPED = "observation dropped"
    CAMERA_FROZEN = "camera frozen"
    CHUNK_EXHAUSTED = "chunk exhausted"
    CHUNK_REFUSED = "chunk refused"
    TOKENS_STALE = "tokens stale"
    TOKENS_REFUSED = "tokens refused"
    CLOCK_JUMPED = "clock jumped"
    DEGRADED = "inference slow"
    FAST_AGAIN = "inference fast again"
    OUT_OF_BOUNDS = "workspace or self-collision"


@dataclass(frozen=True)
class Event:
    """Something that happened at `time` ns; where `before` is `after`, the state stayed."""

    time: int
    before: State
    after: State
    cause: Cause
    detail: str = ""


@dataclass(frozen=True)
class Identity:
    """What a model and a robot must agree on: `RobotSpec.name`, its joint names in order, and the
    hash of the normalisation statistics."""

    robot: str
    joint_names: tuple[str, ...]
    statistics: str

    def differences(self, other: "Identity") -> list[str]:
        """The names of the fields in which `other` differs."""
        return [
            field.name
            for field in fields(self)
            if getattr(self, field.name) != getattr(other, field.name)
        ]
