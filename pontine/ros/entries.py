"""What the files of a bag have in common: topics, and the messages by number."""

from array import array
from dataclasses import dataclass
from typing import Literal, Protocol

Language = Literal["msg", "idl"]
LARGEST = 2**31  # bytes of a chunk or a message
LATEST = 2**62  # ns: what is logged later was logged by no clock


@dataclass(frozen=True)
class Definition:
    """A message type as the file itself describes it."""

    language: Language
    text: str


@dataclass(frozen=True)
class Topic:
    """name; kind "package/msg/Type"; encoding: "cdr"; definition: None where the file has none."""

    name: str
    kind: str
    encoding: str
    definition: Definition | None


class Entries:
    """Messages in the order in which they were written, without their data.

    Attributes:
        topic: number of the topic. time: ns, when it was logged.
    """

    def __init__(self) -> None:
        self.topic, self.time = array("q"), array("q")
        self._chunk, self._begin, self._size = array("q"), array("q"), array("q")

    def __len__(self) -> int:
        return len(self.time)

    def add(self, topic: int, time: int, chunk: int, begin: int, size: int) -> None:
        self.topic.append(topic)
        self.time.append(time)
        self._chunk.append(chunk)
        self._begin.append(begin)
        self._size.append(size)

    def place(self, row: int) -> tuple[int, int, int]:
        """chunk, begin and size, as they were added."""
        return self._chunk[row], self._begin[row], self._size[row]


class BagFile(Protocol):
    """One file of a bag.

    Attributes:
        topics: by number. entries: its messages. notes: what of it could not be read, for people.
    """

    topics: dict[int, Topic]
    entries: Entries
    notes: list[str]

    def read(self, row: int) -> bytes:
        """The data of message `row`."""

    def close(self) -> None:
        """Nothing more is to be read."""
