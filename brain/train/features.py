"""What the encoder makes of a picture: afresh and augmented, or computed once and kept.

Fresh tokens show the language side other light and noise at every step; kept ones save the
encoder's share of a step and cost 0.1 MB of disk a picture.
"""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from brain.train.augment import augment
from brain.train.dialogue import Features
from brain.vision_encoder import ConvVisionModel, normalise
from episodes.cache import Cache
from learning.fingerprint import fingerprint

NAME = "brain_vision"


def fresh_features(encoder: ConvVisionModel, pictures: NDArray[np.uint8]) -> Features:
    """Tokens computed from the pictures themselves, augmented while learning."""

    def features(rows: NDArray[np.int64], rng: np.random.Generator | None) -> Tensor:
        images, on = np.asarray(pictures[rows]), encoder.device
        pixels = augment(images, rng, on) if rng else normalise(torch.from_numpy(images).to(on))
        return encoder(pixels).last_hidden_state

    return features


def kept_features(
    cache: Path, encoder: ConvVisionModel, pictures: NDArray[np.uint8] | None = None
) -> Features:
    """Tokens of the frozen encoder read back from the training cache.

    Args:
        pictures: (N, S, S, 3), what the cache's own were made into (None: those).
    """
    array = cached_features(cache, encoder, pictures)
    return lambda rows, rng: torch.from_numpy(array[rows]).to(encoder.device).float()


def cached_features(
    cache: Path, encoder: ConvVisionModel, pictures: NDArray[np.uint8] | None = None
) -> NDArray[np.float16]:
    """(N, tokens, width) float16, memory-mapped; computed unless the cache has these already."""
    opened, stamp = Cache.open(cache), fingerprint(encoder)
    shown = opened.fixed if pictures is None else pictures
    name = NAME if pictures is None else f"{NAME}_{pictures.shape[1]}"
    if not opened.has_features(name, stamp):
        shape = (len(shown), (encoder.config.cells // 2) ** 2, encoder.config.hidden_size)
        with opened.write_array(name, shape, np.float16, stamp=stamp) as array:
            compute_features(encoder, shown, array)
    return opened.features(name, stamp=stamp)


@torch.no_grad()
def compute_features(
    encoder: ConvVisionModel, pictures: NDArray[np.uint8], into: NDArray, batch: int = 64
) -> None:
    """Fill `into` (N, tokens, width) with the encoder's tokens of `pictures` (N, S, S, 3)."""
    encoder.eval().to(memory_format=torch.channels_last)  # type: ignore[call-arg]
    for first in tqdm(range(0, len(pictures), batch), desc="features", mininterval=1.0):
        rows = slice(first, min(first + batch, len(pictures)))
        pixels = normalise(torch.from_numpy(np.array(pictures[rows])).to(encoder.device))
        into[rows] = encoder(pixels).last_hidden_state.to(torch.float16).cpu().numpy()
    # as it was, or what is trained on would depend on whether this was necessary
    encoder.to(memory_format=torch.contiguous_format)  # type: ignore[call-arg]
