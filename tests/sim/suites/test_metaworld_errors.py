"""Deliberate errors of Meta-World's experts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("metaworld", reason="Meta-World is not installed: make metaworld")
from sim.suites.metaworld.errors import STALE, Errors
from sim.suites.metaworld.expert import Aim

HAND = np.array([0.0, 0.6, 0.2])


def aim(x: float) -> Aim:
    place = np.array([x, 0.6, 0.2])
    return Aim(np.array([0.0, 0.0, 0.0, 1.0]), place, 10.0)


@given(st.integers(0, 2**31), st.floats(-2, 2))
def test_actions_stay_in_range_and_the_gripper_does_what_it_was_told(seed: int, x: float) -> None:
    errors = Errors(np.random.default_rng(seed))
    errors.look(aim(x))
    for _ in range(30):
        action = errors.action(HAND)
        assert np.abs(action).max() <= 1.0 and action[3] == 1.0


def test_an_aim_stands_too_long_now_and_then_but_never_for_ever() -> None:
    errors, stood = Errors(np.random.default_rng(0)), []
    since = 0
    for look in range(2000):
        before = errors._aim
        errors.look(aim(0.001 * look))
        since = since + 1 if errors._aim is before else 0
        stood.append(since)
    assert max(stood) == STALE[1] - 1
    assert 0.15 < np.mean(np.array(stood) > 0) < 0.45


def test_what_is_followed_is_never_old() -> None:
    errors = Errors(np.random.default_rng(0))
    for step in range(200):
        now = aim(0.001 * step)
        errors.follow(now)
        errors.action(HAND)
        assert errors._aim is now


def test_the_hand_errs_by_some_millimetres_and_is_pushed() -> None:
    rng = np.random.default_rng(1)
    far = 0
    for _ in range(300):
        errors = Errors(rng)
        for _ in range(10):
            errors.look(aim(0.0))
            far += bool(np.abs(errors.action(HAND)[:3]).max() > 0.2)  # 20 mm at a gain of 10
    assert 0.02 < far / 3000 < 0.3
