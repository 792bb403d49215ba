import json

import numpy as np
import pytest

from body.contract.errors import CodecMismatchError
from cerebellum.codec import (
    BinsCodec,
    CodecFileError,
    DctCodec,
    WaypointCodec,
    fit_codec,
    load_codec,
    round_trip_report,
    save_codec,
)
from tests.cerebellum.synthetic import ToyCache

DCT = DctCodec((0.02,) * 3 + (0.075, 1.0), 3, ((3, 3), (7, 2)), 4)
CODECS = [WaypointCodec(), BinsCodec((-0.1,) * 5, (1.0,) * 5), DCT]


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.kind)
def test_saved_and_loaded_it_is_the_same_codec(codec, tmp_path):
    save_codec(codec, tmp_path)
    assert load_codec(tmp_path, codec.codec_id) == codec
    assert load_codec(tmp_path / "codec.json").codec_id == codec.codec_id
    assert len(codec.codec_id) == 16


def test_an_altered_or_unexpected_codec_is_refused(tmp_path):
    path = save_codec(WaypointCodec(), tmp_path)
    with pytest.raises(CodecMismatchError, match=r"codec\.json"):
        load_codec(tmp_path, "0" * 16)
    content = json.loads(path.read_text())
    content["config"]["bins"] = 64
    path.write_text(json.dumps(content))
    with pytest.raises(CodecMismatchError, match="git checkout"):
        load_codec(tmp_path)


def test_missing_and_damaged_files_are_named(tmp_path):
    with pytest.raises(CodecFileError, match=r"codec\.json"):
        load_codec(tmp_path)
    path = save_codec(WaypointCodec(), tmp_path)
    path.write_text(path.read_text()[:40])
    with pytest.raises(CodecFileError, match="git checkout"):
        load_codec(tmp_path)
    path.write_text('{"codec_id": "x", "config": {"kind": "morse"}}')
    with pytest.raises(CodecFileError, match="morse"):
        load_codec(tmp_path)


@pytest.mark.parametrize("kind", ["waypoint", "bins", "dct", "rvq"])
def test_round_trip_report_on_recordings(kind, toy: ToyCache):
    codec = fit_codec(kind, toy.columns)
    report = round_trip_report(codec, toy.columns)
    assert report["gripper_wrong"] == 0.0
    assert report["bits_per_second"] == pytest.approx(4 * np.log2(codec.vocabulary).sum(), abs=0.1)
    if kind == "waypoint":
        assert report["position_mm"]["max"] < 4.0 and report["yaw_deg"]["max"] < 1.9
        assert report["length"] <= 8


def test_an_unknown_kind_is_refused(toy: ToyCache):
    with pytest.raises(CodecFileError, match="known are"):
        fit_codec("morse", toy.columns)
