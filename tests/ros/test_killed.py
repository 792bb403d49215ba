"""The graph without one of its processes; see `killing`."""

import os
from pathlib import Path

import pytest

from tests.ros.killing import moments, trial

pytestmark = [pytest.mark.alone, pytest.mark.slow]
SEED, COUNT = 28, 2


@pytest.mark.parametrize("number", range(COUNT))
def test_any_one_process_may_be_killed_at_any_moment(number: int, tmp_path: Path) -> None:
    moment = moments(COUNT, SEED, ("cerebellum_node", "ros sim"))[number]
    assert trial(moment, tmp_path / "run", os.environ["ROS_DOMAIN_ID"]) == ""


def test_the_planner_is_replaced(tmp_path: Path) -> None:
    (moment,) = moments(1, SEED, ("planner",))
    out = tmp_path / "run"
    assert trial(moment, out, os.environ["ROS_DOMAIN_ID"]) == ""
    told = (out / "log.txt").read_text()
    assert "planner has ended" in told or "planner did not get ready" in told
