"""Byte-pair encoding of integers: two that often stand beside each other become one symbol.

Gage 1994; for words Sennrich et al. 2016. Symbols below `first` are the integers themselves;
`first` + k is the k-th pair merged.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Pair = tuple[int, int]
GAP = -1  # between two lines


def learn(lines: Iterable[Sequence[int]], first: int, size: int) -> list[Pair]:
    """Pairs to merge, the most frequent first, until there are `size` symbols or none repeats.

    Args:
        lines: sequences of integers in 0..first - 1.
    """
    text = np.array([symbol for line in lines for symbol in (*line, GAP)], np.int64)
    merges: list[Pair] = []
    for fresh in range(first, size):
        left, right = text[:-1], text[1:]
        beside = (left != GAP) & (right != GAP)
        counts = np.bincount(left[beside] * fresh + right[beside])
        if not len(counts) or counts.max() < 2:
            break
        pair = divmod(int(counts.argmax()), fresh)
        text = _replace(text, pair, fresh)
        merges.append(pair)
    return merges


def merge(line: Sequence[int], ranks: Mapping[Pair, int], first: int) -> list[int]:
    """`line` with its pairs merged in the order `ranks` that they were learnt in."""
    line = list(line)
    while len(line) > 1:
        unknown = len(ranks)
        rank, at = min((ranks.get(pair, unknown), at) for at, pair in enumerate(pairwise(line)))
        if rank == unknown:
            break
        line[at : at + 2] = [first + rank]
    return line


def expand(merges: Sequence[Pair], first: int) -> list[tuple[int, ...]]:
    """What each symbol stands for."""
    meanings: list[tuple[int, ...]] = [(symbol,) for symbol in range(first)]
    for left, right in merges:
        meanings.append(meanings[left] + meanings[right])
    return meanings


def _replace(text: NDArray[np.int64], pair: Pair, fresh: int) -> NDArray[np.int64]:
    at = np.flatnonzero((text[:-1] == pair[0]) & (text[1:] == pair[1]))
    if pair[0] == pair[1]:  # of three alike, the first two
        begins = np.diff(at, prepend=GAP - 1) > 1
        start = np.maximum.accumulate(np.where(begins, at, 0))
        at = at[(at - start) % 2 == 0]
    text[at] = fresh
    return np.delete(text, at + 1)
