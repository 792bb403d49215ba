"""Where LeRobot's data set v3.0 keeps things, and small files of its meta folder."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from episodes.errors import DamagedFileError, MissingFileError
from episodes.files import RESTORE

VERSION = "v3.0"
CHUNKS_SIZE = 1000  # files per chunk folder
DATA_PATH = "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"
INFO = "meta/info.json"
STATS = "meta/stats.json"
TASKS = "meta/tasks.parquet"
EPISODES = "meta/episodes/chunk-000/file-000.parquet"
MANIFEST = "meta/pontine.json"  # sha256 of every file; ours, LeRobot ignores it
NOTE = "note/"  # prefix of our own columns among the episodes'
KEY = "pontine/key"


def data_path(file_number: int) -> str:
    """Path of the n-th data file, relative to the data set."""
    chunk, file = divmod(file_number, CHUNKS_SIZE)
    return DATA_PATH.format(chunk_index=chunk, file_index=file)


def open_parquet(path: Path) -> pq.ParquetFile:
    """Open a Parquet file, or raise :class:`MissingFileError` or :class:`DamagedFileError`."""
    try:
        return pq.ParquetFile(path, memory_map=True)
    except FileNotFoundError as error:
        raise MissingFileError(path, "is missing", RESTORE) from error
    except (pa.ArrowException, OSError) as error:
        raise DamagedFileError(path, f"is no readable Parquet file ({error})", RESTORE) from error


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
    """The task texts by task_index, from any writer's tasks.parquet."""
    table = open_parquet(path).read()
    names = [name for name in table.column_names if name != "task_index"]
    if "task_index" not in table.column_names or not names:
        raise DamagedFileError(path, f"has columns {table.column_names}", RESTORE)
    indices = table.column("task_index").to_pylist()
    texts = dict(zip(indices, table.column(names[0]).to_pylist(), strict=True))
    if sorted(texts) != list(range(len(texts))):
        raise DamagedFileError(path, "task_index is not 0, 1, 2 ...", RESTORE)
    return [texts[i] for i in range(len(texts))]
