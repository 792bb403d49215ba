"""The whole stack in wall time, small: a few faults, brought about for real."""

import json

import pytest

from body.setting import SettingError
from pontine.commands.soak import SoakConfig, soak
from pontine.commands.validation import validate


def test_a_fault_that_is_not_known_is_refused_with_those_that_are() -> None:
    with pytest.raises(SettingError, match="choose one of all, none, brain_killed"):
        validate(SoakConfig(faults=("earthquake",)))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_robot_falls_silent_chunks_hold_no_numbers_and_statistics_differ(tmp_path) -> None:
    """Times are wall times: on a starved machine a fault may come out late, its state may not."""
    out = tmp_path / "soak.json"
    faults = ("robot_silent", "nan_in_chunk", "statistics_mismatch")
    soak(SoakConfig(minutes=0.1, faults=faults, out=out))
    results = json.loads(out.read_text())
    assert {name: row["reached"] for name, row in results["faults"].items()} == {
        "robot_silent": "stopped", "nan_in_chunk": "stopped", "statistics_mismatch": "disarmed",
    }  # fmt: skip
    assert results["limits"]["violations"] == 0 and results["limits"]["commands"] > 1000
    assert results["ticks"] > 2000 and results["obtained"]["scheduler"]
