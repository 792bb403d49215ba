import json
from pathlib import Path

import numpy as np
import pytest

from episodes.errors import DamagedFileError, DamageError, LayoutError
from episodes.reader import Reader
from tests.episodes.small import record


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("set")
    record(path, list(range(5)), file_mb=0.03)
    return path


def test_frames_equal_their_episodes(folder: Path) -> None:
    reader = Reader(folder)
    frame = 0
    for columns in reader:
        for row in range(len(columns["index"])):
            single = reader.frame(frame)
            for name, value in single.items():
                np.testing.assert_array_equal(value, columns[name][row])
            frame += 1
    assert frame == len(reader)
    with pytest.raises(IndexError):
        reader.frame(len(reader))


def test_columns_equal_the_episodes(folder: Path) -> None:
    reader = Reader(folder)
    for name in ("observation.state", "plan.chunk", "plan.step", "task_label"):
        together = [reader.episode(i, [name])[name] for i in range(5)]
        np.testing.assert_array_equal(reader.column(name), np.concatenate(together))


def test_only_the_columns_asked_for(folder: Path) -> None:
    assert set(Reader(folder).episode(1, ["plan.step"])) == {"plan.step"}
    with pytest.raises(LayoutError, match="nothing_here"):
        Reader(folder).episode(1, ["nothing_here"])


def test_video_and_older_versions_are_refused(tmp_path: Path) -> None:
    record(tmp_path, [0])
    path = tmp_path / "meta/info.json"
    info = json.loads(path.read_text())
    path.write_text(json.dumps(info | {"codebase_version": "v2.1"}))
    with pytest.raises(DamageError, match="convert"):
        Reader(tmp_path)
    info["features"]["observation.images.fixed"]["dtype"] = "video"
    path.write_text(json.dumps(info))
    with pytest.raises(DamageError, match="video"):
        Reader(tmp_path)


def test_missing_and_damaged_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(DamageError, match=r"info\.json: is missing"):
        Reader(tmp_path)
    record(tmp_path, [0])
    data = tmp_path / "data/chunk-000/file-000.parquet"
    data.write_bytes(data.read_bytes()[:100])
    with pytest.raises(DamagedFileError, match=r"file-000\.parquet.*Remedy"):
        Reader(tmp_path).episode(0)


def test_the_hash_follows_the_contents(tmp_path: Path) -> None:
    record(tmp_path, [0, 1])
    before = Reader(tmp_path).hash
    (tmp_path / "meta/pontine.json").unlink()
    assert Reader(tmp_path).hash == before
    record(tmp_path, [2])
    changed = Reader(tmp_path).hash
    assert changed != before
    path = tmp_path / "meta/stats.json"
    path.write_text(path.read_text() + " ")  # as LeRobot does when it appends
    assert Reader(tmp_path).hash not in (before, changed)
