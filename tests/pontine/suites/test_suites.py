"""What every suite promises: ours, and one in a file of its own."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from body.setting import SettingError
from episodes.check import check
from episodes.reader import Reader
from pontine.collecting.config import CollectConfig
from pontine.evaluation.cases import Case, cases
from pontine.evaluation.config import EvalConfig
from pontine.executor import Worker
from pontine.suites.registry import SUITES, suite

OWN = f"{Path(__file__).with_name('point_mass.py')}:SUITE"
SEED = 800_000
SHORT = {"tabletop": "reach", "metaworld": "reach-v3"}  # tasks that are short


@pytest.fixture(params=[*SUITES, OWN], ids=[*SUITES, "a file"])
def name(request: pytest.FixtureRequest) -> str:
    named = str(request.param)
    if named in SUITES and importlib.util.find_spec(named) is None and named != "tabletop":
        pytest.skip(f"{named} is not installed: make {named}")
    return named


def asked(name: str, **changes: object) -> EvalConfig:
    """Two short episodes that the expert plays."""
    task = SHORT.get(name)
    return EvalConfig(
        suite=name, task=(task,) if task else ("all",), policy="expert", seed=SEED, episodes=2,
        **changes,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.fixture
def worker(name: str) -> Iterator[Worker]:
    made = suite(name).worker()()
    yield made
    made.close()


def test_an_episode_is_the_same_whatever_was_played_before(name: str, worker: Worker) -> None:
    config = asked(name)
    config.check()
    first, second = list(cases(config))[:2]
    rows = []
    for case in (first, second, first):
        worker.set_up(config)
        rows.append(worker.work(case))
    assert rows[0] == rows[2] != rows[1]
    for row, case in zip(rows, (first, second), strict=False):
        assert row["task"] == case.task and row["key"] == case.key and row["seed"] == case.seed
        assert row["success"] and 0 < row["steps"] * suite(name).step < 60
        assert row["instruction"] and row["trajectory_hash"]


def test_a_recording_is_read_back_and_made_the_same_again(name: str, tmp_path: Path) -> None:
    source = suite(name).source
    assert source is not None
    for folder in ("one", "two"):
        task = (SHORT[name],) if name in SHORT else ("all",)
        config = CollectConfig(suite=name, task=task, out=tmp_path / folder, seed=5)
        recording = source(config)
        recorder = recording.recorder()
        job = recording.jobs()[0]
        assert recording.record(job, recorder)
        assert recorder.finished() == {recording.key(job)}
        recorder.merge()
        recording.close()
    assert check(tmp_path / "one").hash == check(tmp_path / "two").hash
    one, two = (Reader(tmp_path / folder).episode(0) for folder in ("one", "two"))
    assert len(one["action"]) > 1
    for column in one:
        np.testing.assert_array_equal(one[column], two[column])


def test_what_a_suite_names_is_there(name: str) -> None:
    described = suite(name)
    assert described.tasks() and described.named(("all",)) == described.tasks()
    for group, members in described.groups.items():
        assert set(described.named((group,))) == set(members()) <= set(described.tasks())
    for training in described.trainings.values():
        assert training.config()() and callable(training.train)
    assert all(sweep.points() for sweep in described.sweeps())
    for task in described.tasks() if described.tier else ():
        assert described.tier is not None and described.tier(task) in described.tiers


def test_what_plays_no_part_is_refused_where_it_is_given() -> None:
    with pytest.raises(SettingError, match="--fault 'move': plays no part in point-mass"):
        asked(OWN, fault="move").check()
    with pytest.raises(SettingError, match="--protocol 'p2': plays no part in tabletop"):
        asked("tabletop", protocol="p2").check()


def test_a_file_is_the_same_suite_however_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parent)
    assert suite("point_mass.py:SUITE") is suite(OWN)
    assert Case("near", 1) in list(cases(EvalConfig(suite=OWN, policy="expert", seed=0)))
