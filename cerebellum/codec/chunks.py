"""What codecs of motion share: the plan is the steps themselves, not the place they lead to.

A chunk begins at the state it was computed from. It ages: what of it lies before now is lost to
whoever receives it late.
"""

from abc import abstractmethod
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from body.contract.arrays import Array, finite_array
from cerebellum.codec.protocol import Codec
from cerebellum.state import CommandState

SMALLEST = 1e-3  # of a range: of a dimension that never moves


class ChunkCodec(Codec):
    """Codes of a chunk (steps, D); dx, dy, dz (m), dyaw (rad) and gripper on the tabletop."""

    @property
    @abstractmethod
    def shape(self) -> tuple[int, int]:
        """Steps and D."""

    @abstractmethod
    def encode_rows(self, chunks: Array) -> NDArray[np.int64]:
        """(N, L) codes of `chunks` (N, steps, D)."""

    @abstractmethod
    def decode_rows(self, codes: NDArray[np.int64]) -> Array:
        """(N, steps, D) of `codes` (N, L)."""

    def encode(self, plan: Array, state: CommandState | None = None) -> tuple[int, ...]:
        chunk = finite_array("plan", plan, self.shape)
        return tuple(self.encode_rows(chunk[None])[0].tolist())

    def decode(self, codes: Sequence[int], state: CommandState | None = None) -> Array:
        """(steps, D), wherever it starts."""
        self.check(codes)
        chunk: Array = self.decode_rows(np.asarray(codes, np.int64)[None])[0]
        return chunk


def ranges(chunks: Array) -> tuple[Array, Array]:
    """(D,) 1st and 99th percentile of each dimension of `chunks` (N, steps, D), 0 between them.

    Steps at which a dimension rests do not count: on the tabletop the hand turns in two of a
    hundred, and percentiles of all of them would forbid it.
    """
    spans = []
    for values in np.asarray(chunks, np.float64).reshape(-1, chunks.shape[-1]).T:
        moves = values[values != 0.0]
        low, high = np.percentile(moves, [1, 99]) if len(moves) else (0.0, 0.0)
        spans.append((min(low, -SMALLEST), max(high, SMALLEST)))
    low, high = np.array(spans).T
    return low, high
