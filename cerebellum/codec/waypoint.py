"""The next keyframe in six integers: x, y, z, yaw, gripper after arrival, time to go.

x, y, z are uniform bins over the workspace; yaw is circular over a half turn (a parallel hand
turned by pi is the same hand); time to go is binned evenly in its logarithm. Decoding gives
the bin's centre, so within the ranges the error is at most half a bin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from body.contract.arrays import Array
from body.contract.waypoint import Waypoint
from body.geometry import motion
from cerebellum.codec.protocol import Codec
from cerebellum.state import CommandState
from episodes.vocabulary import PLACE_X, PLACE_Y

Range = tuple[float, float]


@dataclass(frozen=True)
class WaypointCodec(Codec):
    """Ranges in m and s, numbers of bins."""

    kind: ClassVar[str] = "waypoint"
    x: Range = PLACE_X
    y: Range = PLACE_Y
    z: Range = (0.0, 0.45)
    time: Range = (0.05, 4.0)
    bins: int = 128
    yaw_bins: int = 48
    time_bins: int = 8

    @property
    def length(self) -> int:  # type: ignore[override]
        return 6

    @property
    def vocabulary(self) -> tuple[int, ...]:  # type: ignore[override]
        return (self.bins, self.bins, self.bins, self.yaw_bins, 2, self.time_bins)

    def config(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "x": list(self.x), "y": list(self.y), "z": list(self.z),
            "time": list(self.time), "bins": self.bins, "yaw_bins": self.yaw_bins,
            "time_bins": self.time_bins,
        }  # fmt: skip

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "WaypointCodec":
        ranges: dict[str, Any] = {key: tuple(config[key]) for key in ("x", "y", "z", "time")}
        sizes: dict[str, Any] = {key: int(config[key]) for key in ("bins", "yaw_bins", "time_bins")}
        return cls(**ranges, **sizes)

    @classmethod
    def fit(cls, waypoints: Array, margin: float = 0.02) -> "WaypointCodec":
        """The default ranges, widened where `waypoints` (N, 6) come within `margin` m of them."""
        default = cls()
        low, high = waypoints[:, :3].min(axis=0) - margin, waypoints[:, :3].max(axis=0) + margin
        names = ("x", "y", "z")
        ranges: dict[str, Any] = {
            name: (
                round(min(getattr(default, name)[0], float(low[i])), 3),
                round(max(getattr(default, name)[1], float(high[i])), 3),
            )
            for i, name in enumerate(names)
        }
        ranges["z"] = (default.z[0], ranges["z"][1])  # the table is the floor
        return cls(**ranges)

    def encode_rows(self, rows: Array) -> NDArray[np.int64]:
        """(N, 6) codes of `rows` (N, 6): x, y, z (m), yaw (rad), closed (0/1), time to go (s)."""
        rows = np.asarray(rows, dtype=np.float64)
        codes = np.empty(rows.shape, dtype=np.int64)
        for column, (low, high) in enumerate((self.x, self.y, self.z)):
            share = (rows[..., column] - low) / (high - low)
            codes[..., column] = np.clip(np.floor(share * self.bins), 0, self.bins - 1)
        turn = (rows[..., 3] / np.pi + 0.5) % 1.0
        codes[..., 3] = np.floor(turn * self.yaw_bins).astype(np.int64) % self.yaw_bins
        codes[..., 4] = rows[..., 4] > 0.5
        low, high = np.log(self.time)
        share = (np.log(np.maximum(rows[..., 5], 1e-6)) - low) / (high - low)
        codes[..., 5] = np.clip(np.floor(share * self.time_bins), 0, self.time_bins - 1)
        return codes

    def decode_rows(self, codes: Any) -> Array:
        """(N, 6) bin centres of `codes` (N, 6), in the units of :meth:`encode_rows`."""
        codes = np.asarray(codes)
        rows = np.empty(codes.shape, dtype=np.float64)
        for column, (low, high) in enumerate((self.x, self.y, self.z)):
            rows[..., column] = low + (codes[..., column] + 0.5) * (high - low) / self.bins
        rows[..., 3] = ((codes[..., 3] + 0.5) / self.yaw_bins - 0.5) * np.pi
        rows[..., 4] = codes[..., 4]
        low, high = np.log(self.time)
        rows[..., 5] = np.exp(low + (codes[..., 5] + 0.5) * (high - low) / self.time_bins)
        return rows

    def encode(self, plan: Waypoint, state: CommandState | None = None) -> tuple[int, ...]:
        row = np.array([*plan.pose, plan.closed, plan.time_to_go])
        return tuple(int(code) for code in self.encode_rows(row))

    def waypoint(self, codes: Sequence[int]) -> Waypoint:
        """The keyframe that `codes` (6) name."""
        self.check(codes)
        row = self.decode_rows(np.asarray(codes))
        return Waypoint(row[:3], float(row[3]), bool(row[4]), float(row[5]))

    def decode(self, codes: Sequence[int], state: CommandState) -> Array:
        waypoint = self.waypoint(codes)
        closed, after = np.array(float(state.closed)), np.array(float(waypoint.closed))
        target = state.target(waypoint.pose)
        return motion.unroll(state.pose, state.increment, closed, target, after)
