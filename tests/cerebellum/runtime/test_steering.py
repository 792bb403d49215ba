"""Somebody takes over in motion, and hands back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from body.contract.errors import NotFiniteError, ShapeError
from body.geometry import motion
from cerebellum.playback import Playback
from cerebellum.runtime.steering import LEASE, Steering
from tests.cerebellum.test_playback import CODEC, FR3, seen, tokens

UP = np.array([0.0, 0.0, 0.1, 0.0])
wishes = st.lists(st.floats(-3, 3), min_size=4, max_size=4).map(np.array)
moves = st.lists(st.floats(-0.01, 0.01), min_size=4, max_size=4).map(np.array)


@given(increment=moves, wish=wishes, fresh=st.integers(-1, 20), closed=st.booleans())
def test_speeds_and_their_changes_stay_the_laws(increment, wish, fresh, closed) -> None:
    rows = motion.steer(increment, wish * motion.DT, closed, fresh)
    assert rows.shape == (motion.HORIZON, 5) and (rows[:, 4] == closed).all()
    steps = np.concatenate([increment[None], rows[:, :4]])
    change = np.linalg.norm(np.diff(steps[:, :3], axis=0), axis=1)
    assert change.max() <= max(motion.SPEED_UP, motion.SLOW_DOWN) + 1e-12
    assert np.abs(np.diff(steps[:, 3])).max() <= motion.YAW_UP + 1e-12
    began = np.linalg.norm(increment[:3])
    assert np.linalg.norm(rows[:, :3], axis=1).max() <= max(motion.SPEED, began) + 1e-12
    if fresh <= 4:
        assert np.linalg.norm(rows[-1, :3]) < 1e-9  # nobody wishes any more: at rest


def test_a_wish_is_followed_and_then_the_tokens_again() -> None:
    driver, q, width = Playback(CODEC, FR3), FR3.home, 0.08
    driver.reset(seen(0, q))
    path = []
    for tick in range(60):
        driver.steering = Steering(UP, age=0.0) if 10 <= tick < 30 else None
        q = driver.step(seen(tick, q, width), tokens(), 0.1).joint_position[0]
        path.append(driver.command.pose.copy())
    height = np.array(path)[:, 2]
    assert np.allclose(np.diff(height[16:29]), UP[2] * motion.DT, atol=1e-3)
    steps = np.diff(np.array(path)[:, :3], axis=0)
    assert np.linalg.norm(np.diff(steps, axis=0), axis=1).max() <= motion.SLOW_DOWN + 1e-3
    assert height[-1] < height[29] - 0.03, "the tokens' place lies below"


def test_an_operator_who_falls_silent_lets_the_arm_slow_down() -> None:
    driver, q = Playback(CODEC, FR3), FR3.home
    driver.reset(seen(0, q))
    for tick in range(40):
        silent = max(0, tick - 20) * motion.DT
        driver.steering = Steering(UP, age=silent)
        q = driver.step(seen(tick, q), tokens(), 0.1).joint_position[0]
    assert Steering(UP, age=LEASE + 0.01).steps == 0
    assert np.abs(driver.command.increment).max() < 1e-9


@pytest.mark.parametrize("velocity", [np.full(4, np.nan), np.zeros(3)])
def test_a_wish_is_four_finite_numbers(velocity: np.ndarray) -> None:
    with pytest.raises((NotFiniteError, ShapeError)):
        Steering(velocity)
