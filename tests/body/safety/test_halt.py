"""A halt keeps to its line, and sheds curvature beside it without breaking a limit."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from body import RobotSpec
from body.robots.fr3 import FR3
from body.safety.braking import brakes
from body.safety.halt import Halt

DT = 0.002
seven = st.lists(st.floats(-1, 1), min_size=7, max_size=7).map(np.array)


def stop(spec: RobotSpec, v: np.ndarray, a: np.ndarray, seconds: float = 4.0) -> np.ndarray:
    states = [(0.0, float(x), float(y)) for x, y in zip(v, a, strict=True)]
    halt = Halt(brakes(spec), states)
    return np.array([np.zeros(len(v)), *(halt.after(DT) for _ in range(int(seconds / DT)))])


@given(v=seven)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=20
)
def test_a_straight_stop_is_straight_and_at_the_limit(any_robot: RobotSpec, v: np.ndarray) -> None:
    v = np.where(np.abs(v) < 1e-3, 0.0, v)[: any_robot.joints]
    path = stop(any_robot, v, np.zeros(len(v)))
    along = path @ v / max(v @ v, 1e-12)
    assert np.abs(path - along[:, None] * v).max() < 1e-12
    assert (np.diff(along) >= -1e-15).all() and (path[-1] == path[-2]).all()
    acceleration = np.abs(np.diff(path, n=2, axis=0)) / DT**2
    jerk = np.abs(np.diff(path, n=3, axis=0)) / DT**3
    assert (acceleration <= any_robot.acceleration * (1 + 1e-6)).all()
    assert (jerk <= any_robot.jerk * (1 + 1e-6)).all()
    busiest = max((acceleration / any_robot.acceleration).max(), (jerk / any_robot.jerk).max())
    assert busiest > 0.9 or np.abs(v).max() < 0.1


@given(v=seven, a=seven)
@settings(deadline=None, max_examples=40)
def test_a_curved_stop_stays_near_its_tangent(v: np.ndarray, a: np.ndarray) -> None:
    v, a = 2 * v, 10 * a
    path = stop(FR3, v, a)
    along = path @ v / max(v @ v, 1e-12)
    assert np.abs(path - along[:, None] * v).max() < 2e-3
    assert (path[-1] == path[-2]).all()
    assert np.abs(np.diff(path, n=2, axis=0)).max() / DT**2 <= 10 * 1.5, "a few periods at most"


def test_an_arm_at_rest_stays() -> None:
    assert stop(FR3, np.zeros(7), np.zeros(7), 0.1) == pytest.approx(np.zeros((51, 7)), abs=0)
