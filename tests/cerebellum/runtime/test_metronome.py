import time
from unittest import mock

import pytest

from cerebellum.runtime.delay import DelayEstimate
from cerebellum.runtime.metronome import LATE, Metronome
from cerebellum.runtime.schedule import LONGEST_DELAY

PERIOD = 2_000_000


class Clock:
    """Time passes by sleeping, and a little by looking."""

    def __init__(self) -> None:
        self.now = 0
        self.oversleep = 0

    def __call__(self) -> int:
        self.now += 100
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += round(seconds * 1e9) + self.oversleep


@pytest.fixture
def clock():
    clock = Clock()
    with mock.patch("cerebellum.runtime.metronome.time.sleep", clock.sleep):
        yield clock


def test_deadlines_do_not_drift(clock) -> None:
    metronome = Metronome(PERIOD, clock=clock)
    begun = clock.now
    for k in range(1, 1001):
        assert metronome.wait() - begun == pytest.approx(k * PERIOD, abs=1000)
        clock.now += 700_000  # work
    figures = metronome.figures()
    assert (figures["ticks"], figures["misses"], figures["skipped"]) == (1000, 0, 0)
    assert figures["jitter_us"]["p99"] < 1


def test_a_late_tick_is_counted_and_those_it_swallowed_are_skipped(clock) -> None:
    metronome = Metronome(PERIOD, clock=clock)
    metronome.wait()
    clock.now += 3 * PERIOD + LATE + 200_000  # one long tick
    metronome.wait()
    assert metronome.misses == 1 and metronome.skipped == 2
    late = metronome.figures()["jitter_us"]["max"]
    metronome.wait()
    assert metronome.misses == 1 and late == pytest.approx(2 * 2000 + 1200, abs=2)


def test_spinning_takes_away_the_lateness_of_sleep(clock) -> None:
    clock.oversleep = 40_000
    worst = {}
    for spin in (True, False):
        metronome = Metronome(PERIOD, spin, clock)
        for _ in range(100):
            metronome.wait()
        worst[spin] = metronome.figures()["jitter_us"]["p99"]
    assert worst[True] <= 1 and worst[False] >= 40


def test_on_the_real_clock() -> None:
    metronome = Metronome(PERIOD)
    begun = time.monotonic_ns()
    for _ in range(50):
        metronome.wait()
    assert time.monotonic_ns() - begun >= 50 * PERIOD


def test_the_delay_follows_the_slowest_of_late_plans() -> None:
    delay = DelayEstimate()
    assert delay.steps == 1
    delay.add(0.009)
    assert delay.steps == 1
    delay.add(0.110)
    assert delay.steps == 3
    delay.add(10.0)
    assert delay.steps == LONGEST_DELAY
    for _ in range(20):
        delay.add(0.009)
    assert delay.steps == 1
