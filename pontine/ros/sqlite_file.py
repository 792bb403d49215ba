"""One sqlite3 file of a bag, as Foxy to Iron record by default: in the order of writing.

Where a recorder was killed in the midst of writing, its journal lies beside the file: the two are
copied, and sqlite rolls back in the copy what had not been finished. Pages that are damaged are
left out: what stands before and after them is read.
"""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from pontine.ros.entries import LATEST, Definition, Entries, Language, Topic
from pontine.ros.errors import BagError

JOURNALS = ("-journal", "-wal")
LANGUAGES: dict[str, Language] = {"ros2msg": "msg", "ros2idl": "idl"}
MESSAGES = "SELECT id, topic_id, timestamp, length(data) FROM messages WHERE id > ? ORDER BY id"
BACKWARDS = (
    "SELECT id, topic_id, timestamp, length(data) FROM messages WHERE id > ? ORDER BY id DESC"
)


class SqliteFile:
    """See the module; attributes as of :class:`pontine.ros.entries.BagFile`.

    Attributes:
        distribution: of ROS, that recorded it; "" where the file does not say.

    Raises:
        BagError: it is no sqlite3 file of a bag.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.notes = path, list[str]()
        self.entries, self.distribution = Entries(), ""
        self._copy: TemporaryDirectory[str] | None = None
        try:
            self._base = self._opened()
        except sqlite3.Error as error:
            raise self._unreadable(error) from error
        try:
            self.topics = self._topics()
        except (sqlite3.Error, TypeError) as error:
            self.close()
            raise self._unreadable(error) from error
        self._scan()

    def close(self) -> None:
        """Nothing more is to be read."""
        self._base.close()
        if self._copy is not None:
            self._copy.cleanup()

    def _unreadable(self, error: Exception) -> BagError:
        return BagError(
            self.path, f"is no sqlite3 bag that can be read ({error})",
            "copy it again from where it was recorded; of a damaged one, "
            "`sqlite3 FILE .recover | sqlite3 NEW.db3` saves what can be saved",
        )  # fmt: skip

    def read(self, row: int) -> bytes:
        """The data of message `row`."""
        number = self.entries.place(row)[1]
        try:
            found = self._base.execute(
                "SELECT data FROM messages WHERE id = ?", (number,)
            ).fetchone()
        except sqlite3.Error:
            return b""  # which is a message of no type, and counted as such
        return bytes(found[0]) if found and isinstance(found[0], bytes) else b""

    def _opened(self) -> sqlite3.Connection:
        journals = [self.path.with_name(self.path.name + end) for end in JOURNALS]
        hot = [file for file in journals if file.exists() and file.stat().st_size]
        target, words = self.path, "mode=ro&immutable=1"
        if hot:
            self._copy = TemporaryDirectory(prefix="pontine-bag-")
            for file in (self.path, *hot):
                shutil.copy(file, self._copy.name)
            target, words = Path(self._copy.name) / self.path.name, "mode=rw"
            self.notes.append(
                f"was not finished (its recorder was killed; {hot[0].name} lies beside it): what "
                "had been written completely is read, the last moment is lost"
            )
        base = sqlite3.connect(f"file:{quote(str(target))}?{words}", uri=True)
        base.text_factory = lambda text: text.decode(errors="replace")
        return base

    def _topics(self) -> dict[int, Topic]:
        tables = {name for (name,) in self._base.execute("SELECT name FROM sqlite_master")}
        definitions: dict[str, Definition] = {}
        if "message_definitions" in tables:
            query = (
                "SELECT topic_type, encoding, encoded_message_definition FROM message_definitions"
            )
            for kind, encoding, text in self._base.execute(query):
                language = LANGUAGES.get(encoding)
                if language and text:
                    definitions[kind] = Definition(language, text)
        if "schema" in tables:
            columns = [row[1] for row in self._base.execute("PRAGMA table_info(schema)")]
            if "ros_distro" in columns:
                found = self._base.execute("SELECT ros_distro FROM schema").fetchone()
                self.distribution = str(found[0]) if found else ""
        topics = self._base.execute("SELECT id, name, type, serialization_format FROM topics")
        return {
            int(number): Topic(str(name), str(kind), str(encoding), definitions.get(kind))
            for number, name, kind, encoding in topics
        }

    def _scan(self) -> None:
        last, damaged = self._rows(MESSAGES, -1, lambda row, before: row > before)
        if not damaged:
            return
        kept, self.entries = self.entries, Entries()
        self._rows(BACKWARDS, last, lambda row, before: before < 0 or row < before)
        tail, self.entries = self.entries, kept
        for row in reversed(range(len(tail))):
            self.entries.add(tail.topic[row], tail.time[row], *tail.place(row))
        self.notes.append(
            f"is damaged ({damaged}): {len(self.entries)} messages before and after it are read"
        )

    def _rows(self, query: str, after: int, follows: Callable[[int, int], bool]) -> tuple[int, str]:
        """Add the rows of `query`; the last one's id, and what stopped it ("": the end)."""
        last, wrong = -1, 0
        stopped = ""
        try:
            for number, topic, time, size in self._base.execute(query, (after,)):
                if not isinstance(number, int) or not follows(number, last):
                    stopped = "rows that do not follow each other"
                    break
                last = number
                timed = isinstance(time, int) and 0 <= time < LATEST
                if topic in self.topics and timed and isinstance(size, int):
                    self.entries.add(topic, time, -1, number, size)
                else:
                    wrong += 1
        except (sqlite3.Error, OverflowError) as error:
            stopped = str(error)
        if wrong:
            self.notes.append(f"{wrong} messages name no topic that it describes, or no time")
        return last, stopped
