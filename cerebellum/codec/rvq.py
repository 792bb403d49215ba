"""A motion chunk in a few integers: residual vector quantisation.

Code k names a row of code book k, and the rows named add up to the chunk: every book is fitted by
k-means to what those before it leave over (SoundStream, Zeghidour et al. 2021; for actions
VQ-BeT, Lee et al. 2024, which quantises what an autoencoder makes of a chunk, not the chunk).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from body.arrays import Array, finite_array
from cerebellum.codec.protocol import Codec
from cerebellum.state import CommandState

DIGITS = 4  # of a code book's numbers in its file
SAMPLE, ROUNDS = 20_000, 25  # chunks that are fitted to; rounds of k-means


@dataclass(frozen=True, eq=False)
class RvqCodec(Codec):
    """Chunks (`steps`, D); `books` (L, K, steps * D)."""

    kind: ClassVar[str] = "rvq"
    books: Array
    steps: int

    @property
    def length(self) -> int:  # type: ignore[override]
        return len(self.books)

    @property
    def vocabulary(self) -> tuple[int, ...]:  # type: ignore[override]
        return (self.books.shape[1],) * len(self.books)

    def config(self) -> dict[str, Any]:
        return {"kind": self.kind, "steps": self.steps, "books": self.books.tolist()}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "RvqCodec":
        return cls(np.array(config["books"], float), int(config["steps"]))

    @classmethod
    def fit(cls, chunks: Array, levels: int = 4, codes: int = 256, seed: int = 0) -> "RvqCodec":
        """`levels` books of `codes` rows for `chunks` (N, steps, D)."""
        rng = np.random.default_rng(seed)
        rows = rng.choice(len(chunks), min(SAMPLE, len(chunks)), replace=False)
        left = np.asarray(chunks, float)[rows].reshape(len(rows), -1)
        books = []
        for _ in range(levels):
            book = left[rng.choice(len(left), codes, replace=len(left) < codes)]
            for _ in range(ROUNDS):
                own = _nearest(book, left)
                counts = np.bincount(own, minlength=codes)[:, None]
                sums = np.zeros_like(book)
                np.add.at(sums, own, left)
                book = np.where(counts > 0, sums / np.maximum(counts, 1), book)
            book = np.round(book, DIGITS)
            left = left - book[_nearest(book, left)]
            books.append(book)
        return cls(np.stack(books), chunks.shape[1])

    def encode_rows(self, chunks: Array) -> NDArray[np.int64]:
        """(N, L) codes of `chunks` (N, steps, D)."""
        left = np.asarray(chunks, float).reshape(len(chunks), -1)
        codes = []
        for book in self.books:
            nearest = _nearest(book, left)
            left = left - book[nearest]
            codes.append(nearest)
        return np.stack(codes, -1).astype(np.int64)

    def encode(self, plan: Array, state: CommandState | None = None) -> tuple[int, ...]:
        size = self.books.shape[2] // self.steps
        chunk = finite_array("plan", plan, (self.steps, size))
        return tuple(self.encode_rows(chunk[None])[0].tolist())

    def decode(self, codes: Sequence[int], state: CommandState | None = None) -> Array:
        """(steps, D)."""
        self.check(codes)
        rows = [book[code] for book, code in zip(self.books, codes, strict=True)]
        return np.asarray(np.sum(rows, axis=0)).reshape(self.steps, -1)


def _nearest(book: Array, rows: Array) -> NDArray[np.int64]:
    """(N,) of `book` (K, D) the row that each of `rows` (N, D) lies nearest to."""
    distance = (book**2).sum(-1) - 2.0 * rows @ book.T  # and rows**2, the same for all
    return np.asarray(distance.argmin(-1), np.int64)
