"""A motion chunk in a few integers: residual vector quantisation.

Code k names a row of code book k, and the rows named add up to the chunk: every book is fitted by
k-means to what those before it leave over, so the first says what is coarse and the last what is
fine (SoundStream, Zeghidour et al. 2021; for actions VQ-BeT, Lee et al. 2024, which quantises
what an autoencoder makes of a chunk, not the chunk).
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from body.contract.arrays import Array
from cerebellum.codec.chunks import ChunkCodec, ranges

DIGITS = 4  # of a code book's numbers in its file
SAMPLE, ROUNDS = 20_000, 25  # chunks that are fitted to; rounds of k-means


@dataclass(frozen=True, eq=False)
class RvqCodec(ChunkCodec):
    """Chunks (`steps`, D).

    Attributes:
        books: (L, K, steps * D), in units of `scale`.
        scale: (D,) m, rad, or gripper that count as 1, lest a gripper of 0 or 1 outweigh steps of
            millimetres; () in files of before it was known, whose books are in m and rad.
    """

    kind: ClassVar[str] = "rvq"
    books: Array
    steps: int
    scale: tuple[float, ...] = ()

    @property
    def shape(self) -> tuple[int, int]:
        return self.steps, self.books.shape[2] // self.steps

    @property
    def length(self) -> int:  # type: ignore[override]
        return len(self.books)

    @property
    def vocabulary(self) -> tuple[int, ...]:  # type: ignore[override]
        return (self.books.shape[1],) * len(self.books)

    def config(self) -> dict[str, Any]:
        scale = {"scale": list(self.scale)} if self.scale else {}
        return {"kind": self.kind, "steps": self.steps, "books": self.books.tolist(), **scale}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "RvqCodec":
        books = np.array(config["books"], float)
        return cls(books, int(config["steps"]), tuple(config.get("scale", ())))

    @classmethod
    def fit(cls, chunks: Array, levels: int = 4, codes: int = 256, seed: int = 0) -> "RvqCodec":
        """`levels` books of `codes` rows for `chunks` (N, steps, D)."""
        rng = np.random.default_rng(seed)
        rows = rng.choice(len(chunks), min(SAMPLE, len(chunks)), replace=False)
        scale = np.round(np.abs(ranges(chunks)).max(axis=0), 6)
        left = (np.asarray(chunks, float)[rows] / scale).reshape(len(rows), -1)
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
        return cls(np.stack(books), chunks.shape[1], tuple(scale.tolist()))

    @property
    def _unit(self) -> Array:
        """(D,) or () what 1 in a book stands for."""
        return np.array(self.scale or 1.0)

    def encode_rows(self, chunks: Array) -> NDArray[np.int64]:
        left = (np.asarray(chunks, float) / self._unit).reshape(len(chunks), -1)
        codes = []
        for book in self.books:
            nearest = _nearest(book, left)
            left = left - book[nearest]
            codes.append(nearest)
        return np.stack(codes, -1).astype(np.int64)

    def decode_rows(self, codes: NDArray[np.int64]) -> Array:
        rows = self.books[np.arange(self.length), codes].sum(axis=1)
        chunks: Array = rows.reshape(len(codes), *self.shape) * self._unit
        return chunks


def _nearest(book: Array, rows: Array) -> NDArray[np.int64]:
    """(N,) of `book` (K, D) the row that each of `rows` (N, D) lies nearest to."""
    distance = (book**2).sum(-1) - 2.0 * rows @ book.T  # and rows**2, the same for all
    return np.asarray(distance.argmin(-1), np.int64)
