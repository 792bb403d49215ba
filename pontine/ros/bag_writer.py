"""Writing an MCAP bag from a callback that must not wait: a bounded queue and a thread.

Messages are written as they came, never decoded. When the disk is too slow the newest are
dropped, and counted.
"""

import os
import queue
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pontine.ros.errors import BagError

ROOM = 64 * 2**20  # bytes that may wait for the disk


def message_store(kinds: Iterable[str], shares: Iterable[Path], path: Path) -> Any:
    """A typestore that knows `kinds` ("package/msg/Type") and what they are made of.

    Args:
        shares: `share` folders of ament prefixes, where packages keep their .msg files.
        path: of the bag, for the error.

    Raises:
        BagError: rosbags is not installed, or a definition is not to be found.
    """
    try:
        from rosbags.typesys import Stores, get_types_from_msg, get_typestore
    except ImportError as error:
        raise BagError(path, "rosbags is not installed", "pip install 'pontine[ros]'") from error
    store = get_typestore(Stores.ROS2_KILTED)
    folders = list(shares)
    waiting = [_full(kind) for kind in kinds]
    found: dict[str, Any] = {}
    while waiting:
        kind = waiting.pop()
        if kind in store.fielddefs or kind in found:
            continue
        package, _, name = kind.split("/")
        files = [share / package / "msg" / f"{name}.msg" for share in folders]
        file = next((file for file in files if file.exists()), None)
        if file is None:
            raise BagError(
                path, f"the definition of {kind} is not found below {', '.join(map(str, folders))}",
                "build its package, and set AMENT_PREFIX_PATH to where it is installed",
            )  # fmt: skip
        types = get_types_from_msg(file.read_text(encoding="utf-8"), kind)
        found.update(types)
        waiting += _parts(types[kind])
    store.register(found)
    return store


def ament_shares() -> list[Path]:
    """The `share` folders of AMENT_PREFIX_PATH."""
    prefixes = os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep)
    return [Path(prefix) / "share" for prefix in prefixes if prefix]


class BagWriter:
    """Use as a context; :meth:`put` from any thread, it returns at once.

    Attributes:
        written, dropped: messages by topic.

    Args:
        path: folder to create. topics: full name to "package/msg/Type". store: see
            :func:`message_store`. qualities: QoS by topic, of rosbags' kind, for whoever replays.
        room: bytes that may wait.

    Raises:
        BagError: `path` exists, cannot be written, or the disk refuses later on (then when the
            context ends).
    """

    def __init__(
        self,
        path: Path,
        topics: Mapping[str, str],
        store: Any,
        qualities: Mapping[str, Any] | None = None,
        room: int = ROOM,
    ) -> None:
        from rosbags.rosbag2 import StoragePlugin, Writer, WriterError

        self.path, self._room = path, room
        self.written: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()
        self._waiting: queue.SimpleQueue[tuple[str, int, bytes] | None] = queue.SimpleQueue()
        self._bytes = 0
        self._lock = threading.Lock()
        self._error: Exception | None = None
        try:
            self._writer = Writer(path, version=9, storage_plugin=StoragePlugin.MCAP)
            self._writer.open()
        except (WriterError, OSError) as error:
            raise BagError(path, f"cannot be created ({error})", "name a new folder") from error
        self._connections = {
            topic: self._writer.add_connection(
                topic, _full(kind), typestore=store,
                offered_qos_profiles=[quality] if (quality := (qualities or {}).get(topic)) else [],
            )
            for topic, kind in topics.items()
        }  # fmt: skip
        self._thread = threading.Thread(target=self._write, name="bag writer")

    def __enter__(self) -> "BagWriter":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def put(self, topic: str, stamp: int, data: bytes) -> bool:
        """Have `data` (CDR) written, received at `stamp` ns; False: it has been dropped."""
        with self._lock:
            full = self._bytes + len(data) > self._room or self._error is not None
            if full:
                self.dropped[topic] += 1
            else:
                self._bytes += len(data)
        if not full:
            self._waiting.put((topic, stamp, data))
        return not full

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
        while (entry := self._waiting.get()) is not None:
            topic, stamp, data = entry
            try:
                if self._error is None:
                    self._writer.write(self._connections[topic], stamp, data)
                    self.written[topic] += 1
            except Exception as error:  # the disk's; told when the context ends
                self._error = error
            with self._lock:
                self._bytes -= len(data)


def _full(kind: str) -> str:
    """ "package/msg/Type", also from "package/Type"."""
    parts = kind.split("/")
    return f"{parts[0]}/msg/{parts[-1]}"


def _parts(definition: Any) -> list[str]:
    """Names of the messages that a message is made of."""
    found: list[str] = []

    def look(value: Any) -> None:
        if isinstance(value, str) and "/" in value:
            found.append(value)
        elif isinstance(value, list | tuple):
            for item in value:
                look(item)

    for _, field in definition[1]:
        look(field)
    return found
