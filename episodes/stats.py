"""Statistics of an episode's columns and of a data set, in LeRobot's form.

Per feature: min, max, mean, std, count (frames) and quantiles q01..q99, over the frames and all
axes but the last; images per channel, scaled to [0, 1], shaped (3, 1, 1). LeRobot 0.4.4 estimates
quantiles from histograms and its image std overflows in uint8; here both are exact.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from episodes.features import Feature, Features

QUANTILES = {"q01": 0.01, "q10": 0.10, "q50": 0.50, "q90": 0.90, "q99": 0.99}
FeatureStats = dict[str, NDArray[Any]]
Stats = dict[str, FeatureStats]


def sampled_frames(length: int) -> list[int]:
    """Frames whose images enter the statistics: LeRobot's rule (all of them up to 100)."""
    count = max(min(length, 100), min(int(length**0.75), 10_000))
    return np.round(np.linspace(0, length - 1, count)).astype(int).tolist()


def numeric_stats(values: NDArray[Any]) -> FeatureStats:
    """Statistics of (T, ...) values: arrays (last axis,), or (1,) for scalars (T,)."""
    rows = values.reshape(len(values), -1) if values.ndim < 2 else values
    rows = rows.reshape(-1, rows.shape[-1])
    exact = rows.astype(np.float64)
    stats = {
        "min": rows.min(axis=0),
        "max": rows.max(axis=0),
        "mean": exact.mean(axis=0),
        "std": exact.std(axis=0),
        "count": np.array([len(values)]),
    }
    quantiles = np.quantile(exact, list(QUANTILES.values()), axis=0)
    return stats | dict(zip(QUANTILES, quantiles, strict=True))


def image_stats(images: Sequence[NDArray[np.uint8]]) -> FeatureStats:
    """Statistics of uint8 (H, W, 3) images, per channel (3, 1, 1) in [0, 1]."""
    counts = np.zeros((3, 256), np.int64)
    for image in map(_reduced, images):
        for channel in range(3):
            counts[channel] += np.bincount(image[..., channel].reshape(-1), minlength=256)
    levels = np.arange(256) / 255.0
    total = counts.sum(axis=1)
    mean = counts @ levels / total
    std = np.sqrt(np.maximum(counts @ levels**2 / total - mean**2, 0.0))
    cumulated = counts.cumsum(axis=1)

    def level(share: float) -> NDArray[Any]:
        reached = cumulated >= np.maximum(share * total, 1)[:, None]
        return levels[reached.argmax(axis=1)]

    stats = {"min": level(0.0), "max": level(1.0), "mean": mean, "std": std}
    stats |= {name: level(share) for name, share in QUANTILES.items()}
    shaped: FeatureStats = {name: value.reshape(3, 1, 1) for name, value in stats.items()}
    return shaped | {"count": np.array([len(images)])}


def _reduced(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Every n-th pixel of a large picture: LeRobot's rule."""
    height, width = image.shape[:2]
    if max(height, width) < 300:
        return image
    step = int((width if width > height else height) / 150)
    return image[::step, ::step]


def feature_stats(feature: Feature, values: Any) -> FeatureStats:
    """Statistics of one column of an episode: (T, ...) values, or T images."""
    if feature.is_image:
        return image_stats([values[i] for i in sampled_frames(len(values))])
    return numeric_stats(np.asarray(values))


def aggregate(episodes: Sequence[FeatureStats]) -> FeatureStats:
    """Statistics of many episodes' union from theirs; quantiles are averaged, as in LeRobot."""
    counts = np.stack([s["count"] for s in episodes]).astype(np.float64)
    means = np.stack([s["mean"] for s in episodes])
    weights = counts.reshape(-1, *[1] * (means.ndim - 1)) / counts.sum()
    mean = (weights * means).sum(axis=0)
    spread = np.stack([s["std"] for s in episodes]) ** 2 + (means - mean) ** 2
    result = {
        "min": np.stack([s["min"] for s in episodes]).min(axis=0),
        "max": np.stack([s["max"] for s in episodes]).max(axis=0),
        "mean": mean,
        "std": np.sqrt((weights * spread).sum(axis=0)),
        "count": np.array([int(counts.sum())]),
    }
    for name in QUANTILES:
        if all(name in s for s in episodes):
            result[name] = (weights * np.stack([s[name] for s in episodes])).sum(axis=0)
    return result


def to_lists(stats: Stats) -> dict[str, dict[str, Any]]:
    """Stats as nested lists, for JSON and Parquet."""
    return {name: {k: v.tolist() for k, v in entry.items()} for name, entry in stats.items()}


def from_lists(stats: dict[str, dict[str, Any]]) -> Stats:
    """The inverse of :func:`to_lists`."""
    return {name: {k: np.array(v) for k, v in entry.items()} for name, entry in stats.items()}


def numeric(features: Features) -> list[str]:
    """Names of the features that are no images."""
    return [name for name, feature in features.items() if not feature.is_image]
