"""Typed errors of recordings, caches and model folders. Each names a path and a remedy."""

from pathlib import Path


class EpisodesError(ValueError):
    """Base class.

    Attributes:
        path: the file or folder at fault.
        problem: what is wrong with it.
        remedy: what to do about it.
    """

    def __init__(self, path: Path | str, problem: str, remedy: str) -> None:
        super().__init__(str(path), problem, remedy)  # all arguments: workers pickle errors
        self.path, self.problem, self.remedy = Path(path), problem, remedy

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}. Remedy: {self.remedy}"


class RecordError(EpisodesError):
    """An episode handed to the recorder does not fit the data set's features."""


class DatasetError(EpisodesError):
    """A data set cannot be used."""


class MissingFileError(DatasetError):
    """A file of the data set is absent."""


class DamagedFileError(DatasetError):
    """A file of the data set cannot be read, or an image in it cannot be decoded."""


class HashMismatchError(DatasetError):
    """A file has other contents than when it was written."""


class LayoutError(DatasetError):
    """Indices, shapes, names or totals contradict each other or LeRobot's layout."""


class NotFiniteDataError(DatasetError):
    """A recorded column holds NaN or infinity."""


class StatsMismatchError(DatasetError):
    """Stored statistics differ from those of the recorded values."""


class CacheError(EpisodesError):
    """A training cache cannot be used."""


class StaleCacheError(CacheError):
    """The cache, or an array in it, is absent or was made from other data."""


class CacheTooLargeError(CacheError):
    """The cache would exceed its size limit or the free disk space."""
