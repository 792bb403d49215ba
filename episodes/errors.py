"""Typed errors of recordings, caches and model folders. Each names a path and a remedy."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from episodes.damage import Finding, Kind, listed


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

    kind: ClassVar[Kind] = Kind.TABLE

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong, one entry a fault."""
        return (Finding(self.path, self.kind, self.problem, self.remedy),)


class MissingFileError(DatasetError):
    """A file of the data set is absent."""

    kind = Kind.MISSING


class DamagedFileError(DatasetError):
    """A file of the data set cannot be read, or an image in it cannot be decoded."""

    kind = Kind.UNREADABLE


class LayoutError(DatasetError):
    """Indices, shapes, names or totals contradict each other or LeRobot's layout."""


class DamageError(DatasetError):
    """A data set was looked through, and this is wrong with it: one finding or more."""

    def __init__(self, folder: Path | str, findings: Sequence[Finding]) -> None:
        first = findings[0]
        super().__init__(first.path, f"{first.where}{first.problem}", first.remedy)
        self.args = (str(folder), tuple(findings))
        self.folder, self._findings = Path(folder), tuple(findings)

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self._findings

    def __str__(self) -> str:
        count = f"{len(self._findings)} finding" + "s" * (len(self._findings) > 1)
        return f"{self.folder} is damaged, {count}:\n{listed(self._findings)}"


class CacheError(EpisodesError):
    """A training cache cannot be used."""


class StaleCacheError(CacheError):
    """The cache, or an array in it, is absent or was made from other data."""


class CacheTooLargeError(CacheError):
    """The cache would exceed its size limit or the free disk space."""
