"""Fit a codec on recordings and write its model folder."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from body.robots.registry import robot
from body.setting import CacheFolder, NewFolder, OneOf, Robot
from cerebellum.codec import CODECS, fit_codec, round_trip_report, save_codec
from cerebellum.frames import Recordings
from episodes import model_folder
from episodes.cache import Cache
from episodes.hold import holding
from episodes.places import DATA, MODELS


@dataclass(frozen=True)
class TrainCodecConfig:
    """Fit an action codec on a training cache and report its round-trip error."""

    data: CacheFolder = DATA / "tabletop-cache"
    """Folder of the training cache."""
    out: NewFolder = MODELS / "tabletop-codec"
    """Model folder to write."""
    kind: Annotated[str, OneOf(lambda: sorted({*CODECS} - {"aim"}))] = "waypoint"
    """waypoint (six codes, what ships), or a baseline of motion chunks: bins (eighty codes), dct
    (their number is fitted), rvq (eight)."""
    robot: Robot = "fr3"
    """Robot of the recordings."""


@holding("out")
def train(config: TrainCodecConfig, recordings: Recordings | None = None) -> Path:
    """Fit, report, write codec.json and config.json; returns the folder."""
    cache = recordings if recordings is not None else Cache.open(config.data)
    names = ("plan.waypoint", "plan.chunk")
    columns = {name: cache[name][cache.robot] for name in names}  # stills hold no plan
    codec = fit_codec(config.kind, columns)
    save_codec(codec, config.out)
    content = {
        "kind": "codec",
        "codec_id": codec.codec_id,
        "round_trip": round_trip_report(codec, columns),
    }
    model_folder.write(config.out, content, spec=robot(config.robot))
    return config.out
