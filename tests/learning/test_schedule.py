from dataclasses import replace

import numpy as np
import pytest

from learning.schedule import Cycle, Schedule, one_cycle, one_cycle_to_zero


@pytest.mark.parametrize(("cycle", "end"), [(one_cycle, 0.01), (one_cycle_to_zero, 0.001)])
def test_the_rate_rises_to_its_peak_and_falls(cycle: Cycle, end: float) -> None:
    schedule = Schedule(steps=100, learning_rate=2.0, warmup=0.1, cycle=cycle)
    rates = [schedule.rate(p) for p in np.linspace(0, 1, 101)]
    assert max(rates) == pytest.approx(2.0, rel=0.01) and np.argmax(rates) == 10
    assert rates[0] < 0.1 and rates[-1] == pytest.approx(2.0 * end)


def test_steps_come_before_minutes_and_with_neither_it_is_over() -> None:
    assert Schedule(minutes=1, steps=10).progress(5, 600.0) == 0.5
    assert Schedule(minutes=2).progress(10**6, 60.0) == 0.5
    assert Schedule(minutes=2).progress(0, 1000.0) == 1.0
    assert Schedule(minutes=0).progress(0, 0.0) == 1.0


def test_a_checkpoint_is_due_by_seconds_or_by_steps() -> None:
    by_time, by_steps = Schedule(validate_every=60.0), Schedule(validate_every=None)
    assert by_time.due(7, 61.0) and not by_time.due(7, 59.0)
    by_steps = replace(by_steps, checkpoint_every=5)
    assert by_steps.due(10, 0.0) and not by_steps.due(11, 1e6)


def test_what_does_not_change_the_weights_is_no_setting_of_theirs() -> None:
    schedule = Schedule(steps=5)
    same = replace(schedule, minutes=3, workers=4, validate_every=None, log_every=1)
    assert same.settings() == schedule.settings()
    assert replace(schedule, steps=0).settings() != replace(same, steps=0).settings()
    assert replace(schedule, seed=1).settings() != schedule.settings()
