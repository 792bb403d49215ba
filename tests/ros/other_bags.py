"""A recorded graph as other recorders would have left it: sqlite3, split, packed, killed."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import zstandard
from mcap.writer import CompressionType, Writer

from body.robots.fr3 import FR3
from pontine.ros.bag import Bag
from pontine.ros.storage import Storage
from pontine.ros.stream_reader import HowToRead
from pontine.ros.takes import Account, takes
from tests.ros.recorded_graph import CODEC, store


class Message(NamedTuple):
    topic: str
    kind: str
    time: int
    data: bytes


def messages(path: Path) -> list[Message]:
    """All of a bag, in its order."""
    with Storage(path) as bag:
        return [
            Message(r.topic.name, r.topic.kind, r.time, bag.data(r.number))
            for r in bag.records({topic.name for topic in bag.topics})
        ]


def write_mcap(
    path: Path, found: Sequence[Message], packed: bool = True, finished: bool = True
) -> Path:
    """One file; definitions and checksums as `ros2 bag record` writes them."""
    with path.open("wb") as file:
        compression = CompressionType.ZSTD if packed else CompressionType.NONE
        writer = Writer(file, 2**18, compression)
        writer.start("ros2", "test")
        channels = {}
        for topic, kind in dict((m.topic, m.kind) for m in found).items():
            text, _ = store().generate_msgdef(kind, ros_version=2)
            schema = writer.register_schema(kind, "ros2msg", text.encode())
            channels[topic] = writer.register_channel(topic, "cdr", schema)
        for message in found:
            writer.add_message(channels[message.topic], message.time, message.data, message.time)
        writer.finish() if finished else writer.flush()
    return path


def write_sqlite(path: Path, found: Sequence[Message], close: bool = True) -> sqlite3.Connection:
    """One file as Humble writes it: no definitions, no name of the distribution."""
    base = sqlite3.connect(path)
    base.executescript(
        "CREATE TABLE schema(schema_version INTEGER PRIMARY KEY, ros_distro TEXT NOT NULL);"
        "CREATE TABLE metadata(id INTEGER PRIMARY KEY, metadata_version INTEGER, metadata TEXT);"
        "CREATE TABLE topics(id INTEGER PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL,"
        " serialization_format TEXT NOT NULL, offered_qos_profiles TEXT NOT NULL);"
        "CREATE TABLE messages(id INTEGER PRIMARY KEY, topic_id INTEGER NOT NULL,"
        " timestamp INTEGER NOT NULL, data BLOB NOT NULL);"
        "CREATE INDEX timestamp_idx ON messages (timestamp ASC);"
        "INSERT INTO schema VALUES (3, 'humble');"
    )
    numbers: dict[str, int] = {}
    for topic, kind in dict((m.topic, m.kind) for m in found).items():
        numbers[topic] = len(numbers) + 1
        base.execute(
            "INSERT INTO topics VALUES (?, ?, ?, 'cdr', '')", (numbers[topic], topic, kind)
        )
    base.commit()
    rows = [(numbers[m.topic], m.time, m.data) for m in found]
    base.executemany("INSERT INTO messages (topic_id, timestamp, data) VALUES (?, ?, ?)", rows)
    if close:
        base.commit()
        base.close()
    return base


def metadata(folder: Path, files: Sequence[str], count: int, **more: str) -> Path:
    """metadata.yaml as Humble writes it."""
    lines = [
        "rosbag2_bagfile_information:", "  version: 5", "  storage_identifier: sqlite3",
        "  duration:", "    nanoseconds: 1", "  starting_time:",
        "    nanoseconds_since_epoch: 1", f"  message_count: {count}",
        "  topics_with_message_count: []", "  relative_file_paths:",
        *(f"    - {name}" for name in files), *(f"  {k}: {v}" for k, v in more.items()),
    ]  # fmt: skip
    (folder / "metadata.yaml").write_text("\n".join(lines) + "\n")
    return folder


def zstd(path: Path) -> Path:
    """`path` packed as a whole; the plain file goes."""
    target = path.with_name(path.name + ".zstd")
    target.write_bytes(zstandard.compress(path.read_bytes()))
    path.unlink()
    return target


def seen(path: Path, how: HowToRead | None = None) -> tuple[list[tuple[bytes, ...]], str]:
    """What its takes hold, and everything that is said of it."""
    account = Account()
    with Bag(path, FR3, how, progress=False) as bag:
        found = [
            (
                take.times.tobytes(), take.state.tobytes(), take.orders.codes.tobytes(),
                np.stack(take.pictures(bag, "wrist")).tobytes(),
            )
            for take in takes(bag, CODEC.codec_id, 0.2, account)
        ]  # fmt: skip
        return found, "\n".join([*account.lines(), *bag.lines()])
