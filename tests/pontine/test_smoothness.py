import numpy as np
import pytest

from body.motion import DT
from pontine.smoothness import LAWFUL, Smoothness, smoothness


def test_a_steady_motion_has_neither_steps_nor_jerk() -> None:
    smooth = Smoothness()
    for k in range(20):
        smooth.add(np.array([0.01, 0.0, -0.005, 0.3]), joined=k % 4 == 1)
    assert set(smooth.boundary_steps) == {0.0} and set(smooth.jerks) == {0.0}


def test_a_step_is_counted_where_plans_join_and_in_m_per_s() -> None:
    smooth = Smoothness()
    for k in range(10):
        smooth.add(np.array([0.01 if k < 5 else 0.03, 0, 0, 0]), joined=k == 5)
    assert smooth.boundary_steps == [pytest.approx(0.02 / DT)]
    assert max(smooth.jerks) == pytest.approx(0.02 / DT**3)
    rows = [{"boundary_steps": [0.02, 3 * LAWFUL], "jerks": [1.0, 3.0]}] * 2
    figures = smoothness(rows)
    assert figures["boundaries"] == 4 and figures["boundaries_beyond_the_law"] == 0.5
    assert figures["jerk_m_s3"]["mean"] == 2.0


def test_nothing_joined_nothing_said() -> None:
    assert smoothness([]) == {} == smoothness([{"boundary_steps": [], "jerks": []}])
