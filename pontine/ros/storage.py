"""A bag on disk: its files one after the other, its messages in the order of the recorder's clock.

Whatever rosbag2 leaves is read: MCAP and sqlite3, split, packed with zstd (files or messages), with
metadata.yaml or without it, finished or not, the folder or one file of it. Nothing is trusted but
the messages: metadata and indices only say what ought to be there.

The messages come in the order of their log times. Where the clock that gave them fell back, which
shows in a topic's own messages (they are written as they came), a new epoch begins.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np

from pontine.ros.bag_folder import metadata, recorded
from pontine.ros.definitions import INSTALL, OLDEST, message_store, own_store, shares
from pontine.ros.entries import LARGEST, BagFile, Topic
from pontine.ros.epochs import epochs
from pontine.ros.errors import BagError
from pontine.ros.messages import MalformedError

SHUFFLED = 20  # falls of the clock that nobody's clock makes
ZSTD = b"\x28\xb5\x2f\xfd"  # a packed message begins so; CDR never does


class Record(NamedTuple):
    """number: for :meth:`Storage.data`. time: ns. epoch: counts the clock's falls before it."""

    number: int
    topic: Topic
    time: int
    epoch: int


class Storage:
    """See the module. Use it as a context, or close it.

    Attributes:
        files: those that are read. topics: with the number of their messages. notes: what could
            not be read, or is odd.
        start: ns, the least log time.

    Args:
        path: a folder, or one file of a bag.

    Raises:
        BagError: nothing in it can be read.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.notes = path, list[str]()
        self._unpacked: TemporaryDirectory[str] | None = None
        self.files: list[Path] = []
        self._files: list[BagFile] = []
        self._distribution = ""
        self._stores: dict[Topic, Any] = {}
        try:
            self._open()
            self._order()
        except OSError as error:
            self.close()
            raise BagError(
                path, f"cannot be read ({error.strerror or error})",
                "see that it may be read, and that the disk for temporary files has room",
            ) from error  # fmt: skip
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Nothing more is to be read."""
        for file in self._files:
            file.close()
        if self._unpacked is not None:
            self._unpacked.cleanup()

    def __enter__(self) -> "Storage":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def records(self, topics: Collection[str]) -> Iterator[Record]:
        """Messages on topics of these names, in the order of epoch and time."""
        wanted = np.array([*(topic.name in topics for topic in self._known), False])
        for number in self._sorted[wanted[self._topic[self._sorted]]].tolist():
            yield self.record(number)

    def record(self, number: int) -> Record:
        """One message, by its number."""
        topic = self._known[int(self._topic[number])]
        return Record(number, topic, int(self._time[number]), int(self._epoch[number]))

    def data(self, number: int) -> bytes:
        """The bytes of a message, unpacked."""
        file = int(np.searchsorted(self._begins, number, side="right")) - 1
        data = self._files[file].read(number - int(self._begins[file]))
        if data[:4] == ZSTD:
            import zstandard

            try:
                return zstandard.decompress(data, LARGEST)
            except (zstandard.ZstdError, MemoryError) as error:
                raise MalformedError(f"cannot be unpacked ({error})") from error
        return data

    def message(self, record: Record) -> Any:
        """A message with its fields.

        Raises:
            MalformedError: its bytes are none of its type. BagError: its type is not known.
        """
        topic = record.topic
        if topic.encoding not in ("cdr", ""):
            raise MalformedError(f"is written as {topic.encoding[:32]!r}, not as CDR")
        if topic not in self._stores:
            self._stores[topic] = self._store(topic)
        data = self.data(record.number)
        try:
            return self._stores[topic].deserialize_cdr(data, topic.kind)
        except (
            Exception
        ) as error:  # generated code: what it raises at wrong bytes is its own affair
            raise MalformedError(f"its {len(data)} bytes are no {topic.kind}") from error

    def _store(self, topic: Topic) -> Any:
        if topic.definition is not None:
            try:
                return own_store(topic)
            except Exception:  # of whatever kind: the text is the file's
                self.notes.append(
                    f"what it says of {topic.kind} cannot be understood; the installed one is taken"
                )
        if not re.fullmatch(r"\w+/(msg/)?\w+", topic.kind):
            raise MalformedError(f"has no type that could be looked up ({topic.kind[:48]!r})")
        return message_store([topic.kind], shares(), self.path, self._distribution or OLDEST)

    def _open(self) -> None:
        try:
            import mcap  # noqa: F401
            import rosbags  # noqa: F401
        except ImportError as error:
            raise BagError(
                self.path, f"cannot be read: {error.name} is not installed", INSTALL
            ) from error
        if not self.path.exists():
            raise BagError(
                self.path, "is not there", "name a bag's folder, or a .mcap or .db3 file"
            )
        counted: int | None = None
        if self.path.is_dir():
            found = metadata(self.path)
            self.notes += found.notes
            self._distribution, counted = found.distribution, found.count
            files = list(found.files) or recorded(self.path)
        else:
            files = [self.path]
        for file in files:
            try:
                self._files.append(self._one(file))
                self.files.append(file)
            except BagError as error:
                if len(files) == 1:
                    raise
                self.notes.append(f"{file.name}: {error.problem}; left out")
        if not self._files:
            raise BagError(self.path, "holds no file that could be read", "; ".join(self.notes))
        many = len(files) > 1
        for file, opened in zip(self.files, self._files, strict=True):
            self.notes += [f"{file.name} {note}" if many else note for note in opened.notes]
        total = sum(len(file.entries) for file in self._files)
        if counted is not None and counted > total:
            self.notes.append(f"metadata.yaml counts {counted} messages, {total} are there")

    def _one(self, path: Path) -> BagFile:
        from pontine.ros.mcap_file import McapFile
        from pontine.ros.sqlite_file import SqliteFile

        name = path.name
        if name.endswith(".zstd"):
            path = self._unzstd(path)
        if path.suffix == ".mcap":
            return McapFile(path)
        if path.suffix == ".db3":
            opened = SqliteFile(path)
            self._distribution = self._distribution or opened.distribution
            return opened
        if path.suffix == ".bag":
            raise BagError(
                path, "is a bag of ROS 1", f"rosbags-convert --src {name} --dst {path.stem}"
            )
        raise BagError(
            path, "is neither .mcap nor .db3", "name a bag's folder, or one of its files"
        )

    def _unzstd(self, path: Path) -> Path:
        """`path`, packed as a whole, unpacked as far as it can be."""
        import zstandard

        if self._unpacked is None:
            self._unpacked = TemporaryDirectory(prefix="pontine-bag-")
        target = Path(self._unpacked.name) / path.stem
        with path.open("rb") as packed, target.open("wb") as plain:
            reader = zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True)
            try:
                while part := reader.read(2**20):
                    plain.write(part)
            except zstandard.ZstdError as error:
                self.notes.append(
                    f"{path.name} is damaged: not all of it could be unpacked ({error})"
                )
        return target

    def _order(self) -> None:
        """Number the messages of all files, and sort them."""
        names: dict[Topic, int] = {}
        times, topics = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for file in self._files:
            numbers = {n: names.setdefault(topic, len(names)) for n, topic in file.topics.items()}
            times.append(np.array(file.entries.time, np.int64))
            topics.append(np.array([numbers[n] for n in file.entries.topic], np.int64))
        self._known = list(names)
        self._time, self._topic = np.concatenate(times), np.concatenate(topics)
        self._begins = np.cumsum([0, *(len(file.entries) for file in self._files)])[:-1]
        self._epoch = epochs(self._topic, self._time)
        if self._epoch.max(initial=0) > SHUFFLED:
            self._epoch[:] = 0
            self.notes.append("its messages lie in no order: they are taken in that of their times")
        self._sorted = np.lexsort((self._time, self._epoch))
        counts = Counter(self._topic.tolist())
        self.topics = {topic: counts[n] for n, topic in enumerate(self._known)}
        self.start = int(self._time.min()) if len(self._time) else 0
        for epoch in range(1, int(self._epoch.max(initial=0)) + 1):
            before = self._time[self._epoch == epoch - 1].max()
            now = self._time[self._epoch == epoch].min()
            self.notes.append(
                f"its recorder's clock fell back by {(before - now) * 1e-9:.2f} s: "
                "what came after that is read as a stretch of its own"
            )
