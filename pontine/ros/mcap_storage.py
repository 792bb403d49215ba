"""How BagWriter stores an MCAP bag: in checksummed chunks that reach the disk every second.

rosbags writes metadata and definitions, `mcap` the file. So a recorder that is killed loses a
second at most, and damage to what was recorded is found when it is read.
"""

import time
from pathlib import Path
from typing import Any, ClassVar

from mcap.writer import CompressionType, Writer
from rosbags.interfaces import Connection, MessageDefinitionFormat
from rosbags.rosbag2 import CompressionMode, StoragePlugin
from rosbags.rosbag2 import Writer as BagFolderWriter

FLUSH = 1.0  # s
CHUNK = 256 * 2**10  # bytes: damage costs a whole chunk


class McapStorage:
    """One of rosbags' storage plugins: it calls these."""

    def __init__(self, path: Path, compression: CompressionMode) -> None:
        self.path = path / f"{path.name}.mcap"
        self._file = self.path.open("xb")
        # pictures hardly shrink, and a processor that compresses is missing elsewhere
        self._writer = Writer(self._file, CHUNK, CompressionType.NONE)
        self._writer.start("ros2", "pontine")
        self._schemas: dict[str, int] = {}
        self._channels: dict[int, int] = {}
        self._flushed = time.monotonic()

    def add_msgtype(self, connection: Connection) -> None:
        definition = connection.msgdef
        encoding = "ros2msg" if definition.format == MessageDefinitionFormat.MSG else "ros2idl"
        self._schemas[connection.msgtype] = self._writer.register_schema(
            connection.msgtype, encoding, definition.data.encode()
        )

    def add_connection(self, connection: Connection, offered_qos_profiles: str) -> None:
        self._channels[connection.id] = self._writer.register_channel(
            connection.topic, "cdr", self._schemas[connection.msgtype],
            {"offered_qos_profiles": offered_qos_profiles},
        )  # fmt: skip

    def write(self, connection: Connection, timestamp: int, data: bytes | memoryview) -> None:
        channel = self._channels[connection.id]
        self._writer.add_message(channel, timestamp, bytes(data), timestamp)
        if time.monotonic() > self._flushed + FLUSH:
            self.flush()

    def flush(self) -> None:
        """Hand everything so far to the disk."""
        self._writer.flush()
        self._flushed = time.monotonic()

    def close(self, version: int, metadata: str) -> None:
        self._writer.add_metadata("rosbag2", {"serialized_metadata": metadata})
        self._writer.finish()
        self._file.close()

    def abort(self) -> None:
        self._file.close()


class FolderWriter(BagFolderWriter):
    """rosbags' writer of a bag's folder, with this storage."""

    STORAGE_PLUGINS: ClassVar[Any] = {StoragePlugin.MCAP: McapStorage}  # type: ignore[misc]
