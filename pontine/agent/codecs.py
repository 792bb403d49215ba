"""Which codecs the tabletop's parts can work with."""

from pathlib import Path

from body.geometry.motion import HORIZON
from cerebellum.codec import ChunkCodec, Codec, WaypointCodec
from episodes import model_folder


def check_codec(codec: Codec, folder: Path, keyframes: bool) -> None:
    """Refuse a codec that a stack cannot work with.

    Args:
        folder: what `codec` was loaded from.
        keyframes: some part asks the codec for a keyframe; nothing does where the oracle's codes,
            or none, are played back as they are.

    Raises:
        ModelFolderError: it says neither keyframes nor this arm's chunks; or it says chunks,
            which name no keyframe, to parts that need one.
    """
    if isinstance(codec, WaypointCodec):
        return
    holds = f"holds a {codec.kind} codec"
    if not isinstance(codec, ChunkCodec) or codec.shape != (HORIZON, 5):
        remedy = f"the tabletop speaks waypoints, or chunks of {HORIZON} steps and 5 numbers"
        raise model_folder.ModelFolderError(folder, holds, remedy)
    if keyframes:
        raise model_folder.ModelFolderError(
            folder, f"{holds}, whose chunks name no keyframe",
            "give --controller playback --tokens oracle, or a waypoint codec",
        )  # fmt: skip
