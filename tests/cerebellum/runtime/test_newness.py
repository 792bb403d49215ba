"""When a picture is news."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cerebellum.runtime.newness import MOVED, Newness

POSE = np.array([0.5, 0.0, 0.2, 0.1])
PICTURE = np.zeros((4, 4, 3), np.uint8)


@given(axis=st.integers(0, 3), off=st.floats(-3, 3))
def test_the_same_picture_is_stale_from_just_as_far_on_as_said(axis: int, off: float) -> None:
    newness = Newness()
    assert not newness.is_stale(PICTURE, POSE)
    moved = POSE + off * MOVED * np.eye(4)[axis]
    assert newness.is_stale(PICTURE.copy(), moved) == bool((np.abs(moved - POSE) > MOVED).any())


@given(st.lists(st.tuples(st.integers(0, 2), st.floats(-1, 1)), min_size=1))
def test_a_picture_that_differs_from_the_one_before_is_news_wherever_the_hand_is(
    seen: list[tuple[int, float]],
) -> None:
    newness, before = Newness(), None
    for shade, x in seen:
        stale = newness.is_stale(PICTURE + np.uint8(shade), np.array([x, 0, 0, 0]))
        assert not (stale and shade != before)
        before = shade


def test_slow_steps_add_up() -> None:
    newness = Newness()
    stale = [newness.is_stale(PICTURE, POSE + k * 0.4 * MOVED) for k in range(5)]
    assert stale == [False, False, False, True, True]


def test_after_a_reset_every_picture_is_news() -> None:
    newness = Newness()
    newness.is_stale(PICTURE, POSE)
    newness.reset()
    assert not newness.is_stale(PICTURE, POSE + 1)


def test_another_picture_in_the_same_buffer_is_news() -> None:
    newness, buffer = Newness(), PICTURE.copy()
    newness.is_stale(buffer, POSE)
    buffer += 1
    assert not newness.is_stale(buffer, POSE + 1)
    assert newness.is_stale(buffer, POSE)
