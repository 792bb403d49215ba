"""A posture is let through, or refused in words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from body import RangeError, ShapeError
from body.geometry.kinematics import Kinematics
from body.robots.fr3 import FR3
from body.robots.fr3_capsules import FR3_CAPSULES
from body.safety.workspace import Box, Workspace

BOX = Box(np.array([0.1, -0.5, 0.0]), np.array([0.8, 0.5, 0.7]))
GUARDED = Workspace(FR3, BOX, FR3_CAPSULES)
postures = st.lists(st.floats(0, 1), min_size=7, max_size=7).map(
    lambda u: FR3.position_lower + np.array(u) * (FR3.position_upper - FR3.position_lower)
)


def test_home_is_fine_and_checks_are_optional() -> None:
    assert GUARDED.breach(FR3.home) == ""
    assert Workspace(FR3).breach(FR3.position_upper) == ""


@given(q=postures)
def test_the_box_is_for_the_tool(q: np.ndarray) -> None:
    point = Kinematics(FR3).forward(q)[:3, 3]
    inside = ((point >= BOX.low) & (point <= BOX.high)).all()
    assert (Workspace(FR3, BOX).breach(q) == "") == inside


def test_the_excess_is_stated() -> None:
    assert BOX.excess(np.array([0.9, 0.0, 0.3])) == pytest.approx(0.1)
    small = Box(np.array([0.1, -0.5, 0.5]), np.array([0.8, 0.5, 0.7]))
    height = Kinematics(FR3).forward(FR3.home)[2, 3]
    assert f"{(0.5 - height) * 1e3:.0f} mm outside" in Workspace(FR3, small).breach(FR3.home)


def test_the_margin_decides_about_capsules() -> None:
    gap, pair = FR3_CAPSULES.nearest(Kinematics(FR3).frames(FR3.home))
    assert Workspace(FR3, capsules=FR3_CAPSULES, margin=gap - 1e-6).breach(FR3.home) == ""
    assert pair in Workspace(FR3, capsules=FR3_CAPSULES, margin=gap + 1e-6).breach(FR3.home)


def test_a_box_is_given_by_two_corners_and_none_by_zeros() -> None:
    assert Box.of([0.0] * 6) is None
    box = Box.of((0.1, -0.5, 0.0, 0.8, 0.5, 0.7))
    assert box is not None and (box.low == BOX.low).all() and (box.high == BOX.high).all()
    with pytest.raises(ShapeError, match="workspace_box"):
        Box.of([0.0] * 5)


def test_what_makes_no_sense_is_refused() -> None:
    assert GUARDED.breach(np.full(7, np.nan)) != ""
    with pytest.raises(ShapeError):
        GUARDED.breach(np.zeros(6))
    with pytest.raises(RangeError, match="low below high"):
        Box(np.zeros(3), np.zeros(3))
