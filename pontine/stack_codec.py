"""Which codecs the tabletop's parts can work with."""

from typing import TYPE_CHECKING

from body.motion import HORIZON
from cerebellum.codec import ChunkCodec, Codec, WaypointCodec
from episodes import model_folder

if TYPE_CHECKING:
    from pontine.setup import StackConfig


def check_codec(codec: Codec, config: "StackConfig") -> None:
    """Refuse a codec that these settings cannot work with.

    Raises:
        ModelFolderError: it says neither keyframes nor this arm's chunks; or it says chunks,
            which name no keyframe, to parts that need one.
    """
    if isinstance(codec, WaypointCodec):
        return
    folder, holds = config.models.codec, f"holds a {codec.kind} codec"
    if not isinstance(codec, ChunkCodec) or codec.shape != (HORIZON, 5):
        remedy = f"the tabletop speaks waypoints, or chunks of {HORIZON} steps and 5 numbers"
        raise model_folder.ModelFolderError(folder, holds, remedy)
    plays = config.controller == "playback" and config.tokens in ("oracle", "null")
    if not plays or config.noise_mm > 0:
        raise model_folder.ModelFolderError(
            folder, f"{holds}, whose chunks name no keyframe",
            "give --controller playback --tokens oracle, or a waypoint codec",
        )  # fmt: skip
