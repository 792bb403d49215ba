import os
import random
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from episodes import merge
from episodes.check import check
from episodes.data_writer import DataWriter
from episodes.errors import DamagedFileError, DamageError, LayoutError, RecordError
from episodes.reader import Reader
from episodes.writer import Recorder, shards
from tests.episodes.small import FEATURES, frames, record


def test_round_trip(tmp_path: Path) -> None:
    record(tmp_path, [5, 2, 9])
    reader = Reader(tmp_path)
    assert [episode.key for episode in reader.episodes] == [2, 5, 9]
    for episode in reader.episodes:
        key = episode.key
        read = reader.episode(episode.index)
        for name, values in frames(6 + key % 5, key, still=key % 4 == 3).items():
            np.testing.assert_array_equal(read[name], values.reshape(read[name].shape))
        assert episode.notes == {"seed": key, "success": key % 2 == 0}
        assert reader.tasks[read["task_index"][0]] == episode.task == f"task {key % 3}"


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.randoms(use_true_random=False))
def test_order_and_interruptions_do_not_matter(
    tmp_path_factory: pytest.TempPathFactory, rng: random.Random
) -> None:
    keys = list(range(8))
    straight, wild = tmp_path_factory.mktemp("straight"), tmp_path_factory.mktemp("wild")
    record(straight, keys, file_mb=0.01)
    rng.shuffle(keys)
    cut = rng.randrange(1, 8)
    record(wild, keys[:cut], merge=rng.random() < 0.5, file_mb=0.01)
    assert Recorder(wild, FEATURES).finished() == set(keys[:cut])
    record(wild, keys[cut:], file_mb=0.01)
    assert Reader(wild).hash == Reader(straight).hash


def test_data_files_are_size_limited(tmp_path: Path) -> None:
    record(tmp_path, list(range(6)), file_mb=0.02)
    files = sorted((tmp_path / "data").rglob("*.parquet"))
    assert len(files) > 1
    reader = Reader(tmp_path)
    assert {episode.file for episode in reader.episodes} == {
        file.relative_to(tmp_path).as_posix() for file in files
    }
    np.testing.assert_array_equal(reader.column("index"), np.arange(len(reader)))


def test_merge_is_idempotent_and_clears_shards(tmp_path: Path) -> None:
    recorder = record(tmp_path, [0, 1])
    before = Reader(tmp_path).hash
    record(tmp_path, [0])  # recorded a second time: the merged one stays
    recorder.merge(progress=False)
    assert Reader(tmp_path).hash == before
    assert shards(tmp_path) == {}


@pytest.mark.parametrize("step", ["merge.shutil.rmtree", "merge._remove_shards"])
def test_killed_while_a_merge_moves_into_place(tmp_path: Path, step: str) -> None:
    record(tmp_path, [0, 1])
    record(tmp_path, [2], merge=False)
    # rmtree is called once for leftovers before, then on the old meta folder
    code = (
        "import os\nfrom pathlib import Path\nfrom episodes import merge\n"
        "from episodes.writer import shards\ncalls = []\n"
        "def stop(*a, **k):\n    calls.append(a)\n"
        f"    if len(calls) == {2 if 'rmtree' in step else 1}: os._exit(9)\n"
        f"{step} = stop\nfolder = Path({str(tmp_path)!r})\n"
        "merge.merge(folder, shards(folder), 100, False)\n"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 9
    recorder = Recorder(tmp_path, FEATURES)
    assert recorder.finished() == {0, 1, 2}
    recorder.merge(progress=False)
    assert [episode.key for episode in Reader(tmp_path).episodes] == [0, 1, 2]
    assert not list(tmp_path.glob("merge.*"))


def test_half_written_shards_do_not_count(tmp_path: Path) -> None:
    recorder = record(tmp_path, [0], merge=False)
    (tmp_path / "shards" / f"episode-0000000001.parquet.{os.getpid()}.partial").write_bytes(b"PAR")
    assert recorder.finished() == {0}
    recorder.merge(progress=False)
    assert len(Reader(tmp_path).episodes) == 1


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("observation.state", np.zeros((6, 4), np.float32), "shape"),
        ("observation.state", np.full((6, 3), np.nan, np.float32), "NaN"),
        ("plan.step", np.zeros(6, np.float32), "dtype"),
        ("plan.step", np.zeros(5, np.int64), "shape"),
        ("observation.images.fixed", np.zeros((6, 16, 16, 3), np.float32), "dtype"),
        ("unheard.of", np.zeros(6), "unknown"),
    ],
)
def test_what_does_not_fit_is_refused(
    tmp_path: Path, name: str, value: np.ndarray, message: str
) -> None:
    recorder = Recorder(tmp_path, FEATURES)
    with pytest.raises(RecordError, match=message):
        recorder.save(0, {**frames(6, 0), name: value}, "task")
    assert recorder.finished() == set()


def test_other_features_in_the_same_folder_are_refused(tmp_path: Path) -> None:
    record(tmp_path, [0])
    with pytest.raises(RecordError, match="fps"):
        Recorder(tmp_path, FEATURES, fps=20)
    with pytest.raises(RecordError, match="features"):
        Recorder(tmp_path)


def test_nothing_to_merge(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="no recorded episode"):
        Recorder(tmp_path, FEATURES).merge()


def test_a_damaged_data_set_is_not_merged_into(tmp_path: Path) -> None:
    record(tmp_path, [0, 1, 2])
    (tmp_path / "meta/pontine.json").unlink()
    path = tmp_path / "meta/episodes/chunk-000/file-000.parquet"
    table = pq.read_table(path)
    lengths = pa.array([6, 7, 7])  # one too small: a frame would be lost in silence
    pq.write_table(table.set_column(table.column_names.index("length"), "length", lengths), path)
    with pytest.raises(DamageError, match="has a length of 7"):
        record(tmp_path, [3])
    assert Recorder(tmp_path, FEATURES).finished() == {0, 1, 2, 3}  # nothing is lost


def test_several_instructions_of_an_episode_survive_a_merge(tmp_path: Path) -> None:
    """LeRobot's data sets may tell several, a frame each."""
    features = {n: f for n, f in FEATURES.items() if not f.is_image}
    writer = DataWriter(tmp_path, features, 100)
    recorder = Recorder(tmp_path / "shards of one", features)
    columns = {n: v for n, v in frames(6, 0).items() if n in features}
    recorder.save(0, columns, "first", {})
    said = np.array([0, 0, 0, 1, 1, 1])
    for source in merge._sources(recorder.path, shards(recorder.path), False):
        writer.add(replace(source, tasks=("first", "then"), said=said))
    writer.close(10, "fr3")
    assert check(tmp_path, progress=False).episodes == 1
    again = Recorder(tmp_path, features)
    again.save(1, columns, "then", {})
    again.merge(progress=False)
    reader = Reader(tmp_path)
    texts = [reader.tasks[n] for n in reader.episode(0)["task_index"]]
    assert texts == ["first"] * 3 + ["then"] * 3 and reader.episodes[0].tasks == ("first", "then")
    assert check(tmp_path, progress=False).episodes == 2


def test_a_copy_without_its_shards_folder_can_be_added_to(tmp_path: Path) -> None:
    record(tmp_path, [0])
    shutil.rmtree(tmp_path / "shards")
    record(tmp_path, [1])
    assert len(Reader(tmp_path).episodes) == 2


@pytest.mark.parametrize("damage", [b"", b"PAR1", None])
def test_a_damaged_shard_is_named_and_recorded_anew(tmp_path: Path, damage: bytes | None) -> None:
    recorder = record(tmp_path, [0, 1], merge=False)
    path = shards(tmp_path)[1]
    path.write_bytes(path.read_bytes()[:-20] if damage is None else damage)
    with pytest.raises(DamagedFileError, match="records this episode anew") as caught:
        recorder.merge(progress=False)
    assert caught.value.path == path
    path.unlink()
    record(tmp_path, [1])
    assert len(Reader(tmp_path).episodes) == 2
