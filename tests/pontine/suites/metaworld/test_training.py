"""The brain with other codecs and smaller pictures: from a recording to codes that move a hand."""

from dataclasses import replace

import numpy as np
import pytest

from brain.options import BrainOptions
from cerebellum.codec import load_codec
from pontine.evaluation.log import EvaluationError
from pontine.suites.metaworld import plans
from pontine.suites.metaworld.brain import MetaWorldBrain
from pontine.suites.metaworld.training import train_metaworld
from pontine.suites.metaworld.training_config import MetaWorldTraining


@pytest.mark.slow
@pytest.mark.parametrize(("codec", "size"), [("bins", 192), ("rvq", 96)])
def test_a_brain_is_trained_with_it_and_speaks_it(recording, tmp_path, codec, size) -> None:
    config = MetaWorldTraining(
        data=recording, out=tmp_path / "brain", runs=tmp_path / "runs", steps=2, pictures=2,
        threads=1, codec=codec, image_size=size,
    )  # fmt: skip
    train_metaworld(config)
    brain = MetaWorldBrain.load(BrainOptions(str(tmp_path / "brain")))
    picture = np.full((480, 480, 3), 90, np.uint8)
    codes = brain.think(picture, np.array([0.0, 0.6, 0.2, 1.0]), "Open a drawer", anew=True)
    spoken = load_codec(tmp_path / "brain")
    assert spoken.kind == codec
    assert plans.decode(spoken, codes).shape == (plans.STEPS, 4)
    with pytest.raises(EvaluationError, match="begun with another codec"):
        train_metaworld(replace(config, codec="aim"))
