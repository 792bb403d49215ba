"""Where the hand is to be, how eagerly it goes there, and what the gripper does: five integers.

x, y, z are uniform bins; gain and effort come from short lists. The way there is a proportional
law: at every step the hand's goal moves by `STEP` times the gain times what is left of the way, and
by `STEP` at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from body.contract.arrays import Array
from body.geometry.motion import HORIZON
from cerebellum.codec.protocol import Codec
from cerebellum.state import CommandState

Range = tuple[float, float]
STEP = 0.01  # m that an action of 1 moves the hand's goal by


@dataclass(frozen=True)
class AimCodec(Codec):
    """Ranges in m, numbers of bins, gains in 1/m; `efforts` are spread over -1 to 1.

    The default ranges are Meta-World's. Ranges should reach 0.1 m beyond the hand's own, so that
    with a gain of 10 or more an aim beyond them, which is clipped, asks for the same action: the
    largest there is.
    """

    kind: ClassVar[str] = "aim"
    x: Range = (-0.6, 0.6)
    y: Range = (0.28, 1.0)
    z: Range = (-0.06, 0.54)
    bins: int = 256
    gains: tuple[float, ...] = (4.0, 5.0, 10.0, 15.0, 25.0, 50.0)
    efforts: int = 21

    @property
    def length(self) -> int:  # type: ignore[override]
        return 5

    @property
    def vocabulary(self) -> tuple[int, ...]:  # type: ignore[override]
        return (self.bins, self.bins, self.bins, len(self.gains), self.efforts)

    @property
    def ranges(self) -> tuple[Range, Range, Range]:
        return (self.x, self.y, self.z)

    def config(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "x": list(self.x), "y": list(self.y), "z": list(self.z),
            "bins": self.bins, "gains": list(self.gains), "efforts": self.efforts,
        }  # fmt: skip

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "AimCodec":
        spans: dict[str, Any] = {
            name: (float(config[name][0]), float(config[name][1])) for name in ("x", "y", "z")
        }
        gains = tuple(float(gain) for gain in config["gains"])
        return cls(**spans, bins=int(config["bins"]), gains=gains, efforts=int(config["efforts"]))

    def encode_rows(self, rows: Array) -> NDArray[np.int64]:
        """(N, 5) codes of `rows` (N, 5): x, y, z (m), gain (1/m), effort (-1 to 1)."""
        rows = np.asarray(rows, dtype=np.float64)
        codes = np.empty(rows.shape, dtype=np.int64)
        codes[..., :3] = self.place_bins(rows[..., :3])
        codes[..., 3] = np.abs(rows[..., 3:4] - np.array(self.gains)).argmin(-1)
        share = (np.clip(rows[..., 4], -1.0, 1.0) + 1.0) / 2.0
        codes[..., 4] = np.rint(share * (self.efforts - 1))
        return codes

    def place_bins(self, places: Array) -> NDArray[np.int64]:
        """(N, 3) bins of `places` (N, 3) m; the border's where they lie outside."""
        return uniform_bins(places, self.ranges, self.bins)

    def decode_rows(self, codes: Any) -> Array:
        """(N, 5) of `codes` (N, 5), in the units of :meth:`encode_rows`."""
        codes = np.asarray(codes)
        rows = np.empty(codes.shape, dtype=np.float64)
        low, high = np.array(self.ranges).T
        rows[..., :3] = low + (codes[..., :3] + 0.5) * (high - low) / self.bins
        rows[..., 3] = np.array(self.gains)[codes[..., 3]]
        rows[..., 4] = codes[..., 4] / (self.efforts - 1) * 2.0 - 1.0
        return rows

    def encode(self, plan: Array, state: CommandState | None = None) -> tuple[int, ...]:
        return tuple(int(code) for code in self.encode_rows(np.asarray(plan)))

    def aim(self, codes: Sequence[int]) -> Array:
        """(5,) what `codes` (5) say: x, y, z (m), gain (1/m), effort (-1 to 1)."""
        self.check(codes)
        return self.decode_rows(np.asarray(codes))

    def decode(self, codes: Sequence[int], state: CommandState) -> Array:
        row = self.aim(codes)
        chunk = np.zeros((HORIZON, 5))
        chunk[:, :3] = STEP * unroll(row, np.array(state.pose[:3]), HORIZON)
        chunk[:, 4] = row[4] > 0.0
        return chunk


def uniform_bins(places: Array, ranges: Sequence[Range], bins: int) -> NDArray[np.int64]:
    """(..., K) bins of `places` (..., K) over `ranges`; the border's where they lie outside."""
    low, high = np.array(ranges).T
    share = (np.asarray(places, float) - low) / (high - low)
    return np.clip(np.floor(share * bins), 0, bins - 1).astype(np.int64)


def heading(aim: Array, place: Array) -> Array:
    """(..., 3) -1 to 1: the proportional law towards `aim` (..., 5) from `place` (..., 3) m."""
    return np.clip(aim[..., 3:4] * (aim[..., :3] - place), -1.0, 1.0)


def unroll(aim: Array, place: Array, steps: int) -> Array:
    """(..., steps, 3) the law towards `aim` (..., 5) from `place` (..., 3) m, were the hand
    to move just as it is told to."""
    place, out = np.array(place, float), np.empty((*place.shape[:-1], steps, 3))
    for step in range(steps):
        out[..., step, :] = heading(aim, place)
        place += STEP * out[..., step, :]
    return out
