import numpy as np
import pytest

from body.robots.fr3 import FR3
from cerebellum.codec import load_codec
from cerebellum.train_codec import TrainCodecConfig, train
from episodes import model_folder
from tests.cerebellum.synthetic import ToyCache


@pytest.mark.parametrize("kind", ["waypoint", "bins", "dct", "rvq"])
def test_the_folder_is_sealed_and_carries_its_report(kind, toy: ToyCache, tmp_path):
    folder = train(TrainCodecConfig(out=tmp_path / kind, kind=kind), toy)
    config = model_folder.load_config(folder, spec=FR3)
    codec = load_codec(folder, config["codec_id"])
    assert codec.kind == kind
    assert np.isfinite(config["round_trip"]["position_mm"]["p99"])
