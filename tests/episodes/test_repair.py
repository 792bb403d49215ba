"""What a repair keeps, drops, says and refuses."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from episodes.check import check
from episodes.errors import DatasetError, LayoutError
from episodes.reader import Reader
from episodes.repair import Repair, repair
from tests.episodes.small import record
from tests.episodes.test_check import DATA, EPISODES, FIXED, STATE, picture, rewrite


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("good")
    record(path, list(range(5)))
    (path / "meta/pontine.json").unlink()
    return path


@pytest.fixture
def folder(good: Path, tmp_path: Path) -> Path:
    shutil.copytree(good, tmp_path / "set")
    return tmp_path / "set"


def repaired(folder: Path) -> tuple[Repair, Reader]:
    out = folder.with_name("new")
    done = repair(folder, out, progress=False)
    assert check(out, progress=False).episodes == done.kept[0]
    return done, Reader(out)


def edit(path: Path, name: str, values: Any) -> None:
    table = pq.read_table(path)
    at = table.column_names.index(name)
    pq.write_table(table.set_column(at, name, pa.array(values, table.schema.field(at).type)), path)


def test_a_whole_one_is_left_alone(folder: Path) -> None:
    assert repair(folder, folder.with_name("new"), progress=False) == Repair()
    assert not folder.with_name("new").exists()


@pytest.mark.parametrize("stale", ["stats.json", "totals", "lengths", "ranges", "index", "tasks"])
def test_what_is_stale_is_computed_again_and_no_episode_is_lost(
    good: Path, folder: Path, stale: str
) -> None:
    if stale == "stats.json":
        (folder / "meta/stats.json").write_text("{}")
    elif stale == "totals":
        path = folder / "meta/info.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"total_frames": 3}))
    elif stale == "lengths":
        edit(folder / EPISODES, "length", [6, 6, 8, 9, 9])  # of 6, 7, 8, 9, 10
    elif stale == "ranges":
        edit(folder / EPISODES, "dataset_from_index", [1, 7, 14, 22, 31])
    elif stale == "index":
        edit(folder / DATA, "index", np.arange(1, 41))
    else:
        (folder / "meta/tasks.parquet").unlink()
    done, reader = repaired(folder)
    assert done.kept == (5, 40) and not done.dropped and done.findings
    whole = Reader(good)
    for episode in whole.episodes:
        found, wanted = reader.episode(episode.index), whole.episode(episode.index)
        for name, values in wanted.items():
            np.testing.assert_array_equal(found[name], values)
        assert reader.episodes[episode.index].notes == episode.notes
        assert reader.episodes[episode.index].key == episode.key


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [(STATE, [float("nan"), 0, 0], "observation.state[0] is nan"), (STATE, [0, 1e30, 0], "far off"),
     (FIXED, picture("RGB", 8), "8 x 8 pixels"), (FIXED, picture("I;16"), "16 bits"),
     ("frame_index", 0, "frame_index is 0 where 2 follows"),
     ("plan.chunk", [[0, 0]] * 3, "has 3 values")],
)  # fmt: skip
def test_what_cannot_be_saved_is_dropped_and_told(
    folder: Path, name: str, value: Any, said: str
) -> None:
    rewrite(folder / DATA, name, 2, value)
    if name == "frame_index":
        rewrite(folder / DATA, "index", 2, 99)  # of two witnesses, none is left
    done, reader = repaired(folder)
    assert len(done.dropped) == 1 and done.dropped[0].startswith("episode 0 ")
    assert said in done.dropped[0]
    assert [episode.key for episode in reader.episodes] == [1, 2, 3, 4]


@pytest.mark.parametrize("mode", ["L", "P", "1"])
def test_pictures_that_lose_nothing_are_converted(folder: Path, mode: str) -> None:
    rewrite(folder / DATA, FIXED, 2, picture(mode))
    done, reader = repaired(folder)
    assert done.kept[0] == 5 and any("converted to RGB" in line for line in done.told)
    assert not reader.episode(0, [FIXED])[FIXED][2].any()  # black


def test_an_episode_cut_short_is_not_taken_for_whole(folder: Path) -> None:
    table = pq.read_table(folder / DATA)
    pq.write_table(pa.concat_tables([table.slice(0, 12), table.slice(13)]), folder / DATA)
    done, reader = repaired(folder)  # the last frame of episode 1 is lost
    assert [episode.key for episode in reader.episodes] == [0, 2, 3, 4]
    assert "the table of episodes says 7 frames" in done.dropped[0]


def test_altered_values_are_not_made_good_by_new_statistics(tmp_path: Path) -> None:
    record(tmp_path / "set", list(range(5)))  # with hashes and statistics that tell
    rewrite(tmp_path / "set" / DATA, STATE, 2, [0.5, 0.5, 0.5])
    done, reader = repaired(tmp_path / "set")
    assert [episode.key for episode in reader.episodes] == [1, 2, 3, 4]
    assert "observation.state was altered after it was recorded" in done.dropped[0]


@pytest.mark.parametrize("change", [{"fps": 20}, {"codebase_version": "v2.1"}, {"features": {}}])
def test_what_cannot_be_helped_is_refused(folder: Path, change: dict[str, Any]) -> None:
    path = folder / "meta/info.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(DatasetError) as caught:
        repair(folder, folder.with_name("new"), progress=False)
    assert caught.value.remedy and not folder.with_name("new").exists()


def test_it_writes_into_new_folders_only(folder: Path) -> None:
    (folder / "meta/stats.json").write_text("{}")
    for out in (folder, folder / "inside", folder.parent):
        with pytest.raises(LayoutError, match="with --out"):
            repair(folder, out, progress=False)
