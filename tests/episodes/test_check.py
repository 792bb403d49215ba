import io
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from episodes import errors
from episodes.check import check
from episodes.damage import Finding, Kind
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
    assert path in {finding.path for finding in findings(folder)}
    path.unlink()
    assert (Kind.MISSING, path) in {(f.kind, f.path) for f in findings(folder)}


def findings(folder: Path) -> tuple[Finding, ...]:
    """What is wrong; each names a file of the data set and a remedy, and is told."""
    with pytest.raises(errors.DatasetError) as caught:
        check(folder, progress=False)
    for finding in caught.value.findings:
        assert finding.path.is_relative_to(folder) and finding.remedy and finding.problem
    assert caught.value.findings[0].problem in str(caught.value)
    return caught.value.findings


def rewrite(path: Path, name: str, row: int, value: Any) -> None:
    """Replace one value of a Parquet column."""
    table = pq.read_table(path)
    values = table.column(name).to_pylist()
    values[row] = value
    field = table.schema.field(name)
    table = table.set_column(table.column_names.index(name), field, pa.array(values, field.type))
    pq.write_table(table, path)


def picture(mode: str, size: int = 16) -> dict[str, Any]:
    file = io.BytesIO()
    Image.new(mode, (size, size)).save(file, "PNG")
    return {"bytes": file.getvalue(), "path": "x.png"}


FIXED = "observation.images.fixed"
STATE = "observation.state"


@pytest.mark.parametrize(
    ("file", "name", "value", "kind", "said"),
    [
        (DATA, "index", 99, Kind.TABLE, "episode 0, frame 2: index is 99"),
        (DATA, "episode_index", 1, Kind.TABLE, "episode 0, frame 2: episode_index is 1"),
        (DATA, "frame_index", 7, Kind.FRAMES, "episode 0, frame 2: frame_index is 7"),
        (DATA, "timestamp", 9.0, Kind.FRAMES, "timestamps go back"),
        (DATA, "timestamp", 0.21, Kind.FRAMES, "is not that of frame 2 at 10 Hz"),
        (DATA, "task_index", 12, Kind.TABLE, "task_index is 12"),
        (DATA, "task_index", 1, Kind.TABLE, "task_index is 1"),
        (DATA, STATE, [float("nan"), 0, 0], Kind.NUMBER, "frame 2: observation.state[0] is nan"),
        (DATA, STATE, [0, 0, float("-inf")], Kind.NUMBER, "observation.state[2] is -inf"),
        (DATA, STATE, [0, 1e30, 0], Kind.NUMBER, "frame 2: observation.state[1] is 1e+30"),
        (DATA, STATE, [50.0, 0, 0], Kind.STALE, "episode 0: statistics of observation.state"),
        (DATA, STATE, None, Kind.FRAMES, "lacks 1 value"),
        (DATA, "plan.chunk", [[0, 0]] * 3, Kind.FRAMES, "has 3 values in a row of 4"),
        (DATA, FIXED, {"bytes": b"\x89PNG", "path": ""}, Kind.PICTURE, "is no PNG or JPEG"),
        (DATA, FIXED, {"bytes": None, "path": "x.png"}, Kind.PICTURE, "frame 2: observation.im"),
        (DATA, FIXED, picture("I;16"), Kind.PICTURE, "is grey of 16 bits, not RGB"),
        (DATA, FIXED, picture("P"), Kind.PICTURE, "is a palette's"),
        (DATA, FIXED, picture("RGBA"), Kind.PICTURE, "is transparent (RGBA) of 8 bits"),
        (DATA, FIXED, picture("RGB", 8), Kind.PICTURE, "is 8 x 8 pixels"),
        (EPISODES, "length", 3, Kind.TABLE, "episode 2: has a length of 3"),
        (EPISODES, "length", None, Kind.TABLE, "length is None"),
        (EPISODES, "length", 0, Kind.TABLE, "length is 0"),
        (EPISODES, "dataset_from_index", 14, Kind.TABLE, "episode 2: has a length"),
        (EPISODES, "dataset_to_index", 2**50, Kind.TABLE, "dataset_to_index is"),
        (EPISODES, "data/file_index", 7, Kind.TABLE, "but the one before it lies in"),
        (EPISODES, "tasks", [], Kind.TABLE, "tasks is []"),
        (EPISODES, "tasks", ["another"], Kind.TABLE, "its task 'another' is not in"),
        (EPISODES, "episode_index", 1, Kind.TABLE, "episode 1: stands there twice"),
        (EPISODES, "stats/observation.state/mean", [9.0] * 3, Kind.STALE, "statistics of"),
        (EPISODES, "stats/observation.state/q50", [99.0] * 3, Kind.STALE, "(q50)"),
    ],
)  # fmt: skip
def test_wrong_contents(
    folder: Path, file: str, name: str, value: Any, kind: Kind, said: str
) -> None:
    rewrite(folder / file, name, 2, value)
    found = findings(folder)
    assert [f for f in found if f.kind is kind and said in str(f)], "\n".join(map(str, found))


def test_several_things_are_told_together(folder: Path) -> None:
    rewrite(folder / DATA, STATE, 2, [float("nan"), 0, 0])
    rewrite(folder / DATA, FIXED, 10, picture("L"))
    rewrite(folder / EPISODES, "stats/plan.step/max", 5, [99])
    assert {f.kind for f in findings(folder)} == {Kind.NUMBER, Kind.PICTURE, Kind.STALE}
    assert {f.episode for f in findings(folder)} >= {0, 1, 5}


@pytest.mark.parametrize("change", ["lost", "doubled", "shifted"])
def test_rows_of_the_table_of_episodes(folder: Path, change: str) -> None:
    path = folder / EPISODES
    table = pq.read_table(path)
    if change == "lost":
        table = pa.concat_tables([table.slice(0, 4), table.slice(5)])
    elif change == "doubled":
        table = pa.concat_tables([table, table.slice(4, 1)])
    else:  # as it is told in the field: the neighbour's frame begins the episode
        for name in ("dataset_from_index", "dataset_to_index"):
            moved = pa.array([n + 1 for n in table.column(name).to_pylist()])
            table = table.set_column(table.column_names.index(name), name, moved)
    pq.write_table(table, path)
    assert findings(folder)[0].kind is Kind.TABLE


def test_frames_that_no_episode_has(folder: Path) -> None:
    table = pq.read_table(folder / DATA)
    pq.write_table(table.slice(0, len(table) - 1), folder / DATA)
    assert "episode 11 has 6 there, not 7" in str(findings(folder)[0])
    shutil.copy(folder / DATA, folder / "data/chunk-000/file-007.parquet")
    assert any("belongs to no episode" in str(finding) for finding in findings(folder))


@pytest.mark.parametrize(
    "columns",
    [{STATE: pa.list_(pa.float64(), 3)}, {"plan.step": pa.string()}, {FIXED: None},
     {"task_index": pa.float32()}],
)  # fmt: skip
def test_columns_of_another_type(folder: Path, columns: dict[str, Any]) -> None:
    table = pq.read_table(folder / DATA)
    for name, kind in columns.items():
        at = table.column_names.index(name)
        if kind is None:
            table = table.remove_column(at)
        else:
            values = table.column(name).to_pylist()
            values = list(map(str, values)) if pa.types.is_string(kind) else values
            table = table.set_column(at, name, pa.array(values, kind))
    pq.write_table(table, folder / DATA)
    assert any(next(iter(columns)) in str(finding) for finding in findings(folder))


def test_wrong_totals_and_stats(folder: Path) -> None:
    for file, kind in (("info", Kind.TABLE), ("stats", Kind.STALE)):
        path = folder / f"meta/{file}.json"
        content = path.read_text()
        value = json.loads(content)
        if file == "info":
            value["total_frames"] += 1
        else:
            value["observation.state"]["max"][0] += 1
        path.write_text(json.dumps(value))
        assert [finding.kind for finding in findings(folder)] == [kind]
        path.write_text(content)


@pytest.mark.parametrize(
    "entry",
    [b"", b"[1, 2]", b"{}", b"\xff\xfe", b"[" * 100_000, b"null", b'"text"', b"{'a': 1}",
     b'{"codebase_version": "v3.0"}'],
)  # fmt: skip
@pytest.mark.parametrize("name", ["info.json", "stats.json", "pontine.json"])
def test_json_of_another_shape(good: Path, tmp_path: Path, name: str, entry: bytes) -> None:
    shutil.copytree(good, tmp_path / "set")
    (tmp_path / "set/meta" / name).write_bytes(entry)
    assert tmp_path / "set/meta" / name in {finding.path for finding in findings(tmp_path / "set")}


@pytest.mark.parametrize(
    ("key", "value"),
    [("fps", 0), ("fps", -10), ("fps", float("nan")), ("fps", 10**400), ("fps", "10"),
     ("fps", True), ("fps", None), ("features", []), ("features", {"a": 1}), ("data_path", "x"),
     ("data_path", "../{chunk_index}/{file_index}"), ("data_path", "{nothing}"), ("data_path", 3),
     ("codebase_version", 3), ("codebase_version", "v2.1"), ("total_frames", "many"),
     ("total_episodes", 10**30), ("robot_type", ["fr3"])],
)  # fmt: skip
def test_info_of_odd_values(folder: Path, key: str, value: Any) -> None:
    path = folder / "meta/info.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
    found = findings(folder)
    assert all(finding.path == path for finding in found)
    assert any(key.split("_")[0] in finding.problem for finding in found) or key == "features"


@pytest.mark.parametrize(
    "feature",
    [{"dtype": "video", "shape": [16, 16, 3]}, {"dtype": "string", "shape": [1]},
     {"dtype": "complex64", "shape": [3]}, {"dtype": "float32", "shape": []},
     {"dtype": "float32", "shape": [-1]}, {"dtype": "float32", "shape": [10**9, 10**9]},
     {"dtype": "image", "shape": [3, 16, 16]}, {"dtype": "float32"}, {"shape": [3]}, "float32"],
)  # fmt: skip
def test_features_that_are_not_read(folder: Path, feature: Any) -> None:
    path = folder / "meta/info.json"
    info = json.loads(path.read_text())
    info["features"][STATE] = feature
    path.write_text(json.dumps(info))
    assert any(STATE in finding.problem for finding in findings(folder))


@pytest.mark.parametrize("name", [DATA, EPISODES, "meta/info.json", "meta/tasks.parquet",
                                  "meta/stats.json"])  # fmt: skip
@pytest.mark.parametrize("instead", ["nothing in it", "a folder", "a pipe", "a link to itself"])
def test_something_else_where_a_file_should_be(folder: Path, name: str, instead: str) -> None:
    path = folder / name
    path.unlink()
    if instead == "a folder":
        path.mkdir()
    elif instead == "a pipe":
        os.mkfifo(path)
    elif instead == "a link to itself":
        path.symlink_to(path)
    else:
        path.touch()
    assert path in {finding.path for finding in findings(folder)}


def test_a_link_to_a_file_is_a_file(folder: Path, tmp_path: Path) -> None:
    (folder / DATA).rename(tmp_path / "blob")  # as a download cache keeps it
    (folder / DATA).symlink_to(tmp_path / "blob")
    assert check(folder, progress=False).episodes == 12


def test_empty_tables_and_tasks_without_text(folder: Path) -> None:
    for name, said in ((EPISODES, "holds no episode"), ("meta/tasks.parquet", "holds no task")):
        whole = (folder / name).read_bytes()
        pq.write_table(pq.read_table(folder / name).slice(0, 0), folder / name)
        assert any(said in finding.problem for finding in findings(folder))
        (folder / name).write_bytes(whole)
    path = folder / "meta/tasks.parquet"
    pq.write_table(pq.read_table(path, columns=["task_index"]), path)
    assert "not task_index and a text" in findings(folder)[0].problem
