import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from episodes import errors
from episodes.check import check
from episodes.reader import Reader
from tests.episodes.small import record

DATA = "data/chunk-000/file-000.parquet"
EPISODES = "meta/episodes/chunk-000/file-000.parquet"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("good")
    record(path, list(range(12)))
    return path


@pytest.fixture
def folder(good: Path, tmp_path: Path) -> Path:
    shutil.copytree(good, tmp_path / "set")
    (tmp_path / "set/meta/pontine.json").unlink()  # so that contents are judged, not hashes
    return tmp_path / "set"


def test_a_good_set_passes(good: Path, folder: Path) -> None:
    result = check(good, progress=False)
    assert (result.episodes, result.images) == (12, 2 * result.frames)
    assert result.hash == Reader(good).hash
    assert check(folder, progress=False).frames == result.frames


def test_workers_find_the_same(good: Path) -> None:
    assert check(good, workers=2, progress=False) == check(good, progress=False)


@pytest.mark.parametrize("name", [DATA, EPISODES, "meta/stats.json", "meta/tasks.parquet"])
def test_altered_and_missing_files(good: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "set"
    shutil.copytree(good, folder)
    path = folder / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(errors.DatasetError) as caught:
        check(folder, progress=False)
    assert caught.value.path == path
    path.unlink()
    with pytest.raises(errors.MissingFileError) as missing:
        check(folder, progress=False)
    assert missing.value.path == path and missing.value.remedy


def rewrite(path: Path, name: str, row: int, value: Any) -> None:
    """Replace one value of a Parquet column."""
    table = pq.read_table(path)
    values = table.column(name).to_pylist()
    values[row] = value
    field = table.schema.field(name)
    table = table.set_column(table.column_names.index(name), field, pa.array(values, field.type))
    pq.write_table(table, path)


@pytest.mark.parametrize(
    ("file", "name", "value", "error"),
    [
        (DATA, "index", 99, errors.LayoutError),
        (DATA, "frame_index", 7, errors.LayoutError),
        (DATA, "timestamp", 9.0, errors.LayoutError),
        (DATA, "task_index", 12, errors.LayoutError),
        (DATA, "observation.state", [float("nan"), 0, 0], errors.NotFiniteDataError),
        (DATA, "observation.state", [50.0, 0, 0], errors.StatsMismatchError),
        (DATA, "observation.state", None, errors.LayoutError),
        (DATA, "observation.images.fixed", {"bytes": b"\x89PNG", "path": ""},
         errors.DamagedFileError),
        (DATA, "observation.images.fixed", {"bytes": None, "path": "x.png"},
         errors.DamagedFileError),
        (EPISODES, "length", 3, errors.LayoutError),
        (EPISODES, "episode_index", 1, errors.LayoutError),
        (EPISODES, "stats/observation.state/mean", [9.0, 9.0, 9.0], errors.StatsMismatchError),
    ],
)  # fmt: skip
def test_wrong_contents(
    folder: Path, file: str, name: str, value: Any, error: type[errors.DatasetError]
) -> None:
    rewrite(folder / file, name, 2, value)
    with pytest.raises(error) as caught:
        check(folder, progress=False)
    assert caught.value.path.is_relative_to(folder)


def test_wrong_totals_and_stats(folder: Path) -> None:
    for file, error in (("info", errors.LayoutError), ("stats", errors.StatsMismatchError)):
        path = folder / f"meta/{file}.json"
        content = path.read_text()
        value = json.loads(content)
        if file == "info":
            value["total_frames"] += 1
        else:
            value["observation.state"]["max"][0] += 1
        path.write_text(json.dumps(value))
        with pytest.raises(error):
            check(folder, progress=False)
        path.write_text(content)
