"""Homes and reaches of arms are seen before they are used."""

from dataclasses import replace

import numpy as np
import pytest

from body.geometry.kinematics import Kinematics
from body.robots.advice import advice
from body.robots.fr3 import FR3
from body.robots.reach import Reach
from body.robots.reachable import down, find_homes, home_fault, survey, unreached, widest_reach
from body.robots.registry import ROBOTS
from body.robots.so101 import SO101
from body.robots.ur5e import UR5E


@pytest.mark.parametrize("name", ROBOTS)
def test_the_shipped_arms_reach_where_their_things_stand(name: str) -> None:
    arm = ROBOTS[name]
    assert home_fault(arm) == "" and unreached(arm) == []


def test_a_survey_agrees_with_the_reach_that_was_measured() -> None:
    found = survey(SO101)
    reach, share = widest_reach(SO101, found)
    assert reach is not None and 0.3 < share < found.mean() + 1e-9
    assert reach.centre == pytest.approx(SO101.reach.centre, abs=1e-3)
    assert abs(reach.near - SO101.reach.near) < 0.05 and abs(reach.far - SO101.reach.far) < 0.05
    assert survey(UR5E).all()


def test_homes_are_found_within_the_limits_and_point_down() -> None:
    for arm in (FR3, SO101):
        homes = find_homes(replace(arm, home=(arm.position_lower + arm.position_upper) / 2))
        assert homes
        for home in homes:
            assert home_fault(replace(arm, home=home)) == ""
            assert down(Kinematics(arm), Kinematics(arm).tool_pose(home), home)


@pytest.mark.parametrize(
    ("change", "fault"),
    [({5: 0.5}, "degrees from straight down"), ({6: -np.pi / 2}, "half a turn"),
     ({1: 0.55, 3: 0.35}, "")],
)  # fmt: skip
def test_a_home_that_is_none_is_told(change: dict[int, float], fault: str) -> None:
    home = FR3.home.copy()
    for joint, by in change.items():
        home[joint] += by
    if fault == "half a turn":
        home[6] = FR3.home[6] - np.pi
    told = home_fault(replace(FR3, home=np.clip(home, FR3.position_lower, FR3.position_upper)))
    assert fault in told and told


@pytest.mark.slow
def test_corners_out_of_reach_are_named_and_a_reach_offered() -> None:
    short = replace(UR5E, dh=UR5E.dh * [0.6, 0.6, 1.0])
    home = find_homes(short)[0]
    short = replace(short, home=home)
    assert any("(0.70, " in spot for spot in unreached(short))
    lines = advice(short)
    assert any(line.startswith("home=[") for line in lines)
    said = next(line for line in lines if line.startswith("reach="))
    reach = eval(said.split("=", 1)[1].split("  #")[0].rstrip(","), {"Reach": Reach})
    assert 0.3 < reach.far < 0.6
