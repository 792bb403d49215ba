"""Which rows of damaged files are whole episodes: found in the frames, not in the tables.

Three things tell where an episode lies: its rows (frame numbers from 0, one episode number), the
rows around it (running numbers without a gap) and its row of the table of episodes. What two of
them agree on is taken; where only one is left, the episode is lost.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from episodes import episode_table, layout
from episodes.contents import TIMESTAMP_TOLERANCE
from episodes.errors import DatasetError
from episodes.features import ColumnError, from_arrow
from episodes.reader import Reader

_OWN = ("episode_index", "frame_index", "index", "timestamp", "task_index")


@dataclass(frozen=True)
class TableEntry:
    """What the table of episodes says of one."""

    length: int | None
    tasks: tuple[str, ...]
    key: int | None
    notes: dict[str, Any]


@dataclass(frozen=True)
class Candidate:
    """Rows that carry one episode's number, one after the other in one file.

    Attributes:
        episode: that number. file, first, length: where they lie.
        told: what the table says of it, if it does.
        tasks: instructions. said: (length,) which of them each frame names.
        fault: why it is lost; "" if it is not.
    """

    episode: int
    file: str
    first: int
    length: int
    told: TableEntry | None
    tasks: tuple[str, ...]
    said: NDArray[np.int64]
    fault: str


@dataclass(frozen=True)
class _Run:
    """Rows of one episode number, with LeRobot's own columns."""

    file: str
    first: int
    columns: dict[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(self.columns["index"])


def candidates(reader: Reader, lost: list[str]) -> list[Candidate]:
    """All runs of rows in the data files, in their order; what cannot be read goes into `lost`."""
    told = _told(reader, lost)
    tasks = _tasks(reader, lost)
    runs = [run for path in sorted((reader.folder / "data").rglob("*.parquet"))
            for run in _runs(reader, path, lost)]  # fmt: skip
    found: list[Candidate] = []
    taken: set[int] = set()
    for position, run in enumerate(runs):
        before = runs[position - 1] if position else None
        after = runs[position + 1] if position + 1 < len(runs) else None
        episode = int(run.columns["episode_index"][0])
        row = told.get(episode)
        fault = _fault(run, before, after, row, reader)
        texts, said, unclear = _instructions(run, row, tasks)
        fault = fault or unclear
        if not fault and episode in taken:
            fault = "it stands there twice"
        if not fault:
            taken.add(episode)
        found.append(Candidate(episode, run.file, run.first, len(run), row, texts, said, fault))
    return found


def _runs(reader: Reader, path: Path, lost: list[str]) -> Iterator[_Run]:
    """The runs of one file; row groups that cannot be read are passed over."""
    name = path.relative_to(reader.folder).as_posix()
    try:
        parquet = layout.open_parquet(path)
    except DatasetError as error:
        lost.append(f"{name}: its episodes, for it {error.problem}")
        return
    parts: list[dict[str, NDArray[Any]]] = []
    begin = row = 0
    for group in range(parquet.num_row_groups):
        count = parquet.metadata.row_group(group).num_rows
        try:
            table = layout.read_columns(path, parquet, _OWN, [group])
            parts.append({n: from_arrow(reader.features[n], table.column(n)) for n in _OWN})
        except (DatasetError, ColumnError) as error:
            problem = getattr(error, "problem", error)
            lost.append(f"{name}: its frames {row} to {row + count - 1}, for it {problem}")
            yield from _cut(name, begin, parts)
            begin, parts = row + count, []
        row += count
    yield from _cut(name, begin, parts)


def _cut(name: str, begin: int, parts: list[dict[str, NDArray[Any]]]) -> Iterator[_Run]:
    """Rows that follow each other, from row `begin` of the file on, by their episode's number."""
    if not parts:
        return
    columns = {n: np.concatenate([part[n] for part in parts]) for n in _OWN}
    cuts = np.flatnonzero(np.diff(columns["episode_index"])) + 1
    for first, last in zip([0, *cuts], [*cuts, len(columns["index"])], strict=True):
        if last > first:
            own = {n: values[first:last] for n, values in columns.items()}
            yield _Run(name, begin + int(first), own)


def _fault(
    run: _Run, before: _Run | None, after: _Run | None, row: TableEntry | None, reader: Reader
) -> str:
    count = np.arange(len(run))
    frames, index, stamps = (run.columns[n] for n in ("frame_index", "index", "timestamp"))
    off = np.abs(stamps.astype(np.float64) - count / reader.fps)
    fits = float((off <= TIMESTAMP_TOLERANCE).mean())  # NaN fits nowhere
    in_order = bool((frames == count).all())
    running = bool((np.diff(index) == 1).all())
    if not in_order and not (running and fits == 1.0):
        at = int(np.flatnonzero(frames != count)[0])
        return f"its frames are not all there: frame_index is {frames[at]} where {at} follows"
    if fits <= 0.5:
        return f"its timestamps are not those of frames at {reader.fps:g} Hz (meta/info.json)"
    if row is not None and row.length == len(run):
        return ""
    total = reader.info.totals["total_frames"]
    joins_before = index[0] == (before.columns["index"][-1] + 1 if before else 0)
    joins_after = (
        after.columns["index"][0] == index[-1] + 1 and after.columns["frame_index"][0] == 0
        if after
        else total == index[-1] + 1
    )
    if in_order and running and joins_before and joins_after:
        return ""
    says = "nothing" if row is None or row.length is None else f"{row.length} frames"
    return f"its rows are {len(run)} frames, the table of episodes says {says}, and there is a gap"


def _instructions(
    run: _Run, row: TableEntry | None, tasks: list[str]
) -> tuple[tuple[str, ...], NDArray[np.int64], str]:
    """The instructions, which of them each frame names, and why that is unclear."""
    numbers = run.columns["task_index"]
    none = np.zeros(len(run), np.int64)
    if not tasks:
        if row is None or len(row.tasks) != 1:
            return (), none, "nothing tells its instruction"
        return row.tasks, none, ""
    known = (numbers >= 0) & (numbers < len(tasks))
    texts = tuple(dict.fromkeys(tasks[int(n)] for n in numbers[known]))
    if row is not None and len(row.tasks) == 1:
        wanted = row.tasks[0]
        agree = sum(known[i] and tasks[int(n)] == wanted for i, n in enumerate(numbers))
        if agree > len(run) / 2:
            return row.tasks, none, ""
        if agree or not known.any():
            return (), none, "most of its frames name another instruction than its table"
    if not known.all():
        return (), none, "its frames name an instruction that is in no table"
    if row is not None and row.tasks and set(texts) != set(row.tasks):
        return (), none, f"its instruction is told in two ways: {texts[0]!r} and {row.tasks[0]!r}"
    return texts, np.array([texts.index(tasks[int(n)]) for n in numbers], np.int64), ""


def _told(reader: Reader, lost: list[str]) -> dict[int, TableEntry]:
    """The table's rows by episode, as far as they can be read; doubled ones are not believed."""
    try:
        table = episode_table.read(reader.folder, stats=False)
        rows = table.to_pylist()
    except (DatasetError, ValueError) as error:
        lost.append(f"{layout.EPISODES}: notes and keys of all episodes, for the table {error}")
        return {}
    found: dict[int, TableEntry] = {}
    doubled = set()
    for row in rows:
        number, length, key = (row.get(n) for n in ("episode_index", "length", layout.KEY))
        if type(number) is not int:
            continue
        tasks = row.get("tasks")
        texts = tasks if isinstance(tasks, list) and all(isinstance(t, str) and t for t in tasks) \
            else []  # fmt: skip
        notes = {
            name.removeprefix(layout.NOTE): value
            for name, value in row.items()
            if name.startswith(layout.NOTE)
        }
        entry = TableEntry(
            length if type(length) is int else None, tuple(dict.fromkeys(texts)),
            key if type(key) is int else None, notes,
        )  # fmt: skip
        if found.setdefault(number, entry) != entry:
            doubled.add(number)
    return {number: entry for number, entry in found.items() if number not in doubled}


def _tasks(reader: Reader, lost: list[str]) -> list[str]:
    try:
        return reader.tasks
    except DatasetError as error:
        lost.append(f"{layout.TASKS}: it {error.problem}; instructions are the table of episodes'")
        return []
