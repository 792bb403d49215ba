"""The law of travel: it arrives, within its speeds, and then holds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from body.geometry import motion

pose = st.tuples(
    st.floats(0.2, 0.75), st.floats(-0.32, 0.32), st.floats(0.02, 0.45), st.floats(-1.5, 1.5)
).map(np.array)
increment = st.tuples(*(st.floats(-0.012, 0.012) for _ in range(4))).map(np.array)


def travel(command: np.ndarray, target: np.ndarray, steps: int) -> np.ndarray:
    """(steps, 4) commanded poses from rest."""
    rows = motion.unroll(command, np.zeros(4), False, target, True, horizon=steps)
    return command + np.cumsum(rows[:, :4], axis=0)


@given(command=pose, target=pose)
def test_it_arrives_and_stays(command: np.ndarray, target: np.ndarray) -> None:
    path = travel(command, target, 160)
    assert motion.arrived(path[-40:], target).all()
    assert path[-1] == pytest.approx(target, abs=2e-3)


@given(command=pose, start=increment, target=pose)
def test_speed_and_its_change_are_bounded(
    command: np.ndarray, start: np.ndarray, target: np.ndarray
) -> None:
    rows = motion.unroll(command, start, False, target, False, horizon=40)
    speed = np.linalg.norm(rows[:, :3], axis=1)
    assert speed.max() <= max(motion.SPEED, np.linalg.norm(start[:3])) + 1e-9
    moves = np.vstack([start, rows[:, :4]])
    change = np.linalg.norm(np.diff(moves[:, :3], axis=0), axis=1)
    assert change.max() <= max(motion.SPEED_UP, motion.SLOW_DOWN) + 1e-9
    assert np.abs(np.diff(moves[:, 3])).max() <= motion.YAW_UP + 1e-9


@given(command=pose, target=pose)
def test_the_gripper_waits_for_the_arrival(command: np.ndarray, target: np.ndarray) -> None:
    rows = motion.unroll(command, np.zeros(4), False, target, True, horizon=120)
    path = command + np.vstack([np.zeros(4), np.cumsum(rows[:, :4], axis=0)])
    first = int(np.argmax(rows[:, 4] > 0.5))
    assert rows[-1, 4] == 1.0, "closed in the end"
    assert motion.arrived(path[first], target)
    assert not motion.arrived(path[:first], target).any()
    assert (np.diff(rows[:, 4]) >= 0).all(), "and never let go again"


def test_batches_give_what_single_calls_give() -> None:
    rng = np.random.default_rng(0)
    command = rng.uniform([0.3, -0.3, 0.02, -1], [0.7, 0.3, 0.4, 1], (5, 4))
    target = rng.uniform([0.3, -0.3, 0.02, -1], [0.7, 0.3, 0.4, 1], (5, 4))
    last = rng.normal(0, 0.005, (5, 4))
    closed = np.array([0, 1, 0, 1, 0])
    rows = motion.unroll(command, last, closed, target, 1 - closed)
    assert rows.shape == (5, motion.HORIZON, 5)
    for i in range(5):
        one = motion.unroll(command[i], last[i], closed[i], target[i], 1 - closed[i])
        assert rows[i] == pytest.approx(one, abs=1e-12)


@given(start=increment, closed=st.booleans())
def test_stop_slows_down_to_a_hold(start: np.ndarray, closed: bool) -> None:
    rows = motion.stop(start, closed)
    speed = np.linalg.norm(np.vstack([start, rows[:, :4]])[:, :3], axis=1)
    assert (np.diff(speed) <= 1e-12).all()
    assert rows[-1, :4] == pytest.approx(np.zeros(4), abs=1e-9)
    assert (rows[:, 4] == closed).all()


def test_time_to_go_is_the_time_travelled() -> None:
    command, target = np.array([0.4, 0.0, 0.3, 0.0]), np.array([0.55, 0.15, 0.03, 0.4])
    seconds = motion.time_to_go(command, target)
    path = travel(command, target, 80)
    assert seconds == pytest.approx((1 + int(np.argmax(motion.arrived(path, target)))) * motion.DT)
    assert 0.5 < seconds < 4.0
    assert motion.time_to_go(target, target) == 0.0


def test_a_low_target_is_entered_from_above() -> None:
    target = np.array([0.55, 0.1, 0.03, 0.0])
    path = travel(np.array([0.35, -0.15, 0.16, 0.0]), target, 100)
    beside = np.linalg.norm(path[:, :2] - target[:2], axis=1)
    assert path[beside > 0.04, 2].min() > 0.09, "above the objects until over its own"


@given(
    beside=st.floats(0.02, 0.3), angle=st.floats(-3.1, 3.1), low=st.floats(0.02, 0.1),
)  # fmt: skip
def test_a_closed_hand_stays_down_on_its_way_and_an_open_one_rises(beside, angle, low):
    command = np.array([0.5, 0.0, low, 0.0])
    target = command + np.array([beside * np.cos(angle), beside * np.sin(angle), 0.0, 0.0])
    held = motion.unroll(command, np.zeros(4), True, target, True, horizon=60)
    free = motion.unroll(command, np.zeros(4), False, target, True, horizon=60)
    path = command + np.cumsum(held[:, :4], axis=0)
    assert motion.arrived(path[-1], target) and np.abs(path[:, 2] - low).max() < 1e-6
    risen = (command + np.cumsum(free[:, :4], axis=0))[:, 2].max() - low
    assert risen > 0.003
