"""Position and velocity are continuous whatever chunks come, and knots are met on time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from body import ActionChunk
from body.safety.interpolator import Interpolator

STEP = 50_000_000  # ns
TICK = 1_000_000  # ns, finer than any command period
HOME = np.zeros(3)


def chunk(rows: np.ndarray, stamp: int) -> ActionChunk:
    return ActionChunk(rows, np.full(len(rows), 0.08), stamp)


def walk(seed: int, length: int) -> np.ndarray:
    return np.cumsum(np.random.default_rng(seed).normal(0, 0.02, (length, 3)), axis=0)


def sampled(interpolator: Interpolator, first: int, last: int) -> np.ndarray:
    return np.array([interpolator.at(t)[0] for t in range(first, last, TICK)])


@settings(max_examples=150, deadline=None)
@given(
    arrivals=st.lists(
        st.tuples(st.integers(0, 900), st.integers(0, 300), st.integers(0, 99), st.integers(1, 16)),
        max_size=8,
    )
)
def test_no_step_in_position_or_velocity_whenever_chunks_come(arrivals) -> None:
    """Chunks of any length arrive at any ms, late by any ms, and contradict each other."""
    interpolator = Interpolator(HOME, 0.08, 0)
    due = {ms: (late, seed, length) for ms, late, seed, length in arrivals}
    last = np.zeros(3)
    for ms in range(1, 1200):
        if ms in due:
            late, seed, length = due[ms]
            interpolator.put(chunk(walk(seed, length), (ms - late) * 1_000_000))
        now = ms * 1_000_000
        before, here, after = (interpolator.at(now + ns)[0] for ns in (-1000, 0, 1000))
        # knots lie on whole ms; an acceleration changes no velocity within 2 us, a kink does
        assert np.abs((after - here) - (here - before)).max() < 1e-7
        assert np.abs(here - last).max() < 0.1
        last = here


def test_every_knot_is_met_at_its_time_and_straight_lines_stay_straight() -> None:
    interpolator = Interpolator(HOME, 0.08, 0)
    rows = walk(0, 16)
    interpolator.put(chunk(rows, 0))
    q = sampled(interpolator, 0, 16 * STEP + TICK)
    for k in range(16):
        assert q[(k + 1) * STEP // TICK] == pytest.approx(rows[k], abs=1e-12)
    line = np.outer(np.arange(1, 17), [0.01, -0.02, 0.0])
    interpolator.start(HOME, 0.08, 0)
    interpolator.put(chunk(line, 0))
    q = sampled(interpolator, 0, 14 * STEP)[2 * STEP // TICK :]
    assert np.ptp(np.diff(q, axis=0), axis=0) == pytest.approx(np.zeros(3), abs=1e-9)


def test_a_chunk_with_the_same_beginning_changes_nothing_of_it() -> None:
    rows, other = walk(1, 16), walk(2, 16)
    plain, swapped = Interpolator(HOME, 0.08, 0), Interpolator(HOME, 0.08, 0)
    for interpolator in (plain, swapped):
        interpolator.put(chunk(rows, 0))
        sampled(interpolator, 0, 4 * STEP)
    other[:2] = rows[4:6]  # two steps promised
    swapped.put(chunk(other, 4 * STEP))
    same = sampled(plain, 4 * STEP, 5 * STEP), sampled(swapped, 4 * STEP, 5 * STEP)
    assert (same[0] == same[1]).all()
    assert swapped.at(6 * STEP)[0] == pytest.approx(rows[5], abs=1e-12)
    assert swapped.at(7 * STEP)[0] == pytest.approx(other[2], abs=1e-12)


def test_after_its_end_it_rests_there_and_says_when_that_is() -> None:
    interpolator = Interpolator(HOME, 0.08, 0)
    interpolator.put(chunk(walk(3, 16), 0))
    assert interpolator.end == 16 * STEP
    end = sampled(interpolator, 0, 40 * STEP)[-1]
    assert (end == walk(3, 16)[-1]).all()
    interpolator.put(chunk(walk(4, 16), 39 * STEP))
    assert (sampled(interpolator, 40 * STEP, 56 * STEP)[-1] == walk(4, 16)[-1]).all()
