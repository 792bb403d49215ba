"""Light changes of a picture that leave every coordinate where it is."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from brain.vision_encoder import normalise


def augment(images: NDArray[np.uint8], rng: np.random.Generator) -> Tensor:
    """uint8 (B, S, S, 3) -> normalised (B, 3, S, S) with other light, tint, contrast and noise."""
    pixels = normalise(torch.from_numpy(images))
    count = len(images)
    gain = rng.uniform(0.85, 1.15, (count, 1, 1, 1)) * rng.uniform(0.94, 1.06, (count, 3, 1, 1))
    shift = rng.uniform(-0.08, 0.08, (count, 1, 1, 1))
    noise = torch.randn(pixels.shape, generator=_generator(rng))
    level = torch.from_numpy(rng.uniform(0, 0.04, (count, 1, 1, 1)).astype(np.float32))
    gains, shifts = (torch.from_numpy(a.astype(np.float32)) for a in (gain, shift))
    return pixels.mul(gains).add_(shifts).addcmul_(noise, level).clamp_(-1.2, 1.2)


def _generator(rng: np.random.Generator) -> torch.Generator:
    return torch.Generator().manual_seed(int(rng.integers(2**31)))
