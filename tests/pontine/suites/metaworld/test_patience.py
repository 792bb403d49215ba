from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from body import ControllerReport

pytest.importorskip("metaworld", reason="Meta-World is not installed: make metaworld")
from pontine.suites.metaworld.patience import REST, Patience
from pontine.suites.metaworld.sources import Thinking
from sim.suites.metaworld import P1, MetaWorld

HAND = np.array([0.0, 0.6, 0.2])
UP = np.array([0.0, 0.0, 1.0])


def lost(patience: Patience, heights: list[float]) -> list[bool]:
    patience.reset(HAND)
    return [patience.lost(HAND + height * UP, step) for step, height in enumerate(heights)]


@given(
    st.floats(0.1, 3.0), st.lists(st.floats(-0.4 * REST, 0.4 * REST), min_size=300, max_size=300)
)
def test_it_is_lost_once_the_hand_has_trembled_on_one_spot_for_so_long(seconds, heights) -> None:
    first = round(80 * seconds)
    assert lost(Patience(seconds), heights) == [step >= first for step in range(300)]


@given(st.floats(0.1, 3.0), st.floats(1.01 * REST, 0.1))
def test_a_moving_hand_never_loses_it(seconds, stride) -> None:
    assert not any(lost(Patience(seconds), [stride * step for step in range(300)]))


def test_motion_restores_it() -> None:
    assert lost(Patience(0.1), [0.0] * 9 + [2 * REST] * 9) == ([False] * 8 + [True]) + (
        [False] * 8 + [True]
    )


def test_without_it_codes_are_never_drawn() -> None:
    assert not any(lost(Patience(0.0), [0.0] * 500))


class Listening:
    """A brain that notes how it was asked."""

    thought, codec_id = "hand", "aim"

    def __init__(self) -> None:
        self.drawn: list[bool] = []

    def reset(self) -> None:
        self.drawn.clear()

    def think(self, picture, state, instruction, anew, draw):
        self.drawn.append(draw)
        return (0,)


def test_a_brain_whose_hand_does_not_move_is_asked_to_draw() -> None:
    brain = Listening()
    source = Thinking(brain, 1.0, Patience(0.2))  # type: ignore[arg-type]
    with MetaWorld("reach-v3", P1, fast=True) as world:
        look = world.reset(0, 1)
        source.reset()
        for step in range(0, 40, 8):
            now = replace(look, stamp=step * 12_500_000)
            source.think(now, "Reach a goal position", ControllerReport())
    assert brain.drawn == [False, False, True, True, True]
