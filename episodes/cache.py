"""The training cache: a data set as memory-mapped arrays, for random access without decoding."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from episodes import files, layout
from episodes.check import CHECKED
from episodes.errors import CacheError, CacheTooLargeError, DatasetError, StaleCacheError
from episodes.hold import Hold
from episodes.reader import Reader
from episodes.replacing import replacing

INDEX = "cache.json"
REBUILD = (
    "build it again: `pontine data cache DATA --out CACHE`, or the command that recorded the data"
)
_FEATURES = "features"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class Cache:
    """An open training cache; N frames of E episodes, rows in the data set's order.

    Attributes:
        columns: every numeric column as a read-only memory map (N, *shape), scalars (N,).
        fixed: (Nf, H, W, 3) uint8, the fixed camera at a subset of frames.
        fixed_index: (Nf,) int64, the frame of each row of `fixed`.
        wrist: (N, S, S, 3) uint8, the wrist camera, area-downsampled; zero at stills.
        robot: (Nr,) int64, the frames of a moving robot (all that are no stills).
        episode_start: (E + 1,) int64, first frame of each episode, then N.
        instructions: texts by task_index.
        hash: stamp of data and settings; settings: as built.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        if (self.folder / layout.INFO).exists():
            raise StaleCacheError(
                self.folder, "is a data set, not a training cache",
                f"build one: `pontine data cache {self.folder} --out CACHE`",
            )  # fmt: skip
        if not (self.folder / INDEX).exists():
            raise StaleCacheError(self.folder, "is no finished training cache", REBUILD)
        try:
            index = files.read_json_object(self.folder / INDEX, REBUILD)
        except DatasetError as error:
            raise CacheError(error.path, error.problem, error.remedy) from error
        if index.get("checked") != CHECKED:
            problem = "was built of data that nobody checked (or an older check passed)"
            raise StaleCacheError(self.folder, problem, REBUILD)
        try:
            self.hash = str(index["hash"])
            self.data_hash = str(index["data_hash"])
            self.settings: dict[str, Any] = dict(index["settings"])
            self.limit_gb = float(index["limit_gb"])
            self.instructions: list[str] = list(index["tasks"])
            names = list(index["columns"])
        except (KeyError, TypeError, ValueError) as error:
            problem = f"is no index of a training cache ({error!r})"
            raise CacheError(self.folder / INDEX, problem, REBUILD) from error
        self.columns = {name: self._load(f"columns/{name}") for name in names}
        self.fixed = self._load("fixed")
        self.fixed_index = self._load("fixed_index")
        self.wrist = self._load("wrist")
        self.robot = self._load("robot")
        self.episode_start = self._load("episode_start")
        self._fit()

    def _fit(self) -> None:
        """Refuse arrays that are not of one and the same recording."""
        frames = int(self.episode_start[-1]) if self.episode_start.size else 0
        wrist = frames if self.settings.get("wrist") else 0
        wanted = {f"columns/{name}": (values, frames) for name, values in self.columns.items()}
        wanted |= {"wrist": (self.wrist, wrist), "fixed": (self.fixed, len(self.fixed_index))}
        for name, (values, rows) in wanted.items():
            if not values.ndim or len(values) != rows:
                problem = f"has the shape {values.shape}, not {rows} rows"
                raise CacheError(self.folder / f"{name}.npy", problem, REBUILD)
        for name, named in (("fixed_index", self.fixed_index), ("robot", self.robot)):
            if named.size and not (named.min() >= 0 and named.max() < frames):
                problem = f"names frames beyond the {frames} that there are"
                raise CacheError(self.folder / f"{name}.npy", problem, REBUILD)

    @classmethod
    def open(cls, folder: Path | str, data: Path | str | None = None) -> "Cache":
        """Open a finished cache; with `data` given, verify that it was made from that data set.

        Raises:
            StaleCacheError: there is none, or the data set has changed since.
            CacheError: a file of it is missing or damaged.
        """
        cache = cls(folder)
        if data is not None and cache.data_hash != Reader(data).hash:
            raise StaleCacheError(cache.folder, f"was made from other data than {data}", REBUILD)
        return cache

    def __len__(self) -> int:
        return int(self.episode_start[-1])

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.columns[name]

    def _load(self, name: str) -> NDArray[Any]:
        path = self.folder / f"{name}.npy"
        try:
            return np.load(path, mmap_mode="r")
        except (OSError, ValueError, SyntaxError, MemoryError) as error:
            raise CacheError(path, f"is missing or damaged ({error})", REBUILD) from error

    def has_features(self, name: str, stamp: str) -> bool:
        """Whether a finished array of this name and stamp exists."""
        path = self._feature_path(name).with_suffix(".json")
        return path.exists() and files.read_json(path, REBUILD).get("stamp") == stamp

    def features(self, name: str, stamp: str) -> NDArray[Any]:
        """A read-only array written by :meth:`write_array` with the same stamp.

        Raises:
            StaleCacheError: there is none, or it has another stamp.
        """
        if not self.has_features(name, stamp):
            path = self._feature_path(name)
            raise StaleCacheError(path, f"is absent or not of {stamp}", "compute it again")
        return self._load(f"{_FEATURES}/{name}")

    @contextmanager
    def write_array(
        self, name: str, shape: tuple[int, ...], dtype: Any, stamp: str
    ) -> Iterator[NDArray[Any]]:
        """A writable array, kept under `name` if the block ends without an error.

        Args:
            stamp: what it depends on besides the data, such as the encoder's hash.

        Raises:
            CacheTooLargeError: with it the cache would exceed its limit or the free space.
        """
        path = self._feature_path(name)
        path.parent.mkdir(exist_ok=True)
        path.with_suffix(".json").unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        size = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
        check_size(self.folder, size, size + disk_usage(self.folder), self.limit_gb)
        with Hold(path.parent, wait=True), replacing(path) as partial:
            array = open_memmap(partial, mode="w+", dtype=np.dtype(dtype), shape=shape)
            yield array
            array.flush()
        files.write_json(path.with_suffix(".json"), {"stamp": stamp})

    def _feature_path(self, name: str) -> Path:
        if not _NAME.fullmatch(name) or name.endswith((".json", ".partial")):
            raise CacheError(self.folder, f"{name!r} is no name of an array", "use letters")
        return self.folder / _FEATURES / f"{name}.npy"


def disk_usage(folder: Path) -> int:
    """Bytes that a folder occupies on disk; holes of sparse files do not count."""
    return sum(file.stat().st_blocks * 512 for file in folder.rglob("*") if file.is_file())


def check_size(folder: Path, new: int, total: int, limit_gb: float) -> None:
    """Raise :class:`CacheTooLargeError` if `total` bytes exceed the limit, or `new` the disk."""
    if total > limit_gb * 1e9:
        raise CacheTooLargeError(
            folder, f"would take {total / 1e9:.2f} GB, the limit is {limit_gb:g} GB",
            "keep fewer images (larger fixed_every), collect less, or raise limit_gb (--cache-gb)",
        )  # fmt: skip
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    if new > free:
        raise CacheTooLargeError(
            folder, f"needs {new / 1e9:.2f} GB, {free / 1e9:.2f} GB are free",
            "free disk space or choose another folder",
        )  # fmt: skip
