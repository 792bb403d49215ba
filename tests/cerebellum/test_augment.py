"""Tokens err in training as they will: most while the object is still to be found."""

import numpy as np
import pytest

from cerebellum.augment import CONTACT, FREE, SEEKING, Augmentation, Order, draw_order
from episodes.vocabulary import Step

COUNT = 2000


def orders(step: Step, settings: Augmentation) -> Order:
    """`COUNT` of them at `step`, with one keyframe and no step before."""
    waypoint = np.tile([0.5, 0.1, 0.2, 0.3, 1.0, 0.8], (COUNT, 1))
    steps = np.full(COUNT, step, np.int64)
    return draw_order(
        np.random.default_rng(1), settings, waypoint, waypoint, np.full(COUNT, np.inf),
        steps, steps, waypoint[:, :4],
    )  # fmt: skip


def error(step: Step) -> float:
    """Root mean square of the token's place in x, m."""
    order = orders(step, Augmentation(virtual_share=0.0, shift_share=0.0))
    return float(np.sqrt(np.mean((order.token[:, 0] - order.true[:, 0]) ** 2)))


@pytest.mark.parametrize("step", Step)
def test_tokens_are_less_sure_of_what_is_still_to_be_found(step: Step) -> None:
    widest = 0.020 if step in SEEKING else 0.010
    assert error(step) == pytest.approx(widest / np.sqrt(3), rel=0.1)


@pytest.mark.parametrize("step", Step)
def test_only_in_free_space_the_hand_may_be_sent_anywhere(step: Step) -> None:
    order = orders(step, Augmentation(virtual_share=1.0))
    assert (order.true[:, 0] != 0.5).all() == (step in FREE)
    assert not set(FREE) & set(CONTACT)
