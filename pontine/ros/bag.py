"""A bag of the graph, read once; its pictures are left on disk until they are asked for."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from body.contract.arrays import Image
from body.contract.robot_spec import RobotSpec
from pontine.ros import names
from pontine.ros.pictures import picture
from pontine.ros.storage import Storage
from pontine.ros.stream_reader import HowToRead, StreamReader
from pontine.ros.streams import Stretch


class Bag:
    """A bag, read. Use it as a context, or close it.

    Attributes:
        stretches: see :class:`Stretch`. refused: messages left out, by topic. why: of the first one
            of a topic. notes: what was odd, for people. topics: full name to kind.

    Raises:
        BagError: it cannot be read, or `reading` remaps no topic of ours.
    """

    def __init__(
        self, path: Path, spec: RobotSpec, reading: HowToRead | None = None, progress: bool = True
    ) -> None:
        self.path, self.spec, self.reading = path, spec, reading or HowToRead()
        self.storage = Storage(path)
        try:
            there = {topic.name for topic in self.storage.topics}
            self.topics = names.topics(tuple(spec.cameras), path, there, self.reading.remap)
            reader = StreamReader(self.storage, spec, self.topics, self.reading)
            reader.read(progress)
        except BaseException:
            self.storage.close()
            raise
        self.stretches, self.refused, self.why = reader.stretches, reader.refused, reader.why

    @property
    def notes(self) -> list[str]:
        """What was odd about the files and the clock."""
        return self.storage.notes

    def close(self) -> None:
        """No more pictures are wanted."""
        self.storage.close()

    def __enter__(self) -> "Bag":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def pictures(self, stretch: Stretch, camera: str, rows: NDArray[np.int64]) -> list[Image]:
        """(side, side, 3) uint8 of `camera`, by their places in its stream."""
        numbers, side = stretch.pictures[camera].values, self.spec.cameras[camera].pixels
        found: dict[int, Image] = {}
        for row in np.unique(rows).tolist():
            message = self.storage.message(self.storage.record(numbers[row]))
            found[row] = np.ascontiguousarray(picture(message, side))
        return [found[row] for row in rows.tolist()]

    def lines(self) -> list[str]:
        """What was left out or odd, for people."""
        said = [f"  {note}" for note in self.notes]
        for topic, count in self.refused.items():
            said.append(f"  {topic}: {count} messages left out (the first: {self.why[topic]})")
        return said
