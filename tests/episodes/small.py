"""A small data set that the tests of this folder record."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from episodes.columns import FIXED, WRIST
from episodes.features import Feature, image
from episodes.vocabulary import STILLS
from episodes.writer import Recorder

FEATURES: dict[str, Feature] = {
    FIXED: image(16, 16),
    WRIST: image(16, 16),
    "observation.state": Feature("float32", (3,), ("a", "b", "c")),
    "plan.chunk": Feature("float32", (4, 2)),
    "plan.step": Feature("int64", (1,)),
    "scene.goal": Feature("int64", (3,)),
    "task_label": Feature("int64", (1,)),
}


def frames(length: int, seed: int, still: bool = False) -> dict[str, NDArray[Any]]:
    """Random columns of one episode."""
    rng = np.random.default_rng(seed)
    columns: dict[str, NDArray[Any]] = {}
    for name, feature in FEATURES.items():
        shape = (length, *feature.shape)
        if feature.is_image:
            columns[name] = rng.integers(0, 256, shape, dtype=np.uint8)
        elif feature.dtype == "int64":
            columns[name] = rng.integers(0, 3, shape)
        else:
            columns[name] = rng.normal(size=shape).astype(np.float32)
    columns["plan.step"] = np.arange(length) // 5
    columns["task_label"] = np.full(length, STILLS if still else seed % 4)
    return columns


def record(folder: Path, keys: list[int], merge: bool = True, file_mb: float = 100) -> Recorder:
    """Record episodes of 6 + key % 5 frames, every 4th one of stills; merge them."""
    recorder = Recorder(folder, FEATURES, file_mb=file_mb)
    for key in keys:
        columns = frames(6 + key % 5, key, still=key % 4 == 3)
        recorder.save(key, columns, f"task {key % 3}", {"seed": key, "success": key % 2 == 0})
    if merge:
        recorder.merge(progress=False)
    return recorder
