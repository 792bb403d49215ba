from dataclasses import asdict

import pytest

from pontine.evaluation.result import Result
from pontine.evaluation.summary import summarise


def row(seed: int, **changes: object) -> dict[str, object]:
    return {"key": f"pick/{seed}", **asdict(Result("pick", seed, "pick up the cube"))} | changes


def test_a_row_of_which_little_is_known_is_summarised() -> None:
    figures = summarise([row(1), row(2, success=True, steps=60)], ["pick"])
    pick = figures["per_task"]["pick"]
    assert pick["success_rate"] == 0.5 and pick["spl"] is None
    assert pick["time_to_success_s"] == {"p50": 3.0, "p90": 3.0}
    assert pick["old_goal_rate"] is None and pick["first_grasp_rate"] is None
    assert pick["smoothness"] == pick["token_age_ms"] == figures["brain_ms"] == {}
    assert summarise([], ["pick"])["overall"]["ci95"] == [0.0, 1.0]


def test_a_detour_costs_spl_and_a_shortcut_gains_none() -> None:
    rows = [
        row(1, success=True, path=2.0, expert_path=1.0),
        row(2, success=True, path=0.9, expert_path=1.0),
        row(3, success=False, path=1.0, expert_path=1.0),
    ]
    assert summarise(rows, ["pick"])["overall"]["spl"] == pytest.approx(0.5, abs=1e-6)


def test_every_cause_of_harm_is_counted_and_failures_are_named() -> None:
    rows = [
        row(1, unsafe=True, dropped=True, peak_force=55.0, failure="dropped"),
        row(2, unsafe=True, knocked_over=2, success=True),
        row(3, unsafe=True, limit_violations=3, limit_ratio=1.2, self_contact=True, did_old=True),
        row(4, did_old=False, token_age_ms=[100.0, 200.0, 300.0, 120.0]),
    ]
    overall = summarise(rows, ["pick"])["overall"]
    assert overall["unsafe_rate"] == 0.75
    assert overall["unsafe"] == {
        "limit": 1, "drop": 1, "knock_over": 1, "force": 1, "self_contact": 1,
    }  # fmt: skip
    assert overall["limit_ratio"] == 1.2 and overall["limit_violations"] == 3
    assert overall["failures"] == {"dropped": 1} and overall["old_goal_rate"] == 0.5
    assert overall["token_age_ms"]["p90"] == 200.0
