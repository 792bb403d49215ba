"""What crosses the line from brain to cerebellum, and the report that comes back."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from body.contract.arrays import finite_number
from body.contract.errors import RangeError


class Intent(StrEnum):
    """What the brain is up to: act on the codes, hold because done, or refuse to move."""

    ACT = "act"
    DONE = "done"
    REFUSE = "refuse"


class Report(IntEnum):
    """How the cerebellum fares with the tokens it last received."""

    MOVING = 0
    ARRIVED = 1
    HOLDING = 2
    MISSED = 3


@dataclass(frozen=True)
class ActionTokens:
    """The brain's order.

    Attributes:
        codes: L integers below the codec's vocabulary, or () for the null code.
        codec_id: hash of the codec file that gives the codes their meaning.
        stamp: int64 ns, the time of the frames they were computed from.
        ttl: s; older tokens are stale.
        thought: optional text, for people and logs; the controller never reads it.
        intent: see :class:`Intent`; a refusal carries the null code.
    """

    codes: tuple[int, ...]
    codec_id: str
    stamp: int
    ttl: float = 1.0
    thought: str | None = None
    intent: Intent = Intent.ACT

    def __post_init__(self) -> None:
        codes = tuple(int(code) for code in self.codes)
        if any(code < 0 for code in codes):
            raise RangeError(f"codes: must not be negative, got {codes}")
        if self.intent is Intent.REFUSE and codes:
            raise RangeError("a refusal must carry the null code ()")
        object.__setattr__(self, "codes", codes)
        object.__setattr__(self, "stamp", int(self.stamp))
        ttl = finite_number("ttl", self.ttl)
        if ttl <= 0:
            raise RangeError(f"ttl: must be positive, got {ttl}")
        object.__setattr__(self, "ttl", ttl)

    @property
    def is_null(self) -> bool:
        return not self.codes

    def age(self, now: int) -> float:
        """Seconds from `stamp` to `now` (both int64 ns on the same clock)."""
        return (now - self.stamp) * 1e-9


@dataclass(frozen=True)
class ControllerReport:
    """A :class:`Report` and the stamp (ns) of the tokens it speaks of (-1: none yet)."""

    status: Report = Report.MOVING
    token_stamp: int = -1
