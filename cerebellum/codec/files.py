"""A codec as one JSON file, identified by the hash of what it holds."""

import json
from pathlib import Path
from typing import Any

from body.contract.errors import BodyError, CodecMismatchError
from cerebellum.codec.aim import AimCodec
from cerebellum.codec.bins import BinsCodec
from cerebellum.codec.dct import DctCodec
from cerebellum.codec.protocol import Codec
from cerebellum.codec.rvq import RvqCodec
from cerebellum.codec.waypoint import WaypointCodec

NAME = "codec.json"
CODECS: dict[str, type[Codec]] = {
    codec.kind: codec for codec in (WaypointCodec, BinsCodec, DctCodec, RvqCodec, AimCodec)
}


class CodecFileError(BodyError):
    """A codec file is missing or cannot be read."""


def make_codec(config: dict[str, Any]) -> Codec:
    """Rebuild a codec from its config; an unknown "kind" raises :class:`CodecFileError`."""
    kind = config.get("kind")
    if kind not in CODECS:
        raise CodecFileError(f"codec kind {kind!r} is unknown; known are {sorted(CODECS)}")
    return CODECS[kind].from_config(config)


def save_codec(codec: Codec, path: Path | str) -> Path:
    """Write `codec` to the file `path`, or to codec.json in the folder `path`."""
    path = _file(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"codec_id": codec.codec_id, "config": codec.config()}, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def load_codec(path: Path | str, codec_id: str | None = None) -> Codec:
    """Read the codec file (or the folder that holds codec.json).

    Raises:
        CodecFileError: missing or unreadable.
        CodecMismatchError: the file does not hash to the id written in it, or not to
            `codec_id`, the one expected.
    """
    path = _file(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        codec = make_codec(content["config"])
        written = content["codec_id"]
    except FileNotFoundError as error:
        raise CodecFileError(f"{path}: no codec file there; pass a codec's folder") from error
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, BodyError):
            raise
        raise CodecFileError(
            f"{path}: not a codec file ({error}); restore it with git checkout -- {path.parent}"
        ) from error
    for wanted in (written, codec_id):
        if wanted is not None and wanted != codec.codec_id:
            raise CodecMismatchError(
                f"{path}: holds codec {codec.codec_id}, expected {wanted}; restore the file "
                f"(git checkout -- {path.parent}) or load models trained with this codec"
            )
    return codec


def _file(path: Path | str) -> Path:
    path = Path(path)
    return path if path.suffix == ".json" else path / NAME
