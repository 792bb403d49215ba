"""Writing an MCAP bag from a callback that must not wait: a bounded queue and a thread.

Messages are written as they came, never decoded, and reach the disk within a second. When it is too
slow the newest are dropped, and counted.
"""

import queue
import threading
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pontine.ros.definitions import INSTALL, full
from pontine.ros.errors import BagError

ROOM = 64 * 2**20  # bytes that may wait for the disk
FLUSH = 1.0  # s


class BagWriter:
    """Use as a context; :meth:`put` from any thread, it returns at once.

    Attributes:
        written, dropped: messages by topic.

    Args:
        path: folder to create. topics: full name to "package/msg/Type". store: see
            :func:`pontine.ros.definitions.message_store`. room: bytes that may wait.

    Raises:
        BagError: `path` exists, cannot be written, or the disk refuses later on (then when the
            context ends).
    """

    def __init__(
        self,
        path: Path,
        topics: Mapping[str, str],
        store: Any,
        room: int = ROOM,
    ) -> None:
        try:
            from rosbags.rosbag2 import StoragePlugin, WriterError

            from pontine.ros.mcap_storage import FolderWriter
        except ImportError as error:
            raise BagError(path, f"cannot be written ({error})", INSTALL) from error

        self.path, self._room = path, room
        self.written: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()
        self._waiting: queue.SimpleQueue[tuple[str, int, bytes] | None] = queue.SimpleQueue()
        self._bytes = 0
        self._lock = threading.Lock()
        self._error: Exception | None = None
        try:
            self._writer = FolderWriter(path, version=9, storage_plugin=StoragePlugin.MCAP)
            self._writer.open()
        except (WriterError, OSError) as error:
            raise BagError(path, f"cannot be created ({error})", "name a new folder") from error
        self._connections = {
            topic: self._writer.add_connection(topic, full(kind), typestore=store)
            for topic, kind in topics.items()
        }
        self._thread = threading.Thread(target=self._write, name="bag writer")

    def __enter__(self) -> "BagWriter":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def put(self, topic: str, stamp: int, data: bytes) -> bool:
        """Have `data` (CDR) written, received at `stamp` ns; False: it has been dropped."""
        with self._lock:
            over = self._bytes + len(data) > self._room or self._error is not None
            if over:
                self.dropped[topic] += 1
            else:
                self._bytes += len(data)
        if not over:
            self._waiting.put((topic, stamp, data))
        return not over

    def close(self) -> None:
        """Write what waits, then index and metadata."""
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()
        try:
            if self._writer.storage is not None:
                self._writer.close()
        except OSError as error:
            self._error = error
        if self._error is not None:
            raise BagError(
                self.path, f"could not be written to its end ({self._error})",
                "make room on the disk; what had been written before is readable",
            ) from self._error  # fmt: skip

    def _write(self) -> None:
        while (entry := self._next()) is not None:
            topic, stamp, data = entry
            try:
                if self._error is None:
                    self._writer.write(self._connections[topic], stamp, data)
                    self.written[topic] += 1
            except Exception as error:  # the disk's; told when the context ends
                self._error = error
            with self._lock:
                self._bytes -= len(data)

    def _next(self) -> tuple[str, int, bytes] | None:
        """What waits longest; meanwhile nothing that came before is left unwritten."""
        try:
            return self._waiting.get(timeout=FLUSH)
        except queue.Empty:
            storage = self._writer.storage
            if storage is not None and self._error is None:
                try:
                    storage.flush()  # type: ignore[attr-defined]
                except OSError as error:
                    self._error = error
            return self._waiting.get()
