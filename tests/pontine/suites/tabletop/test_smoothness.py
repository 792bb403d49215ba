import numpy as np
import pytest

from body.geometry.motion import DT
from pontine.suites.tabletop.smoothness import LAWFUL, Smoothness, smoothness


def walk(smooth: Smoothness, moves: list[float], joined: int) -> None:
    place = np.zeros(4)
    for k, move in enumerate(moves):
        place = place + np.array([move, 0.0, -move / 2, 0.3])
        smooth.add(place, joined=k == joined)


def test_a_steady_motion_has_neither_steps_nor_jerk() -> None:
    smooth = Smoothness(np.zeros(4))
    walk(smooth, [0.01] * 20, joined=5)
    assert smooth.boundary_steps == [pytest.approx(0.0, abs=1e-4)]
    assert smooth.jerks == pytest.approx([0.0] * len(smooth.jerks), abs=1e-3)
    assert smooth.largest_step == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("period", (DT, DT / 5))
def test_a_step_is_counted_where_plans_join_and_in_m_per_s(period: float) -> None:
    smooth = Smoothness(np.zeros(4), period)
    walk(smooth, [0.01] * 5 + [0.03] * 5, joined=5)
    size = 0.02 * np.hypot(1, 0.5)
    assert smooth.boundary_steps == [pytest.approx(size / period, rel=1e-4)]
    assert smooth.largest_step == pytest.approx(size / period)
    assert max(smooth.jerks) == pytest.approx(size / period**3, rel=1e-3)


def test_figures_over_many_episodes() -> None:
    rows = [{"boundary_steps": [0.02, 3 * LAWFUL], "jerks": [1.0, 3.0]}] * 2
    figures = smoothness(rows)
    assert figures["boundaries"] == 4 and figures["boundaries_beyond_the_law"] == 0.5
    assert figures["jerk_m_s3"]["mean"] == 2.0


def test_nothing_joined_nothing_said() -> None:
    assert smoothness([]) == {} == smoothness([{"boundary_steps": [], "jerks": []}])
