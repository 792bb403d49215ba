"""Whatever happens to a data set, it is refused in words, or what is read of it is the same."""

import os
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from episodes import cache_build
from episodes.cache import Cache
from episodes.cache_build import CacheSettings
from episodes.check import check
from episodes.errors import DatasetError
from episodes.reader import Reader
from episodes.repair import repair
from tests.episodes.mutations import mutate
from tests.episodes.small import record

COUNT = int(os.environ.get("PONTINE_MUTATIONS", "20"))
SETTINGS = CacheSettings(fixed_every=2, wrist_size=8)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("good")
    record(path, list(range(6)))
    shutil.rmtree(path / "shards")
    return path


@pytest.fixture(scope="module")
def wanted(good: Path) -> Cache:
    return build(good, good.with_name(f"{good.name}-cache"))


def build(data: Path, folder: Path) -> Cache:
    return cache_build.build(data, folder, SETTINGS, workers=1, progress=False)


def test_a_damaged_data_set_is_refused_or_read_as_it_was(
    good: Path, wanted: Cache, tmp_path: Path
) -> None:
    outcomes: Counter[str] = Counter()
    for seed in range(COUNT):
        data, cache, out = (tmp_path / name for name in ("set", "cache", "new"))
        shutil.copytree(good, data)
        words, values = mutate(data, seed)
        try:
            told = outcome(data, cache, wanted)
            helped = mended(data, out, good, values) if told == "refused" else "nothing to do"
        except Exception as error:
            raise AssertionError(f"mutation {seed}: {words}") from error
        outcomes[f"{told}, {helped}"] += 1
        for path in (data, cache, out):
            shutil.rmtree(path, ignore_errors=True)
    print(dict(outcomes))
    refused = sum(count for name, count in outcomes.items() if name.startswith("refused"))
    assert refused > COUNT / 2, outcomes  # most mutations do harm


def outcome(data: Path, folder: Path, wanted: Cache) -> str:
    """Refused with findings that name files of the data set, or read as before."""
    try:
        cache = build(data, folder)
    except DatasetError as error:
        assert error.findings
        for finding in error.findings:
            assert finding.path.is_relative_to(data), finding
            assert finding.problem and finding.remedy
        return "refused"
    assert cache.columns.keys() == wanted.columns.keys()
    for name, values in wanted.columns.items():
        np.testing.assert_array_equal(cache.columns[name], values)
        assert cache.columns[name].dtype == values.dtype
    for name in ("fixed", "fixed_index", "wrist", "robot", "episode_start"):
        np.testing.assert_array_equal(getattr(cache, name), getattr(wanted, name))
    assert cache.instructions == wanted.instructions
    return "harmless"


def mended(data: Path, out: Path, good: Path, values: bool) -> str:
    """What a repair writes passes the check; its episodes are those that were recorded."""
    try:
        done = repair(data, out, progress=False)
    except DatasetError as error:
        assert str(error) and not out.exists()
        return "cannot be helped"
    assert done.findings and check(out, progress=False).episodes == done.kept[0]
    before, after = Reader(good), Reader(out)
    known = {fingerprint(before, index): index for index in range(len(before.episodes))}
    strangers = [e.index for e in after.episodes if fingerprint(after, e.index) not in known]
    # where neither hashes nor statistics are left to tell, a value is what stands there
    bare = not (data / "meta/pontine.json").exists()
    assert not strangers or (values and bare), f"episodes {strangers} were never recorded"
    return "repaired"


def fingerprint(reader: Reader, index: int) -> tuple[object, ...]:
    """An episode's contents, without its place in the data set."""
    columns = reader.episode(index)
    own = {"index", "episode_index", "task_index"}
    return (
        tuple(reader.tasks[n] for n in columns["task_index"]),
        *(columns[name].tobytes() for name in sorted(set(columns) - own)),
    )
