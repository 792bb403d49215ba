"""The finished episodes of an evaluation, on disk as they come: what a broken-off run keeps."""

import errno
import itertools
import json
import os
import sys
from pathlib import Path
from typing import Any

Row = dict[str, Any]


class EvaluationError(RuntimeError):
    """An evaluation cannot go on; the message names the cause and the remedy."""


def read_rows(path: Path) -> tuple[list[Row], int]:
    """Every line of `path`, and where in the file (bytes) the last whole one ends.

    Raises:
        EvaluationError: a line in the middle is damaged; a last one that was cut short is left out.
    """
    rows: list[Row] = []
    end = 0
    text = path.read_bytes()
    while end < len(text):
        line = text[end:].partition(b"\n")[0]
        try:
            rows.append(json.loads(line))
        except ValueError as error:
            if end + len(line) == len(text):
                break
            raise EvaluationError(
                f"{path} line {len(rows) + 1} is damaged ({error}); repair or delete that line, "
                "or add --fresh to begin again"
            ) from error
        end = min(len(text), end + len(line) + 1)
    return rows, end


class EpisodeLog:
    """`episodes.jsonl`: the settings that decide the figures, then a line an episode.

    A line that was cut short (killed, disk full) is dropped when the file is opened again.

    Args:
        path: the file. key: the settings, as one text; episodes of others are not reused, but kept
            beside it under a number (`episodes.1.jsonl`).
        versions: what the first episode is run with, should there be none yet.
        fresh: begin anew, and keep nothing of what the file holds.

    Attributes:
        rows: the episodes it holds, by their key.
        versions: what the first of them was run with.

    Raises:
        EvaluationError: a line in the middle is damaged.
    """

    def __init__(self, path: Path, key: str, versions: dict[str, str], fresh: bool = False) -> None:
        self.path, self.versions = path, versions
        self.rows: dict[str, Row] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if fresh or not self._resume(key):
                self._file = path.open("w", encoding="utf-8")
                self._write({"config": key, "versions": versions})
        except OSError as error:
            raise self._failed(error) from error

    def append(self, row: Row) -> None:
        """Keep a finished episode; on disk when this returns."""
        self._write(row)
        self.rows[row["key"]] = row

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> "EpisodeLog":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            self.close()
        except OSError as failure:  # what could not be flushed fails again at closing
            if kind is None:
                raise self._failed(failure) from failure

    def _resume(self, key: str) -> bool:
        """Go on behind the last whole line; False: the file holds nothing of these settings."""
        if not self.path.exists():
            return False
        rows, end = read_rows(self.path)
        if not rows or rows[0].get("config") != key:
            if len(rows) > 1:
                self._put_aside()
            return False
        self._file = self.path.open("r+", encoding="utf-8")
        self._file.truncate(end)  # in place: a full disk must not cost what is there
        self._file.seek(end)
        if not self.path.read_bytes().endswith(b"\n"):
            self._file.write("\n")
        self.rows = {row["key"]: row for row in rows[1:]}
        self.versions = rows[0].get("versions", self.versions)
        return True

    def _put_aside(self) -> None:
        """Hours of episodes are not to be lost to another setting and the same folder."""
        names = (self.path.with_suffix(f".{n}{self.path.suffix}") for n in itertools.count(1))
        kept = next(name for name in names if not name.exists())
        os.replace(self.path, kept)
        print(f"{self.path}: episodes of other settings, kept as {kept.name}", file=sys.stderr)

    def _write(self, row: Row) -> None:
        try:
            self._file.write(json.dumps(row) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> EvaluationError:
        remedy = "make the folder writable, or choose another with --out"
        if error.errno == errno.ENOSPC:
            remedy = "free some space and run the same command again: it resumes"
        return EvaluationError(
            f"{self.path}: {error.strerror}; {len(self.rows)} finished episodes are kept; {remedy}"
        )
