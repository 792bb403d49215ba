"""A motion chunk as its cosines, rounded and byte-pair encoded: FAST (Pertsch et al. 2025).

Each dimension is scaled by its quantiles and transformed by an orthonormal DCT-II over time;
coefficients are multiplied by `gain`, rounded, laid in a row from low frequencies to high, and
byte-pair encoded. Two things differ from FAST. Dimensions are scaled but not shifted, so that
rest is all zeros; and the zeros at the row's end, its silent high frequencies, are not written.

The number of codes varies from chunk to chunk, the protocol's does not: code 0 ends a chunk and
fills what is left. `length` is the smallest at which all but a hundredth of the chunks fitted to
keep every symbol; a longer one loses its last, the highest frequencies.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from body.contract.arrays import Array
from body.geometry.motion import HORIZON
from cerebellum.codec import pairs
from cerebellum.codec.chunks import ChunkCodec, ranges

END = 0
SAMPLE = 20_000  # chunks that are fitted to


@dataclass(frozen=True)
class DctCodec(ChunkCodec):
    """Chunks (`steps`, D).

    Attributes:
        scale: (D,) m, rad, or gripper that count as 1.
        reach: coefficients are clipped to -reach..reach.
        merges: pairs of symbols, see :mod:`cerebellum.codec.pairs`; symbol s is code s + 1.
        length: codes of a chunk, filled up with END.
        gain: rounding steps in 1; a coefficient is off by up to half of one.
    """

    kind: ClassVar[str] = "dct"
    scale: tuple[float, ...]
    reach: int
    merges: tuple[pairs.Pair, ...]
    length: int
    steps: int = HORIZON
    gain: float = 10.0

    @property
    def shape(self) -> tuple[int, int]:
        return self.steps, len(self.scale)

    @property
    def first(self) -> int:
        """Symbols that are coefficients; those from here on are merged pairs."""
        return 2 * self.reach + 1

    @property
    def vocabulary(self) -> tuple[int, ...]:  # type: ignore[override]
        return (self.first + len(self.merges) + 1,) * self.length

    def config(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "scale": list(self.scale), "reach": self.reach,
            "merges": [list(pair) for pair in self.merges], "length": self.length,
            "steps": self.steps, "gain": self.gain,
        }  # fmt: skip

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "DctCodec":
        merges = tuple((int(left), int(right)) for left, right in config["merges"])
        return cls(
            tuple(config["scale"]), int(config["reach"]), merges, int(config["length"]),
            int(config["steps"]), float(config["gain"]),
        )  # fmt: skip

    @classmethod
    def fit(
        cls, chunks: Array, codes: int = 1024, gain: float = 10.0, share: float = 0.99,
        seed: int = 0,
    ) -> "DctCodec":  # fmt: skip
        """Scale, pairs and length for `chunks` (N, steps, D).

        Args:
            codes: size of the vocabulary, where so many pairs repeat.
            share: of the chunks that keep every symbol.
        """
        rng = np.random.default_rng(seed)
        rows = rng.choice(len(chunks), min(SAMPLE, len(chunks)), replace=False)
        chosen = np.asarray(chunks, np.float64)[rows]
        scale = tuple(np.round(np.abs(ranges(chosen)).max(axis=0), 6).tolist())
        plain = cls(scale, 0, (), 0, chosen.shape[1], gain)
        reach = max(1, int(np.abs(plain.coefficients(chosen)).max()))
        plain = cls(scale, reach, (), 0, chosen.shape[1], gain)
        lines = [plain.line(row) for row in plain.coefficients(chosen)]
        merges = tuple(pairs.learn(lines, plain.first, codes - 1))
        merged = cls(scale, reach, merges, 0, chosen.shape[1], gain)
        counts = Counter(len(pairs.merge(line, merged.ranks, merged.first)) for line in lines)
        length = int(np.quantile(list(counts.elements()), share, method="higher"))
        return cls(scale, reach, merges, max(1, length), chosen.shape[1], gain)

    @cached_property
    def ranks(self) -> dict[pairs.Pair, int]:
        """When each pair is merged."""
        return {pair: rank for rank, pair in enumerate(self.merges)}

    @cached_property
    def _meanings(self) -> list[tuple[int, ...]]:
        return pairs.expand(self.merges, self.first)

    def coefficients(self, chunks: Array) -> NDArray[np.int64]:
        """(N, steps * D) rounded, low frequencies first, of `chunks` (N, steps, D)."""
        waves = cosines(self.steps) @ (np.asarray(chunks, np.float64) / self.scale)
        rounded = np.rint(np.clip(self.gain * waves, -1e9, 1e9)).astype(np.int64)
        return rounded.reshape(len(chunks), -1)

    def line(self, row: NDArray[np.int64]) -> tuple[int, ...]:
        """Symbols of coefficients `row` (steps * D,) up to the last that is not 0."""
        stop = int(np.max(np.flatnonzero(row), initial=-1)) + 1
        return tuple((np.clip(row[:stop], -self.reach, self.reach) + self.reach).tolist())

    def encode_rows(self, chunks: Array) -> NDArray[np.int64]:
        codes = np.full((len(chunks), self.length), END, np.int64)
        for own, row in zip(codes, self.coefficients(chunks), strict=True):
            symbols = pairs.merge(self.line(row), self.ranks, self.first)[: self.length]
            own[: len(symbols)] = np.array(symbols, np.int64) + 1
        return codes

    def decode_rows(self, codes: NDArray[np.int64]) -> Array:
        """Symbols beyond the last coefficient say nothing."""
        rows = np.zeros((len(codes), self.steps * len(self.scale)))
        for row, own in zip(rows, codes.tolist(), strict=True):
            told = own[: own.index(END)] if END in own else own
            symbols = [symbol for code in told for symbol in self._meanings[code - 1]]
            symbols = symbols[: len(row)]
            row[: len(symbols)] = np.array(symbols, np.float64) - self.reach
        waves = rows.reshape(len(codes), *self.shape) / self.gain
        chunks: Array = cosines(self.steps).T @ waves * np.array(self.scale)
        return chunks


def cosines(steps: int) -> Array:
    """(steps, steps) the orthonormal DCT-II; its transpose is its inverse."""
    wave = np.cos(np.pi * np.outer(np.arange(steps), np.arange(steps) + 0.5) / steps)
    wave *= np.sqrt(2.0 / steps)
    wave[0] /= np.sqrt(2.0)
    return wave
