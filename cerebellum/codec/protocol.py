"""What every action codec can do, and the identity that brain and cerebellum must share."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from body.contract.arrays import Array
from body.contract.errors import CodecMismatchError, RangeError
from cerebellum.state import CommandState


class Codec(ABC):
    """Turns a plan into `length` integers and back.

    Subclasses set `kind`, `length`, `vocabulary` (codes permitted at each position) and a
    :meth:`config` from which the codec can be rebuilt exactly; the hash of that config is
    the codec's identity.
    """

    kind: ClassVar[str]
    length: int
    vocabulary: tuple[int, ...]

    @abstractmethod
    def config(self) -> dict[str, Any]:
        """Plain JSON values that rebuild this codec through :meth:`from_config`."""

    @classmethod
    @abstractmethod
    def from_config(cls, config: dict[str, Any]) -> "Codec":
        """The codec that :meth:`config` described."""

    @abstractmethod
    def encode(self, plan: Any, state: CommandState | None = None) -> tuple[int, ...]:
        """Codes of `plan` (its type depends on the codec), out-of-range values clipped."""

    @abstractmethod
    def decode(self, codes: Sequence[int], state: CommandState) -> Array:
        """(16, 5) increments dx, dy, dz (m), dyaw (rad), gripper closed, starting at `state`."""

    @cached_property
    def codec_id(self) -> str:
        """16 hex digits: sha256 of the canonical JSON of :meth:`config`."""
        text = json.dumps(self.config(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def vocabulary_size(self) -> int:
        """How many `<act_i>` tokens the brain needs."""
        return max(self.vocabulary)

    def check(self, codes: Sequence[int], codec_id: str | None = None) -> None:
        """Refuse codes this codec cannot have made.

        Raises:
            CodecMismatchError: `codec_id` is another codec's.
            RangeError: wrong number of codes, or one beyond its position's vocabulary.
        """
        if codec_id is not None and codec_id != self.codec_id:
            raise CodecMismatchError(
                f"tokens of codec {codec_id!r} refused: this side speaks {self.codec_id!r}; "
                "load brain and controller that were trained with the same codec folder"
            )
        if len(codes) != self.length:
            raise RangeError(f"codes: {self.kind} has {self.length} of them, got {len(codes)}")
        for place, (code, size) in enumerate(zip(codes, self.vocabulary, strict=True)):
            if not 0 <= code < size:
                raise RangeError(f"codes[{place}]: must lie in 0..{size - 1}, got {code}")
