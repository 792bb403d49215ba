"""The table of episodes: which frames of which file belong to each, and what was noted of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.types as kinds

from episodes import layout
from episodes.damage import Finding, Findings, Kind
from episodes.info import Info, short
from episodes.stats import Stats

FOLDER = "meta/episodes"
STATS = "stats/"
NUMBERS = ("episode_index", "length", "data/chunk_index", "data/file_index", "dataset_from_index",
           "dataset_to_index")  # fmt: skip
LARGEST = 2**40  # frames


@dataclass(frozen=True)
class Episode:
    """One episode of a data set.

    Attributes:
        index: its number in the data set.
        key: the number under which it was recorded (the index, if LeRobot wrote it).
        task: the instruction.
        length: frames.
        start: global index of its first frame.
        file: data file, relative to the data set.
        file_start: global index of that file's first frame.
        notes: facts given when it was recorded.
        tasks: all instructions that its frames may name; the first is `task`.
    """

    index: int
    key: int
    task: str
    length: int
    start: int
    file: str
    file_start: int
    notes: dict[str, Any]
    tasks: tuple[str, ...]


def read(folder: Path, stats: bool) -> pa.Table:
    """The table's statistics and episode_index, or all its other columns.

    Raises:
        MissingFileError, DamagedFileError: a file of it is absent or cannot be read.
    """
    paths = sorted((folder / FOLDER).glob("*/*.parquet"))
    tables = []
    for path in paths or [folder / layout.EPISODES]:
        parquet = layout.open_parquet(path)
        names = parquet.schema_arrow.names
        kept = [n for n in names if n.startswith(STATS) == stats or n == "episode_index"]
        tables.append(layout.read_columns(path, parquet, kept))
    try:
        return pa.concat_tables(tables, promote_options="permissive")
    except (pa.ArrowException, ValueError, TypeError) as error:
        raise layout.unreadable(
            paths[-1], f"does not join the files before it ({error})"
        ) from error


def stats_of(table: pa.Table, row: int) -> Stats:
    """Stored statistics of one row; what is no array of numbers comes as an empty one."""
    found: Stats = {}
    for column in table.column_names:
        if column.startswith(STATS) and column.count("/") == 2:
            _, name, kind = column.split("/")
            found.setdefault(name, {})[kind] = as_array(table.column(column)[row].as_py())
    return found


def as_array(value: Any) -> np.ndarray:
    """A stored list as an array of numbers, empty where it is none."""
    try:
        array = np.array(value)
    except (ValueError, OverflowError):
        return np.zeros(0)
    return array if array.dtype.kind in "fiub" else np.zeros(0)


def parse(folder: Path, info: Info, table: pa.Table) -> tuple[list[Episode], list[Finding]]:
    """The episodes by index, and what contradicts in the table: with findings, do not trust it."""
    findings = Findings(folder)
    rows = _rows(table, findings)
    episodes: list[Episode] = []
    starts: dict[str, int] = {}
    expected = 0
    for position, row in enumerate(sorted(rows, key=lambda row: row["episode_index"])):
        index, length = row["episode_index"], row["length"]
        start, end = row["dataset_from_index"], row["dataset_to_index"]

        def wrong(problem: str, index: int = index) -> None:
            findings.add(Kind.TABLE, layout.EPISODES, problem, episode=index)

        if index != position:
            doubled = bool(episodes) and episodes[-1].index == index
            wrong("stands there twice" if doubled else f"stands where {position} is missing")
            break
        if end - start != length:
            wrong(f"has a length of {length}, but spans frames {start} to {end}")
        if start != expected:
            wrong(f"begins at frame {start}, the episodes before it end at {expected}")
        expected = end
        file = info.data_file(row["data/chunk_index"], row["data/file_index"])
        if file in starts and episodes[-1].file != file:
            wrong(f"lies in {file}, but the one before it lies in {episodes[-1].file}")
        notes = {
            name.removeprefix(layout.NOTE): value
            for name, value in row.items()
            if name.startswith(layout.NOTE)
        }
        key = row.get(layout.KEY)
        episodes.append(
            Episode(
                index, index if key is None else key, row["tasks"][0], length, start, file,
                starts.setdefault(file, start), notes, tuple(row["tasks"]),
            )
        )  # fmt: skip
    return episodes, findings.found


def _rows(table: pa.Table, findings: Findings) -> list[dict[str, Any]]:
    """Rows with every number and text in place; all others become findings."""
    names = table.column_names
    wrong = [
        name
        for name in NUMBERS
        if name not in names or not kinds.is_integer(table.schema.field(name).type)
    ]
    if "tasks" not in names or not _texts(table.schema.field("tasks").type):
        wrong.append("tasks")
    if layout.KEY in names and not kinds.is_integer(table.schema.field(layout.KEY).type):
        wrong.append(layout.KEY)
    for name in wrong:
        found = f"holds {table.schema.field(name).type}" if name in names else "is missing"
        findings.add(Kind.TABLE, layout.EPISODES, f"the column {name} {found}")
    if not wrong and not len(table):
        findings.add(Kind.TABLE, layout.EPISODES, "holds no episode")
    rows: list[dict[str, Any]] = []
    for position, row in enumerate([] if wrong else table.to_pylist()):
        index = row["episode_index"]
        fault = _fault(row)
        if fault:
            problem = f"row {position}: {fault}"
            findings.add(Kind.TABLE, layout.EPISODES, problem, episode=index)
        else:
            rows.append(row)
    return [] if findings.found else rows


def _fault(row: dict[str, Any]) -> str:
    for name in NUMBERS:
        least = 1 if name == "length" else 0
        if row[name] is None or not least <= row[name] < LARGEST:
            return f"{name} is {short(row[name])}"
    if not row["tasks"] or not all(row["tasks"]):
        return f"tasks is {short(row['tasks'])}, it names no instruction"
    return ""


def _texts(kind: pa.DataType) -> bool:
    lists = kinds.is_list(kind) or kinds.is_large_list(kind) or kinds.is_fixed_size_list(kind)
    return bool(
        lists and (kinds.is_string(kind.value_type) or kinds.is_large_string(kind.value_type))
    )
