"""The letter box between brain and cerebellum: the latest order wins, and orders go stale."""

from dataclasses import dataclass, replace
from enum import StrEnum

from body.contract.errors import CodecMismatchError
from body.contract.tokens import ActionTokens

NULL_GRACE = 0.5  # s of null code after the TTL, then hold
STOP_AFTER = 2.0  # s of age, then stopped


class Freshness(StrEnum):
    """What the age of the latest tokens permits."""

    FRESH = "fresh"
    NULL = "null"
    HOLD = "hold"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Letter:
    """The latest tokens (None: never any), their age in s, and what that age permits."""

    tokens: ActionTokens | None
    age: float
    freshness: Freshness


class Mailbox:
    """Latest wins. Tokens of a foreign codec are refused and counted.

    Args:
        codec_id: the only codec whose tokens are accepted.
        expires: False switches the TTL rule off (the `null` and `shuffled` ablations).
    """

    def __init__(self, codec_id: str, expires: bool = True) -> None:
        self.codec_id = codec_id
        self.expires = expires
        self.refused = 0
        self._tokens: ActionTokens | None = None

    def put(self, tokens: ActionTokens) -> None:
        """Deliver tokens; an older stamp than the one held is dropped.

        Raises:
            CodecMismatchError: the tokens speak another codec (and are counted as refused).
        """
        if tokens.codec_id != self.codec_id:
            self.refused += 1
            raise CodecMismatchError(
                f"tokens of codec {tokens.codec_id!r} refused: this controller speaks "
                f"{self.codec_id!r}; load the codec folder the controller was trained with"
            )
        if self._tokens is None or tokens.stamp >= self._tokens.stamp:
            self._tokens = tokens

    def expire(self, now: int) -> None:
        """Treat the tokens held as having just passed their TTL: their age is unknown by now."""
        if self._tokens is not None:
            stamp = now - round(self._tokens.ttl * 1e9) - 1
            self._tokens = replace(self._tokens, stamp=min(self._tokens.stamp, stamp))

    def get(self, now: int) -> Letter:
        """The latest tokens as of `now` (int64 ns)."""
        if self._tokens is None:
            return Letter(None, 0.0, Freshness.HOLD)
        age = self._tokens.age(now)
        if not self.expires or 0 <= age <= self._tokens.ttl:
            freshness = Freshness.FRESH
        elif age < 0 or age > STOP_AFTER:  # a stamp from the future: the clock jumped
            freshness = Freshness.STOPPED if age > STOP_AFTER else Freshness.HOLD
        elif age <= self._tokens.ttl + NULL_GRACE:
            freshness = Freshness.NULL
        else:
            freshness = Freshness.HOLD
        return Letter(self._tokens, age, freshness)
