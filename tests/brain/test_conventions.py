import numpy as np
import torch

from brain.conventions import Conventions
from brain.vision_encoder import normalise

PICTURE = np.random.default_rng(0).integers(0, 255, (6, 6, 3), np.uint8)


def test_ours_are_bit_for_bit_what_training_has_and_go_unsaid() -> None:
    own = Conventions()
    assert torch.equal(own.pixels(PICTURE, 6), normalise(torch.from_numpy(PICTURE)[None]))
    assert own.framed("x") == "x" and own.config() == {} and Conventions.from_config({}) == own


def test_anothers_mean_and_deviation() -> None:
    other = Conventions((0.1, 0.2, 0.3), (0.5, 0.25, 0.125), before="<s>", lead="a", tail="b")
    pixels = other.pixels(PICTURE, 6)
    assert pixels.shape == (1, 3, 6, 6)
    wanted = (PICTURE[2, 4] / 255 - [0.1, 0.2, 0.3]) / [0.5, 0.25, 0.125]
    assert np.allclose(pixels[0, :, 2, 4], wanted, atol=1e-5)
    assert other.pixels(PICTURE, 12).shape == (1, 3, 12, 12)
    assert Conventions.from_config(other.config()) == other and other.framed("x") == "axb"
