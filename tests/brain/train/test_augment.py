import numpy as np
import pytest
import torch
from PIL import Image, ImageFilter

from brain.train.augment import augment, blur
from brain.vision_encoder import normalise


@pytest.fixture
def pictures():
    rng = np.random.default_rng(1)
    tiles = rng.integers(0, 255, (40, 6, 6, 3), dtype=np.uint8)
    return tiles.repeat(16, 1).repeat(16, 2)


def test_the_same_seed_changes_pictures_the_same_way(pictures):
    one, two, other = (augment(pictures, np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert torch.equal(one, two) and not torch.equal(one, other)
    assert one.abs().max() <= 1.2


def test_some_pictures_are_as_noisy_as_a_night_and_most_are_not(pictures):
    flat = np.full_like(pictures, 128)
    spread = augment(flat, np.random.default_rng(0)).flatten(1).std(1) * 127.5  # grey levels
    assert 0.1 < (spread > 10).float().mean() < 0.5
    assert spread.max() > 25


@pytest.mark.parametrize("deviation", [0.5, 2.0, 4.0])
def test_blur_is_that_of_a_lens_out_of_focus(pictures, deviation):
    clear = normalise(torch.from_numpy(pictures[:1]))
    seen = (blur(clear, deviation)[0].permute(1, 2, 0) + 1) * 127.5
    lens = Image.fromarray(pictures[0]).filter(ImageFilter.GaussianBlur(deviation))
    inner = slice(16, -16)
    assert np.abs(seen.numpy() - np.asarray(lens))[inner, inner].mean() < 3
    level = torch.full((1, 3, 32, 32), 0.3)
    torch.testing.assert_close(blur(level, deviation), level)
    with torch.autocast("cpu", torch.bfloat16):  # as the stages compute: a picture stays float32
        torch.testing.assert_close(blur(level, deviation), level)
