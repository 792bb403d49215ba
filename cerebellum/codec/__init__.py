"""Action codecs: plans as a few integers. Run time and fitting are numpy alone."""

from cerebellum.codec.bins import BinsCodec
from cerebellum.codec.chunks import ChunkCodec
from cerebellum.codec.dct import DctCodec
from cerebellum.codec.files import CODECS, CodecFileError, load_codec, make_codec, save_codec
from cerebellum.codec.fit import fit_codec, round_trip_report
from cerebellum.codec.protocol import Codec
from cerebellum.codec.rvq import RvqCodec
from cerebellum.codec.waypoint import WaypointCodec

__all__ = [
    "CODECS", "BinsCodec", "ChunkCodec", "Codec", "CodecFileError", "DctCodec", "RvqCodec",
    "WaypointCodec", "fit_codec", "load_codec", "make_codec", "round_trip_report", "save_codec",
]  # fmt: skip
