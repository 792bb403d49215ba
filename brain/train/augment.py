"""Changes of a picture that leave every coordinate where it is: light, noise, blur."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from brain.vision_encoder import normalise

LITTLE_NOISE, MOST_NOISE, NOISY = 0.04, 0.33, 0.35  # of [-1, 1]; share of pictures with the latter
MOST_BLUR, BLURRED = 0.022, 0.2  # of a picture's side; share


def augment(
    images: NDArray[np.uint8], rng: np.random.Generator, on: torch.device | None = None
) -> Tensor:
    """uint8 (B, S, S, 3) -> normalised (B, 3, S, S) with other light, tint, contrast and noise,
    some of it as of a small sensor at night or out of focus; made on the device `on`."""
    pixels = normalise(torch.from_numpy(images).to(on))
    count = len(images)
    gain = rng.uniform(0.85, 1.15, (count, 1, 1, 1)) * rng.uniform(0.94, 1.06, (count, 3, 1, 1))
    shift = rng.uniform(-0.08, 0.08, (count, 1, 1, 1))
    noise = torch.randn(
        pixels.shape, generator=_generator(rng, pixels.device), device=pixels.device
    )
    most = np.where(rng.random((count, 1, 1, 1)) < NOISY, MOST_NOISE, LITTLE_NOISE)
    level = most * rng.uniform(0, 1, most.shape)
    blurred = np.flatnonzero(rng.random(count) < BLURRED)
    if len(blurred):
        pixels[blurred] = blur(pixels[blurred], float(rng.uniform(0, MOST_BLUR)) * pixels.shape[-1])
    gains, shifts, levels = (
        torch.from_numpy(a.astype(np.float32)).to(on) for a in (gain, shift, level)
    )
    return pixels.mul(gains).add_(shifts).addcmul_(noise, levels).clamp_(-1.2, 1.2)


def blur(pixels: Tensor, deviation: float) -> Tensor:
    """(B, C, S, S) convolved with a Gaussian of `deviation` pixels."""
    reach = max(1, round(2.5 * deviation))
    line = torch.arange(-reach, reach + 1, dtype=pixels.dtype, device=pixels.device)
    taps = torch.exp(-0.5 * (line / max(deviation, 0.05)) ** 2)
    taps = (taps / taps.sum()).expand(pixels.shape[1], 1, 1, -1)
    wide = nn.functional.pad(pixels, (reach,) * 4, mode="replicate")
    channels = pixels.shape[1]
    with torch.autocast(pixels.device.type, enabled=False):
        wide = nn.functional.conv2d(wide, taps, groups=channels)
        return nn.functional.conv2d(wide, taps.transpose(2, 3), groups=channels)


def _generator(rng: np.random.Generator, on: torch.device) -> torch.Generator:
    return torch.Generator(on).manual_seed(int(rng.integers(2**31)))
