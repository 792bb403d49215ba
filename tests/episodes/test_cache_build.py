import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from episodes import cache_build
from episodes.cache import Cache
from episodes.cache_build import CacheSettings, build
from episodes.columns import FIXED, WRIST
from episodes.errors import CacheError, CacheTooLargeError
from episodes.png import shrink
from episodes.reader import Reader
from episodes.vocabulary import STILLS
from tests.episodes.small import record

SETTINGS = CacheSettings(fixed_every=3, wrist_size=8)
KEYS = list(range(9))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    record(tmp_path / "set", KEYS, file_mb=0.03)
    return tmp_path / "set"


def assert_equals(cache: Cache, reader: Reader) -> None:
    assert len(cache) == len(reader)
    for name, values in cache.columns.items():
        np.testing.assert_array_equal(values, reader.column(name))
    still = reader.column("task_label") == STILLS
    np.testing.assert_array_equal(cache.robot, np.flatnonzero(~still))
    for row, frame in enumerate(cache.fixed_index):
        np.testing.assert_array_equal(cache.fixed[row], reader.frame(int(frame))[FIXED])
    for frame in range(len(reader)):
        image = shrink(reader.frame(frame)[WRIST], 8)
        np.testing.assert_array_equal(cache.wrist[frame], 0 * image if still[frame] else image)
    starts = [episode.start for episode in reader.episodes]
    assert cache.episode_start.tolist() == [*starts, len(reader)]
    assert cache.instructions == reader.tasks


@pytest.mark.parametrize("workers", [1, 2])
def test_holds_what_was_recorded(data: Path, tmp_path: Path, workers: int) -> None:
    cache = build(data, tmp_path / "cache", SETTINGS, workers=workers, progress=False)
    assert_equals(cache, Reader(data))
    reader = Reader(data)
    steps, kept = reader.column("plan.step"), set(cache.fixed_index.tolist())
    assert all(f in kept for f in range(1, len(reader)) if steps[f] != steps[f - 1])
    assert set(np.flatnonzero(reader.column("task_label") == STILLS)) <= kept
    assert len(kept) < len(reader)


def test_a_recording_may_have_one_camera_of_any_name(data: Path, tmp_path: Path) -> None:
    settings = CacheSettings(fixed_every=1, fixed=WRIST, wrist="")
    cache = build(data, tmp_path / "cache", settings, workers=1, progress=False)
    reader = Reader(data)
    assert len(cache.wrist) == 0 and len(cache.fixed) == len(reader)
    np.testing.assert_array_equal(cache.fixed[-1], reader.frame(len(reader) - 1)[WRIST])
    with pytest.raises(CacheError, match=r"no images observation\.images\.corner2"):
        absent = CacheSettings(fixed="observation.images.corner2", wrist="")
        build(data, tmp_path / "other", absent, workers=1, progress=False)


def test_fresh_stays_and_stale_is_rebuilt(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    first = build(data, folder, SETTINGS, workers=1, progress=False)
    inode = (folder / "wrist.npy").stat().st_ino
    build(data, folder, SETTINGS, workers=1, progress=False)
    assert (folder / "wrist.npy").stat().st_ino == inode
    record(data, [100])
    second = build(data, folder, SETTINGS, workers=1, progress=False)
    assert second.hash != first.hash
    assert_equals(second, Reader(data))
    (folder / "fixed.npy").unlink()
    assert_equals(build(data, folder, SETTINGS, workers=1, progress=False), Reader(data))


def test_finished_episodes_are_not_done_again(data: Path, tmp_path: Path) -> None:
    reader, growing = Reader(data), tmp_path / "cache.partial"
    stamp = cache_build._stamp(reader.hash, SETTINGS)
    cache_build._allocate(reader, growing, SETTINGS, stamp, 8, False)
    cache_build._fill(data, growing, SETTINGS, [0, 1])
    marked = np.load(growing / "columns/observation.state.npy", mmap_mode="r+")
    marked[0] = 77
    marked.flush()
    cache = build(data, tmp_path / "cache", SETTINGS, workers=1, progress=False)
    assert cache["observation.state"][0, 0] == 77  # kept, not written a second time
    np.testing.assert_array_equal(
        cache["observation.state"][1:], reader.column("observation.state")[1:]
    )


def test_killed_half_way_then_built(data: Path, tmp_path: Path) -> None:
    code = (
        "from episodes import cache_build\nimport time\nfill = cache_build._fill\n"
        "def slow(*a):\n    fill(*a)\n    time.sleep(300)\n"
        "cache_build._fill = slow\n"
        f"cache_build.build({str(data)!r}, {str(tmp_path / 'cache')!r},"
        " cache_build.CacheSettings(3, 8), workers=1, progress=False)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code])
    done = tmp_path / "cache.partial/done.npy"
    deadline = time.monotonic() + 120
    while not (done.exists() and (tmp_path / "cache.partial/plan.json").exists()
               and np.load(done).any()):  # fmt: skip
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with pytest.raises(CacheError):
        Cache.open(tmp_path / "cache")
    cache = build(data, tmp_path / "cache", SETTINGS, workers=1, progress=False)
    assert_equals(cache, Reader(data))


def test_too_large_is_refused_before_anything_is_written(data: Path, tmp_path: Path) -> None:
    with pytest.raises(CacheTooLargeError, match="limit"):
        build(data, tmp_path / "cache", SETTINGS, limit_gb=1e-6, progress=False)
    assert not (tmp_path / "cache").exists() and not (tmp_path / "cache.partial").exists()


def test_a_foreign_folder_is_left_alone(data: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home/letter.txt").write_text("dear")
    with pytest.raises(CacheError, match="no training cache"):
        build(data, tmp_path / "home", SETTINGS, progress=False)
    assert (tmp_path / "home/letter.txt").exists()
