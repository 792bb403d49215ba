"""Worse pictures: noise, blur, and frames that repeat."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PIL import Image, ImageFilter

from body import Observation
from body.contract.arrays import Image as Picture
from sim.perturbations.base import Perturbation
from sim.worlds import World

NOISE = 40.0  # grey levels of 255
BLUR = 0.02  # of a picture's side
DROPPED = 0.9


class ImageNoise(Perturbation):
    """As of a small sensor at night."""

    name = "image_noise"
    about = "Gaussian noise of 40 grey levels in every pixel and colour"

    def sense(self, seen: Observation) -> Observation:
        if not self.strength:
            return seen
        return _each(seen, self._noisy)

    def _noisy(self, picture: Picture) -> Picture:
        noise = self.rng.normal(0.0, self.strength * NOISE, picture.shape)
        noisy: Picture = np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8)
        return noisy


class Blur(Perturbation):
    """As of a lens out of focus."""

    name = "blur"
    about = "Gaussian blur whose deviation is 2 % of a picture's side (4 pixels of 192)"

    def sense(self, seen: Observation) -> Observation:
        if not self.strength:
            return seen
        return _each(seen, self._blurred)

    def _blurred(self, picture: Picture) -> Picture:
        radius = self.strength * BLUR * picture.shape[0]
        return np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(radius)))


class FrameDrop(Perturbation):
    """A picture may be the one before again; the observation's stamp does not tell."""

    name = "frame_drop"
    about = "nine of ten pictures are the one before again, each camera by itself"

    def start(self, world: World) -> None:
        self._last: dict[str, Picture] = {}

    def sense(self, seen: Observation) -> Observation:
        if not seen.images or not self.strength:
            return seen
        for name, picture in seen.images.items():
            dropped = self.rng.random() < min(1.0, DROPPED * self.strength)
            if name not in self._last or not dropped:
                self._last[name] = picture
        return replace(seen, images={name: self._last[name] for name in seen.images})


def _each(seen: Observation, change: Callable[[Picture], Picture]) -> Observation:
    if not seen.images:
        return seen
    return replace(seen, images={name: change(image) for name, image in seen.images.items()})
