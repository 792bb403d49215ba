"""Building the training cache in parallel; killed, it resumes; built from the same data, it stays.

The cache grows in `FOLDER.partial`, where `done.npy` marks the finished episodes, and is renamed
when complete.
"""

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache, partial, wraps
from hashlib import sha256
from pathlib import Path
from typing import Any, ParamSpec, cast

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from episodes import files, parallel, png
from episodes.cache import INDEX, Cache, check_size
from episodes.check import CHECKED, CheckResult, check
from episodes.columns import FIXED, WRIST
from episodes.errors import CacheError, EpisodesError, StaleCacheError
from episodes.hold import Hold
from episodes.reader import Reader
from episodes.replacing import remove_folder
from episodes.stats import numeric
from episodes.vocabulary import STILLS

P = ParamSpec("P")
_FORMAT = 1
_PLAN = "plan.json"
_BATCH = 4  # episodes a job


@dataclass(frozen=True)
class CacheSettings:
    """What the cache keeps.

    Attributes:
        fixed_every: the fixed camera's image of every k-th frame of an episode, >= 1 (frames at
            which the plan's step changes, and stills, are always kept).
        wrist_size: pixels of a side, at least 1.
        fixed, wrist: the cameras' columns (wrist "": there is none).
    """

    fixed_every: int = 4
    wrist_size: int = 64
    fixed: str = FIXED
    wrist: str = WRIST

    @property
    def cameras(self) -> tuple[str, ...]:
        return (self.fixed, self.wrist) if self.wrist else (self.fixed,)


def _held(function: Callable[P, Cache]) -> Callable[P, Cache]:
    """While it builds nobody else does; the hold lies beside, for the folder comes whole."""

    @wraps(function)
    def held(*arguments: P.args, **named: P.kwargs) -> Cache:
        with Hold(cast(Path, arguments[1]), beside=True):
            return function(*arguments, **named)

    return held


@_held
def build(
    data: Path | str,
    folder: Path | str,
    settings: CacheSettings | None = None,
    *,
    limit_gb: float = 8.0,
    workers: int = 2,
    progress: bool = True,
    checked: CheckResult | None = None,
) -> Cache:
    """Build the cache of a data set in `folder`, or return the one that is there and fresh.

    Args:
        checked: what :func:`episodes.check.check` said of the data; None: it is asked here, once
            (the cache remembers that it was).

    Raises:
        CacheTooLargeError: it would exceed `limit_gb` (10^9 bytes) or the free disk space.
        CacheError: the data set lacks a camera.
        DamageError: the data set is damaged.
    """
    settings = settings or CacheSettings()
    folder = Path(folder)
    reader = Reader(data)
    stamp = _stamp(reader.hash, settings)
    try:
        cache = Cache.open(folder)
        if cache.hash == stamp:
            return cache
    except EpisodesError:
        pass  # absent, stale or damaged: made anew below
    _clear(folder)
    growing = folder.with_name(f"{folder.name}.partial")
    if not _resumable(growing, stamp):
        shutil.rmtree(growing, ignore_errors=True)
        if checked is None or checked.hash != reader.hash:
            check(data, workers=workers, progress=progress)
        _allocate(reader, growing, settings, stamp, limit_gb, progress)
    done = np.load(growing / "done.npy")
    left = [int(index) for index in np.flatnonzero(~done)]
    batches = [left[i : i + _BATCH] for i in range(0, len(left), _BATCH)]
    job = partial(_fill, Path(data), growing, settings)
    for _ in parallel.run(job, batches, workers, "cache", progress):
        pass
    index = files.read_json(growing / _PLAN) | {"limit_gb": limit_gb}
    files.write_json(growing / INDEX, index)
    growing.replace(folder)
    return Cache.open(folder)


def _clear(folder: Path) -> None:
    """Remove an outdated cache, but nothing that is not one."""
    if folder.exists():
        if any(folder.iterdir()) and not (folder / INDEX).exists():
            raise CacheError(folder, "exists and is no training cache", "choose another folder")
        remove_folder(folder)


def _stamp(data_hash: str, settings: CacheSettings) -> str:
    text = f"{_FORMAT}.{CHECKED} {data_hash} {sorted(asdict(settings).items())}"
    return sha256(text.encode()).hexdigest()[:16]


def _resumable(growing: Path, stamp: str) -> bool:
    plan = growing / _PLAN
    return plan.exists() and bool(files.read_json(plan).get("hash") == stamp)


def _allocate(
    reader: Reader,
    growing: Path,
    settings: CacheSettings,
    stamp: str,
    limit_gb: float,
    progress: bool,
) -> None:
    """Decide what goes where, check that it fits, and create the (sparse) arrays."""
    for name in settings.cameras:
        if name not in reader.features or not reader.features[name].is_image:
            raise CacheError(reader.folder, f"has no images {name}", "record this camera")
    frames = len(reader)
    starts = np.array([episode.start for episode in reader.episodes] + [frames], np.int64)
    still = np.zeros(frames, bool)
    if "task_label" in reader.features:
        still = reader.column("task_label") == STILLS
    kept = still | (reader.column("frame_index") % settings.fixed_every == 0)
    if "plan.step" in reader.features:
        steps = reader.column("plan.step")
        kept[1:] |= steps[1:] != steps[:-1]
    index, robot = np.flatnonzero(kept), np.flatnonzero(~still)
    columns = numeric(reader.features)
    shapes: dict[str, tuple[tuple[int, ...], np.dtype[Any]]] = {
        f"columns/{name}": ((frames, *f.item_shape), f.numpy_dtype)
        for name, f in ((name, reader.features[name]) for name in columns)
    }
    size = settings.wrist_size
    shapes["fixed"] = (len(index), *reader.features[settings.fixed].shape), np.dtype(np.uint8)
    shapes["wrist"] = (frames if settings.wrist else 0, size, size, 3), np.dtype(np.uint8)
    total = sum(int(np.prod(shape)) * dtype.itemsize for shape, dtype in shapes.values())
    if settings.wrist:
        total -= int(still.sum()) * size * size * 3  # holes
    if progress:
        print(
            f"training cache: {total / 1e9:.2f} GB for {frames} frames of "
            f"{len(reader.episodes)} episodes, {len(index)} fixed-camera images"
        )
    check_size(growing, total, total, limit_gb)
    (growing / "columns").mkdir(parents=True)
    for name, (shape, dtype) in shapes.items():
        open_memmap(growing / f"{name}.npy", mode="w+", dtype=dtype, shape=shape)
    np.save(growing / "fixed_index.npy", index)
    np.save(growing / "robot.npy", robot)
    np.save(growing / "episode_start.npy", starts)
    np.save(growing / "done.npy", np.zeros(len(reader.episodes), bool))
    plan = {
        "hash": stamp,
        "data_hash": reader.hash,
        "checked": CHECKED,
        "settings": asdict(settings),
        "tasks": reader.tasks,
        "columns": columns,
    }
    files.write_json(growing / _PLAN, plan)


@lru_cache(maxsize=1)
def _reader(folder: Path, data_hash: str) -> Reader:
    return Reader(folder)  # one per worker process


def _fill(data: Path, growing: Path, settings: CacheSettings, indices: list[int]) -> None:
    """Copy a few episodes into the arrays, then mark them done."""
    plan = files.read_json(growing / _PLAN)
    reader = _reader(data, plan["data_hash"])
    if reader.hash != plan["data_hash"]:
        raise StaleCacheError(data, "changed while the cache was built", "build it again")

    def array(name: str) -> NDArray[Any]:
        return np.load(growing / f"{name}.npy", mmap_mode="r+")

    columns = {name: array(f"columns/{name}") for name in plan["columns"]}
    fixed, done = array("fixed"), array("done")
    fixed_index = np.load(growing / "fixed_index.npy")
    robot = np.load(growing / "robot.npy")
    for number in indices:
        episode = reader.episodes[number]
        span = slice(episode.start, episode.start + episode.length)
        for name, values in reader.episode(number, list(columns)).items():
            columns[name][span] = values
        rows = range(*(int(i) for i in np.searchsorted(fixed_index, (span.start, span.stop))))
        encoded = reader.encoded(number, settings.fixed)
        for row in rows:
            data_of_row = encoded[int(fixed_index[row]) - episode.start]
            fixed[row] = reader.decode(episode.file, settings.fixed, data_of_row)
        if settings.wrist:
            wrist = array("wrist")
            encoded = reader.encoded(number, settings.wrist)
            first, last = np.searchsorted(robot, (span.start, span.stop))
            for frame in robot[first:last]:
                seen = encoded[int(frame) - episode.start]
                image = reader.decode(episode.file, settings.wrist, seen)
                wrist[frame] = png.shrink(image, settings.wrist_size)
        done[number] = True
