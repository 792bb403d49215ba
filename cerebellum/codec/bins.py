"""A motion chunk in one integer per step and dimension: the baseline of RT-2 and OpenVLA.

Each of the five dimensions is cut into 256 uniform bins between the 1st and 99th percentile of
the data (Brohan et al. 2023; Kim et al. 2024); the gripper's are 0 and 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from body.arrays import Array, finite_array
from body.errors import RangeError
from body.motion import HORIZON
from cerebellum.codec.protocol import Codec
from cerebellum.state import CommandState

DIMENSIONS = 5


@dataclass(frozen=True)
class BinsCodec(Codec):
    """`low`, `high`: (5,) the ranges of dx, dy, dz (m), dyaw (rad), gripper."""

    kind: ClassVar[str] = "bins"
    low: tuple[float, ...]
    high: tuple[float, ...]
    bins: int = 256

    def __post_init__(self) -> None:
        if any(a >= b for a, b in zip(self.low, self.high, strict=True)):
            raise RangeError(f"bins codec: low {self.low} must lie below high {self.high}")

    @property
    def length(self) -> int:  # type: ignore[override]
        return HORIZON * DIMENSIONS

    @property
    def vocabulary(self) -> tuple[int, ...]:  # type: ignore[override]
        return (self.bins,) * self.length

    def config(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "low": list(self.low), "high": list(self.high), "bins": self.bins,
        }  # fmt: skip

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "BinsCodec":
        return cls(tuple(config["low"]), tuple(config["high"]), int(config["bins"]))

    @classmethod
    def fit(cls, chunks: Array) -> "BinsCodec":
        """Ranges from `chunks` (N, 16, 5)."""
        flat = np.asarray(chunks, dtype=np.float64).reshape(-1, DIMENSIONS)
        low, high = np.percentile(flat, [1, 99], axis=0)
        low, high = np.minimum(low, -1e-3), np.maximum(high, 1e-3)
        low[4], high[4] = 0.0, 1.0
        return cls(tuple(np.round(low, 6).tolist()), tuple(np.round(high, 6).tolist()))

    def encode(self, plan: Array, state: CommandState | None = None) -> tuple[int, ...]:
        chunk = finite_array("plan", plan, (HORIZON, DIMENSIONS))
        low, high = np.array(self.low), np.array(self.high)
        codes = np.floor((chunk - low) / (high - low) * self.bins)
        return tuple(np.clip(codes, 0, self.bins - 1).astype(int).ravel().tolist())

    def decode(self, codes: Sequence[int], state: CommandState | None = None) -> Array:
        self.check(codes)
        low, high = np.array(self.low), np.array(self.high)
        grid = np.asarray(codes).reshape(HORIZON, DIMENSIONS)
        chunk = low + (grid + 0.5) * (high - low) / self.bins
        chunk[:, 4] = chunk[:, 4] > 0.5
        return chunk
