"""Lessons of recorded episodes: what is said when a part is done, and when all is."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from body import Report
from cerebellum.codec import WaypointCodec
from pontine.collecting.collect import collect
from pontine.collecting.config import CollectConfig
from pontine.suites.tabletop.teacher import TeacherConfig, teach

SORTING, SPATIAL = 0, 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lessons")


@pytest.fixture(scope="module")
def rows(folder: Path) -> list[dict[str, Any]]:
    tasks = ("sort_by_colour", "spatial", "press_button")
    collect(
        CollectConfig(
            task=tasks, episodes=3, seed=7, out=folder / "data", workers=1, clean=True,
            fixed_every=2,
        )
    )  # fmt: skip
    path = teach(TeacherConfig(folder / "data-cache", folder / "rows.parquet", 4), WaypointCodec())
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


@pytest.mark.slow
def test_several_processes_write_the_same_lessons(
    folder: Path, rows: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pontine.suites.tabletop.teacher.SPAN", 40)
    config = TeacherConfig(folder / "data-cache", folder / "again.parquet", 4, workers=2)
    assert pq.read_table(teach(config, WaypointCodec())).to_pylist() == rows


def test_done_is_only_said_when_no_part_is_left(rows: list[dict[str, Any]]) -> None:
    parts = [row for row in rows if row["instruction"].startswith(("put everything", "sort"))]
    handing_over = [
        row for row in parts
        if " . next retreat" in row["before"] and " . next above" in row["thought"]
    ]  # fmt: skip
    assert handing_over
    for row in handing_over:
        target = row["before"].split()[1:3]
        reasons, _, decision = row["thought"].partition(" . put ")
        assert decision.split()[:2] != target and row["report"] == Report.ARRIVED
        told = {" ".join(part.split()[:2]): part.split()[-1] for part in reasons.split(" , ")}
        assert told[" ".join(target)] == "in" and told[" ".join(decision.split()[:2])] == "out"


def test_a_fist_arrives_and_holds_nothing(rows: list[dict[str, Any]]) -> None:
    pressing = [r for r in rows if r["thought"].startswith("press ") and r["before"]]
    own = [r for r in pressing if r["before"].startswith("press ")]
    assert own and all(r["report"] in (Report.ARRIVED, Report.MISSED) for r in own)


def test_codes_are_those_of_the_codec(rows: list[dict[str, Any]]) -> None:
    codec = WaypointCodec()
    for row in rows:
        refuses = row["kind"] in ("refuse", "ask")
        assert (len(row["codes"]) == 0) == refuses
        if not refuses:
            codec.check(row["codes"])
