"""What a suite knows of its recording."""

from typing import Protocol

from episodes.cache_build import CacheSettings
from episodes.writer import Recorder

Job = tuple[str, int]  # what, and the seed


class RecordingSource(Protocol):
    """Made anew from a :class:`CollectConfig` in every process."""

    @property
    def cache(self) -> CacheSettings | None:
        """What the training cache keeps of its data sets (None: there is none)."""

    def jobs(self) -> list[Job]:
        """Every episode that is asked for."""

    def key(self, job: Job) -> int:
        """The number of its episode: unique, and the order in the data set."""

    def recorder(self) -> Recorder:
        """What it is recorded by."""

    def record(self, job: Job, recorder: Recorder) -> bool:
        """Record one episode; False: the expert failed, and it was not kept."""

    def close(self) -> None:
        """Free what draws."""
