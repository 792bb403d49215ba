"""Fitting codecs on recordings, and what a round trip through one costs."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from body.contract.arrays import Array
from cerebellum.codec.bins import BinsCodec
from cerebellum.codec.chunks import ChunkCodec
from cerebellum.codec.dct import DctCodec
from cerebellum.codec.files import CodecFileError
from cerebellum.codec.protocol import Codec
from cerebellum.codec.rvq import RvqCodec
from cerebellum.codec.waypoint import WaypointCodec

RATE = 4.0  # Hz, the brain's default
KINDS = (WaypointCodec.kind, BinsCodec.kind, DctCodec.kind, RvqCodec.kind)
LEVELS = 8  # books of the residual codes: as many as may ship


def fit_codec(kind: str, columns: Mapping[str, Array]) -> Codec:
    """Fit the codec `kind` on recorded columns plan.waypoint (N, 6), plan.chunk (N, 16, 5).

    Raises:
        CodecFileError: no such kind, or none that is fitted to tabletop plans.
    """
    if kind == WaypointCodec.kind:
        return WaypointCodec.fit(np.asarray(columns["plan.waypoint"], dtype=np.float64))
    if kind == BinsCodec.kind:
        return BinsCodec.fit(columns["plan.chunk"])
    if kind == DctCodec.kind:
        return DctCodec.fit(columns["plan.chunk"])
    if kind == RvqCodec.kind:
        return RvqCodec.fit(columns["plan.chunk"], LEVELS)
    raise CodecFileError(f"codec kind {kind!r} is not fitted to plans; known are {KINDS}")


def round_trip_report(codec: Codec, columns: Mapping[str, Array], limit: int = 5000) -> dict:
    """Errors of decode(encode(plan)) over up to `limit` rows evenly spread over the data.

    Returns:
        p50, p95, p99 and max of the position error (mm) and yaw error (deg); for `waypoint` of
        the keyframe, for chunks of the path's end; gripper_wrong (share); bits per order and per
        second at 4 Hz; L and the vocabulary.
    """
    total = len(columns["plan.waypoint"])
    rows = np.unique(np.linspace(0, total - 1, min(limit, total)).astype(int))
    if isinstance(codec, WaypointCodec):
        true = np.asarray(columns["plan.waypoint"][rows], dtype=np.float64)
        back = codec.decode_rows(codec.encode_rows(true))
        move = back[:, :3] - true[:, :3]
        turn = (back[:, 3] - true[:, 3] + np.pi / 2) % np.pi - np.pi / 2
        wrong = (back[:, 4] > 0.5) != (true[:, 4] > 0.5)
    else:
        assert isinstance(codec, ChunkCodec)
        chunks = np.asarray(columns["plan.chunk"][rows], dtype=np.float64)
        decoded = codec.decode_rows(codec.encode_rows(chunks))
        ends = (decoded - chunks)[..., :4].sum(axis=1)
        move, turn = ends[:, :3], ends[:, 3]
        wrong = (decoded[..., 4] > 0.5) != (chunks[..., 4] > 0.5)
    bits = float(np.sum(np.log2(codec.vocabulary)))
    report: dict[str, Any] = {
        "kind": codec.kind, "codec_id": codec.codec_id, "rows": len(rows),
        "length": codec.length, "vocabulary_size": codec.vocabulary_size,
        "position_mm": _spread(1e3 * np.linalg.norm(move, axis=-1)),
        "yaw_deg": _spread(np.degrees(np.abs(turn))),
        "gripper_wrong": float(np.mean(wrong)),
        "bits": round(bits, 2), "bits_per_second": round(bits * RATE, 1), "rate_hz": RATE,
    }  # fmt: skip
    return report


def _spread(values: Array) -> dict[str, float]:
    names = {"p50": 50, "p95": 95, "p99": 99, "max": 100}
    return {name: round(float(np.percentile(values, at)), 3) for name, at in names.items()}
