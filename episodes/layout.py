"""Where LeRobot's data set v3.0 keeps things, and small files of its meta folder."""

import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from episodes import files
from episodes.errors import DamagedFileError, LayoutError

VERSION = "v3.0"
CHUNKS_SIZE = 1000  # files per chunk folder
DATA_PATH = "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"
INFO = "meta/info.json"
STATS = "meta/stats.json"
TASKS = "meta/tasks.parquet"
EPISODES = "meta/episodes/chunk-000/file-000.parquet"
MANIFEST = "meta/pontine.json"  # sha256 of every file; ours, LeRobot ignores it
READY = "merge.ready"  # a finished merge that is being moved into place
NOTE = "note/"  # prefix of our own columns among the episodes'
KEY = "pontine/key"
TABLES = "`pontine data repair FOLDER --out NEW` writes the tables again, from the frames"


def data_path(file_number: int) -> str:
    """Path of the n-th data file, relative to the data set."""
    chunk, file = divmod(file_number, CHUNKS_SIZE)
    return DATA_PATH.format(chunk_index=chunk, file_index=file)


def open_parquet(path: Path) -> pq.ParquetFile:
    """Open a Parquet file, or raise :class:`MissingFileError` or :class:`DamagedFileError`."""
    files.regular(path)
    try:
        parquet = pq.ParquetFile(path, memory_map=True, page_checksum_verification=True)
        names = parquet.schema_arrow.names
    except _ARROW as error:
        raise unreadable(path, f"is no readable Parquet file ({error})") from error
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise unreadable(path, f"holds columns of the same name: {', '.join(doubled)}")
    return parquet


def read_columns(
    path: Path, parquet: pq.ParquetFile, columns: Sequence[str], groups: Sequence[int] | None = None
) -> pa.Table:
    """Columns of an open file (of these row groups) in the order asked for, whole and valid.

    Raises:
        DamagedFileError: they cannot be read; LayoutError: a column is not there.
    """
    there = set(parquet.schema_arrow.names)
    if lacking := [name for name in columns if name not in there]:
        raise LayoutError(path, f"lacks the column {lacking[0]}", files.RESTORE)
    wanted = list(range(parquet.num_row_groups)) if groups is None else list(groups)
    try:
        table = parquet.read_row_groups(wanted, columns=list(columns), use_threads=False)
        table = table.select(list(columns))
        table.validate(full=True)
    except _ARROW as error:
        raise unreadable(path, f"cannot be read ({error})") from error
    return table


def unreadable(path: Path, problem: str) -> DamagedFileError:
    """The error of a file whose contents are damaged."""
    return DamagedFileError(path, problem, files.RESTORE)


# what pyarrow raises on damaged bytes; some of its errors are Python's own
_ARROW = (pa.ArrowException, OSError, ValueError, TypeError, KeyError, IndexError, MemoryError,
          OverflowError, NotImplementedError)  # fmt: skip


def write_tasks(path: Path, tasks: list[str]) -> None:
    """Write tasks.parquet as pandas would: the texts are the index of the table."""
    name = "__index_level_0__"
    columns = [
        {"name": "task_index", "field_name": "task_index", "pandas_type": "int64",
         "numpy_type": "int64", "metadata": None},
        {"name": None, "field_name": name, "pandas_type": "unicode",
         "numpy_type": "object", "metadata": None},
    ]  # fmt: skip
    pandas = {
        "index_columns": [name],
        "column_indexes": [
            {"name": None, "field_name": None, "pandas_type": "unicode",
             "numpy_type": "object", "metadata": {"encoding": "UTF-8"}}
        ],
        "columns": columns,
        "creator": {"library": "pyarrow", "version": pa.__version__},
        "pandas_version": "2.2.0",
    }  # fmt: skip
    schema = pa.schema(
        [("task_index", pa.int64()), (name, pa.string())],
        metadata={"pandas": json.dumps(pandas)},
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table([list(range(len(tasks))), tasks], schema=schema), path)


def read_tasks(path: Path) -> list[str]:
    """The task texts by task_index, from any writer's tasks.parquet.

    Raises:
        MissingFileError, DamagedFileError: it cannot be read, or is no such table.
    """
    parquet = open_parquet(path)
    names = parquet.schema_arrow.names
    texts = [name for name in names if name != "task_index"]
    if "task_index" not in names or not texts:
        raise LayoutError(path, f"has the columns {names}, not task_index and a text", TABLES)
    table = read_columns(path, parquet, ["task_index", texts[0]])
    numbers, found = table.column("task_index").to_pylist(), table.column(texts[0]).to_pylist()
    if not found:
        raise LayoutError(path, "holds no task", TABLES)
    for number, text in zip(numbers, found, strict=True):
        if not isinstance(text, str) or not text:
            raise LayoutError(path, f"the text of task {number} is {text!r}", TABLES)
    if any(type(number) is not int for number in numbers) or (
        sorted(numbers) != list(range(len(numbers)))
    ):
        raise LayoutError(path, "task_index is not 0, 1, 2 ...", TABLES)
    if len(set(found)) < len(found):
        raise LayoutError(path, "holds a task twice", TABLES)
    ordered = dict(zip(numbers, found, strict=True))
    return [ordered[number] for number in range(len(found))]
