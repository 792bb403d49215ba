import json
from pathlib import Path

import numpy as np
import pytest

from episodes.cache import Cache
from episodes.cache_build import CacheSettings, build
from episodes.errors import CacheError, CacheTooLargeError, DamageError, StaleCacheError
from tests.episodes.small import record


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    record(tmp_path / "set", [0, 1, 2, 3])
    settings = CacheSettings(wrist_size=8)
    return build(tmp_path / "set", tmp_path / "cache", settings, workers=1, progress=False)


def test_open_refuses_what_is_absent_or_of_other_data(cache: Cache, tmp_path: Path) -> None:
    assert Cache.open(cache.folder, tmp_path / "set").hash == cache.hash
    with pytest.raises(StaleCacheError, match="no finished"):
        Cache.open(tmp_path / "nowhere")
    record(tmp_path / "set", [4])
    with pytest.raises(StaleCacheError, match="other data"):
        Cache.open(cache.folder, tmp_path / "set")


def test_missing_and_truncated_arrays_are_named(cache: Cache) -> None:
    path = cache.folder / "wrist.npy"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(CacheError) as caught:
        Cache.open(cache.folder)
    assert caught.value.path == path
    path.unlink()
    with pytest.raises(CacheError):
        Cache.open(cache.folder)


def test_features_are_kept_with_their_stamp(cache: Cache) -> None:
    rows = len(cache.fixed_index)
    with cache.write_array("vision", (rows, 4), np.float16, stamp="encoder 1") as array:
        array[:] = np.arange(rows)[:, None]
    again = Cache.open(cache.folder)
    np.testing.assert_array_equal(again.features("vision", "encoder 1")[:, 0], np.arange(rows))
    assert not again.has_features("vision", "encoder 2")
    with pytest.raises(StaleCacheError, match="encoder 2"):
        again.features("vision", "encoder 2")


def test_an_interrupted_write_does_not_count(cache: Cache) -> None:
    with pytest.raises(KeyboardInterrupt), cache.write_array("x", (3,), np.float32, "s") as array:
        array[:] = 1
        raise KeyboardInterrupt
    assert not cache.has_features("x", "s")
    assert not list((cache.folder / "features").iterdir())


def test_features_respect_the_limit(cache: Cache) -> None:
    with (
        pytest.raises(CacheTooLargeError, match="8 GB"),
        cache.write_array("huge", (10**10,), np.uint8, "s"),
    ):
        pass
    with pytest.raises(CacheError, match="name"), cache.write_array("../x", (1,), np.uint8, "s"):
        pass


def test_a_data_set_and_an_unchecked_cache_are_not_trained_on(cache: Cache, tmp_path: Path) -> None:
    with pytest.raises(StaleCacheError, match="is a data set, not a training cache"):
        Cache.open(tmp_path / "set")
    path = cache.folder / "cache.json"
    index = json.loads(path.read_text())
    path.write_text(json.dumps({k: v for k, v in index.items() if k != "checked"}))
    with pytest.raises(StaleCacheError, match="nobody checked"):
        Cache.open(cache.folder)


@pytest.mark.parametrize("index", [b"", b"[]", b"{}", b"\xff", b'{"checked": 1}'])
def test_a_damaged_index_is_named(cache: Cache, index: bytes) -> None:
    (cache.folder / "cache.json").write_bytes(index)
    with pytest.raises(CacheError, match=r"Remedy: build it again"):
        Cache.open(cache.folder)


def test_arrays_of_another_recording_are_named(cache: Cache) -> None:
    for name in ("wrist", "columns/plan.step", "fixed_index"):
        path = cache.folder / f"{name}.npy"
        whole = path.read_bytes()
        np.save(path, np.full((3, 8, 8, 3), 99, np.uint8) if name == "wrist" else np.full(3, 999))
        with pytest.raises(CacheError, match=r"rows|beyond"):
            Cache.open(cache.folder)
        path.write_bytes(whole)


def test_a_damaged_data_set_gets_no_cache(tmp_path: Path) -> None:
    record(tmp_path / "set", [0, 1, 2])
    path = tmp_path / "set/data/chunk-000/file-000.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DamageError, match=r"file-000\.parquet: is no readable Parquet file"):
        build(tmp_path / "set", tmp_path / "cache", workers=1, progress=False)
    assert not (tmp_path / "cache").exists()
