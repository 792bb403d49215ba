"""Hands on keys and sticks: when they take over, and when they hand back."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pontine_interfaces.msg import Teleop

from pontine_ros.incoming import MessageRefusedError, teleop
from pontine_ros.teleop_node import KEYS, Hand

FORTH = np.array(KEYS["w"], np.float64)


def test_a_key_takes_over_and_its_wish_ends_with_it() -> None:
    hand = Hand(0.05, 1.0, 0.4)
    assert not hand.active
    hand.move(FORTH, 0.0)
    assert hand.active and hand.look(0.3, patient=True).tolist() == FORTH.tolist()
    assert hand.look(0.5, patient=True).tolist() == [0, 0, 0, 0]
    assert hand.active, "keys hand back only when told to"
    hand.hand_back()
    assert not hand.active


def test_a_stick_at_rest_hands_back() -> None:
    hand = Hand(0.05, 1.0, 0.4)
    hand.move(FORTH, 0.0)
    for i in range(1, 30):
        hand.move(0.01 * FORTH, 0.1 * i)
        assert hand.look(0.1 * i, patient=False).tolist() == [0, 0, 0, 0]
        assert hand.active == (0.1 * i <= 1.0)


def test_a_button_closes_and_opens() -> None:
    hand = Hand(0.05, 1.0, 0.4)
    hand.grip(0.0)
    assert hand.active and hand.close
    hand.grip(1.0)
    assert not hand.close


@given(wish=st.lists(st.floats(), min_size=4, max_size=4), now=st.floats(0, 100))
def test_whatever_a_stick_says_the_wish_is_bounded(wish: list[float], now: float) -> None:
    hand = Hand(0.05, 1.0, 0.4)
    hand.move(np.array(wish), now)
    assert np.isfinite(hand.wish).all() and np.abs(hand.wish).max() <= 1
    assert hand.active == (all(map(math.isfinite, wish)) and max(map(abs, wish)) >= 0.05)


@given(linear=st.lists(st.floats(), min_size=3, max_size=3), yaw=st.floats())
def test_a_wish_that_is_no_number_is_refused(linear: list[float], yaw: float) -> None:
    message = Teleop(active=True, linear=linear, yaw_rate=yaw)
    if all(map(math.isfinite, [*linear, yaw])):
        assert teleop(message, 0).tolist() == [*linear, yaw]
    else:
        try:
            teleop(message, 0)
        except MessageRefusedError:
            return
        raise AssertionError("it was taken")
