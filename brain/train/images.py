"""The fixed camera's pictures of a training cache, and which of them are held out."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brain.train.dense_labels import ObjectLabels
from episodes.cache import Cache
from episodes.splits import BRAIN_ONE_IN, held_out


@dataclass
class Images:
    """N pictures: uint8 (N, S, S, 3), their `scene.objects` (N, 6, 10), their episodes (N,)."""

    fixed: NDArray[np.uint8]
    objects: NDArray[np.float32]
    episode: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.fixed)

    @property
    def held_out(self) -> NDArray[np.bool_]:
        return held_out(self.episode, BRAIN_ONE_IN)

    @property
    def labels(self) -> ObjectLabels:
        return ObjectLabels(self.objects, self.fixed.shape[1])


def open_images(cache: Path) -> Images:
    """The pictures of the cache in folder `cache` (memory-mapped, nothing is copied)."""
    opened = Cache.open(cache)
    rows = np.asarray(opened.fixed_index)
    return Images(
        fixed=opened.fixed,
        objects=np.asarray(opened["scene.objects"][rows], np.float32),
        episode=np.asarray(opened["episode_index"][rows], np.int64),
    )
