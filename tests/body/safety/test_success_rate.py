"""The success rate counts periods, not messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from body.safety.success_rate import WINDOW, SuccessRate


def test_nothing_seen_is_no_success() -> None:
    assert SuccessRate().rate == 0.0
    assert not SuccessRate().low


@given(arrivals=st.lists(st.integers(0, 3), min_size=1, max_size=250))
def test_it_is_the_share_of_the_last_hundred_periods(arrivals: list[int]) -> None:
    success = SuccessRate()
    for count in arrivals:
        for _ in range(count):
            success.arrived()
        success.tick()
    recent = [count > 0 for count in arrivals[-WINDOW:]]
    assert success.rate == pytest.approx(sum(recent) / len(recent))
    assert success.complete == (len(arrivals) >= WINDOW)
    assert success.low == (success.complete and sum(recent) < 95)
