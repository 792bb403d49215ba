"""The finished episodes of an evaluation, on disk as they come: what a broken-off run keeps."""

import errno
import json
from pathlib import Path
from types import TracebackType
from typing import Any

Row = dict[str, Any]


class EvaluationError(RuntimeError):
    """An evaluation cannot go on; the message names the cause and the remedy."""


class EpisodeLog:
    """`episodes.jsonl`: the settings that decide the figures, then a line an episode.

    A line that was cut short (killed, disk full) is dropped when the file is opened again.

    Args:
        path: the file. key: the settings, as one text; episodes of others are not reused.
        fresh: begin anew, whatever the file holds.

    Attributes:
        rows: the episodes it holds, by their key.

    Raises:
        EvaluationError: a line in the middle is damaged.
    """

    def __init__(self, path: Path, key: str, fresh: bool = False) -> None:
        self.path = path
        self.rows: dict[str, Row] = {}
        kept = [] if fresh else self._read(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if kept:
                self._drop_torn_line()
                self._file = path.open("a")
            else:
                self._file = path.open("w")
                self._write({"config": key})
        except OSError as error:
            raise self._failed(error) from error
        self.rows = {row["key"]: row for row in kept[1:]}

    def append(self, row: Row) -> None:
        """Keep a finished episode; on disk when this returns."""
        self._write(row)
        self.rows[row["key"]] = row

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> "EpisodeLog":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.close()
        except OSError as failure:  # what could not be flushed fails again at closing
            if error is None:
                raise self._failed(failure) from failure

    def _read(self, key: str) -> list[Row]:
        if not self.path.exists():
            return []
        lines = self.path.read_text().splitlines()
        rows: list[Row] = []
        for number, line in enumerate(lines, 1):
            try:
                rows.append(json.loads(line))
            except json.JSONDecodeError as error:
                if number == len(lines):
                    break
                raise EvaluationError(
                    f"{self.path} line {number} is damaged ({error}); repair or delete that line, "
                    "or add --fresh to begin again"
                ) from error
        if not rows or rows[0].get("config") != key:
            return []
        return rows

    def _drop_torn_line(self) -> None:
        text = self.path.read_bytes()
        end = text.rfind(b"\n") + 1
        try:
            json.loads(text[end:] or b"{}")
            whole = True
        except json.JSONDecodeError:
            whole = False
        if whole and end < len(text):
            self.path.write_bytes(text + b"\n")
        elif not whole:
            self.path.write_bytes(text[:end])

    def _write(self, row: Row) -> None:
        try:
            self._file.write(json.dumps(row) + "\n")
            self._file.flush()
        except OSError as error:
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> EvaluationError:
        remedy = "make the folder writable, or choose another with --out"
        if error.errno == errno.ENOSPC:
            remedy = "free some space and run the same command again: it resumes"
        return EvaluationError(
            f"{self.path}: {error.strerror}; {len(self.rows)} finished episodes are kept; {remedy}"
        )
