"""Reading a whole data set back and verifying everything that LeRobot and training rely on."""

import os
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from episodes import files, layout, parallel
from episodes.errors import (
    HashMismatchError,
    LayoutError,
    MissingFileError,
    NotFiniteDataError,
    StatsMismatchError,
)
from episodes.features import RESERVED
from episodes.files import RESTORE
from episodes.reader import Episode, Reader
from episodes.stats import FeatureStats, aggregate, feature_stats

_BATCH = 8  # episodes a job
_TIMESTAMP_TOLERANCE = 1e-4  # s, LeRobot's


@dataclass(frozen=True)
class CheckResult:
    """What was found: episodes, frames, images decoded, and the data set's hash."""

    episodes: int
    frames: int
    images: int
    hash: str


def check(folder: Path | str, *, workers: int | None = None, progress: bool = True) -> CheckResult:
    """Verify file hashes, totals, index continuity, shapes, finite values, images, statistics.

    Args:
        workers: processes; None: one a core for large sets.

    Raises:
        DatasetError: a subclass says what is wrong; it names the file and a remedy.
    """
    reader = Reader(folder)
    _check_files(reader)
    _check_totals(reader)
    indices = range(len(reader.episodes))
    batches = [list(indices[i : i + _BATCH]) for i in range(0, len(indices), _BATCH)]
    if workers is None:
        workers = (os.cpu_count() or 1) if len(batches) > 16 else 1
    job = partial(_check_batch, reader.folder, reader.hash)
    images = sum(parallel.run(job, batches, workers, "check", progress))
    _check_stats(reader)
    return CheckResult(len(reader.episodes), len(reader), images, reader.hash)


def _check_files(reader: Reader) -> None:
    manifest = reader.folder / layout.MANIFEST
    listed = files.read_json(manifest)["files"] if manifest.exists() else {}
    for name, wanted in listed.items():
        path = reader.folder / name
        if not path.exists():
            raise MissingFileError(path, "is missing", RESTORE)
        if files.file_hash(path) != wanted:
            problem = f"has other contents than when written ({path.stat().st_size} bytes)"
            remedy = f"{RESTORE}; if LeRobot added episodes, delete {manifest}"
            raise HashMismatchError(path, problem, remedy)


def _check_totals(reader: Reader) -> None:
    info = reader.folder / layout.INFO
    path = reader.folder / layout.EPISODES
    next_frame = 0
    for position, episode in enumerate(reader.episodes):
        if episode.index != position:
            raise LayoutError(path, f"episode {position} is missing or doubled", RESTORE)
        if episode.start != next_frame or episode.length < 1:
            problem = f"episode {position} starts at {episode.start}, not at {next_frame}"
            raise LayoutError(path, problem, RESTORE)
        next_frame += episode.length
    totals = {
        "total_episodes": len(reader.episodes),
        "total_frames": next_frame,
        "total_tasks": len(reader.tasks),
    }
    for name, value in totals.items():
        if reader.info.get(name) != value:
            problem = f"says {name} {reader.info.get(name)}, the data hold {value}"
            raise LayoutError(info, problem, RESTORE)


@lru_cache(maxsize=1)
def _reader(folder: Path, data_hash: str) -> Reader:
    return Reader(folder)  # one per worker process


def _check_batch(folder: Path, data_hash: str, indices: list[int]) -> int:
    reader = _reader(folder, data_hash)
    return sum(_check_episode(reader, reader.episodes[index]) for index in indices)


def _check_episode(reader: Reader, episode: Episode) -> int:
    path = reader.folder / episode.file
    arrays = reader.episode(episode.index)
    expected: dict[str, NDArray[Any]] = {
        "frame_index": np.arange(episode.length),
        "episode_index": np.full(episode.length, episode.index),
        "index": np.arange(episode.start, episode.start + episode.length),
    }
    for name, values in expected.items():
        if not np.array_equal(arrays[name], values):
            problem = f"{name} of episode {episode.index} is not continuous"
            raise LayoutError(path, problem, RESTORE)
    times = expected["frame_index"] / reader.fps
    if np.abs(arrays["timestamp"] - times).max() > _TIMESTAMP_TOLERANCE:
        problem = f"timestamps of episode {episode.index} are not frames at {reader.fps} Hz"
        raise LayoutError(path, problem, RESTORE)
    tasks = arrays["task_index"]
    if (
        tasks.min() < 0
        or tasks.max() >= len(reader.tasks)
        or (reader.tasks[int(tasks[0])] != episode.task)
    ):
        problem = f"task_index of episode {episode.index} does not name its task"
        raise LayoutError(path, problem, RESTORE)
    stored = reader.episode_stats(episode.index)
    for name, values in arrays.items():
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            problem = f"{name} of episode {episode.index} holds NaN or infinity"
            raise NotFiniteDataError(path, problem, RESTORE)
        feature = reader.features[name]
        if name not in stored:
            problem = f"lacks statistics of {name}"
            raise StatsMismatchError(reader.folder / layout.EPISODES, problem, RESTORE)
        # LeRobot 0.4.4's own image std is wrong (uint8 overflow) and so not compared
        kinds = ("min", "max", "mean", "count") if feature.is_image else _EXACT
        where = f"episode {episode.index}: {name}"
        computed = feature_stats(feature, values)
        _compare(reader.folder / layout.EPISODES, where, computed, stored[name], kinds)
    images = sum(reader.features[name].is_image for name in arrays)
    return images * episode.length


_EXACT = ("min", "max", "mean", "std", "count")


def _check_stats(reader: Reader) -> None:
    entries: dict[str, list[FeatureStats]] = {name: [] for name in reader.features}
    for episode in reader.episodes:
        for name, stats in reader.episode_stats(episode.index).items():
            entries.setdefault(name, []).append(stats)
    path = reader.folder / layout.STATS
    for name, episodes in entries.items():
        if name not in reader.stats:
            if name in RESERVED:
                continue
            raise StatsMismatchError(path, f"lacks {name}", RESTORE)
        _compare(path, name, aggregate(episodes), reader.stats[name], _EXACT)


def _compare(
    path: Path, where: str, computed: FeatureStats, stored: FeatureStats, kinds: tuple[str, ...]
) -> None:
    for kind in kinds:
        if kind not in stored or stored[kind].shape != computed[kind].shape:
            raise StatsMismatchError(path, f"{where}: {kind} is missing or misshaped",
                                     RESTORE)  # fmt: skip
        allowed = 1e-5 + 1e-4 * np.abs(computed[kind])
        if not (np.abs(stored[kind] - computed[kind]) <= allowed).all():  # NaN fails as well
            raise StatsMismatchError(path, f"{where}: {kind} differs from the recorded values",
                                     RESTORE)  # fmt: skip
