"""Messages of many rates brought onto one grid of frames, by their stamps.

A frame takes from every source the newest message that is not newer than the frame, and only
while that message is no older than the source's tolerance: nothing is interpolated, nothing
comes from the future. Where a source is too old, the grid is torn: a gap.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Stamps = NDArray[np.int64]  # ns


@dataclass(frozen=True, eq=False)
class SampleSource:
    """What a frame needs.

    Attributes:
        name: for reports. stamps: (n,) ns, never falling. tolerance: s that its newest message
            may be old.
    """

    name: str
    stamps: Stamps
    tolerance: float


@dataclass(frozen=True)
class Gap:
    """The frames from `begin` to `end` (ns, both included) found `source` too old."""

    source: str
    begin: int
    end: int

    @property
    def seconds(self) -> float:
        return (self.end - self.begin) * 1e-9


@dataclass(frozen=True, eq=False)
class Alignment:
    """What became of a span.

    Attributes:
        pieces: frame times (T,) ns of each stretch without a gap.
        gaps: in order of time. dropped: frames in gaps, and in pieces that were too short.
    """

    pieces: tuple[Stamps, ...]
    gaps: tuple[Gap, ...]
    dropped: int


def latest(stamps: Stamps, times: Stamps) -> NDArray[np.int64]:
    """(T,) index of the newest stamp that is not after each time; -1: there is none."""
    return np.searchsorted(stamps, times, side="right") - 1


def fresh(source: SampleSource, times: Stamps) -> NDArray[np.bool_]:
    """(T,) whether `source` has a message for each time that is not older than its tolerance."""
    index = latest(source.stamps, times)
    if not len(source.stamps):
        return np.zeros(len(times), bool)
    age = times - source.stamps[np.maximum(index, 0)]
    return (index >= 0) & (age <= round(source.tolerance * 1e9))


def align(
    sources: Sequence[SampleSource], begin: int, end: int, period: int, shortest: int = 1
) -> Alignment:
    """Lay frames `period` ns apart over [begin, end), from where every source has begun.

    Args:
        shortest: frames; shorter pieces are dropped.
    """
    if any(not len(source.stamps) for source in sources):
        return Alignment((), (), 0)
    first = max([begin, *(int(source.stamps[0]) for source in sources)])
    times = np.arange(first, end, period, dtype=np.int64)
    whole = np.ones(len(times), bool)
    gaps: list[Gap] = []
    for source in sources:
        there = fresh(source, times)
        gaps += [Gap(source.name, int(times[a]), int(times[b - 1])) for a, b in runs(~there)]
        whole &= there
    pieces = tuple(times[a:b] for a, b in runs(whole) if b - a >= shortest)
    kept = sum(len(piece) for piece in pieces)
    return Alignment(pieces, tuple(sorted(gaps, key=lambda g: g.begin)), len(times) - kept)


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First index, and the one after the last, of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
