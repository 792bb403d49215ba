"""One bad reading is forgiven; two sources in turn are not believed, however they take turns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from body.safety.trust import BURST, MISTRUST, SECOND, Trust

MS = 1_000_000


def test_one_bad_reading_is_silence_until_the_next_good_one() -> None:
    trust = Trust()
    trust.believe(0)
    assert trust.refuse("a jump", 4 * MS)
    assert trust.doubts(5 * MS) == "a jump" and trust.heard == 0
    trust.believe(8 * MS)
    assert trust.doubts(8 * MS) == "" and trust.heard == 8 * MS


@given(period=st.integers(round(BURST * 1e3) + 1, round(MISTRUST * 1e3) - 10))
def test_bad_ones_that_come_again_are_not_forgiven_until_it_is_quiet(period: int) -> None:
    trust, last = Trust(), 0
    for k in range(4 * 1000):
        now = 4 * k * MS
        if now - last >= period * MS:
            trust.refuse("a jump", now)
            last = now
        else:
            trust.believe(now)
    assert trust.heard is not None and trust.heard < 2 * period * MS + 8 * MS
    assert trust.doubts(now) == "a jump"
    for k in range(1000):
        trust.believe(now + 4 * k * MS)
    assert trust.doubts(now + 4000 * MS) == ""


def test_another_clock_is_no_reason_to_mistrust_the_robot() -> None:
    trust = Trust()
    for k in range(1000):
        trust.refuse("stamp 10.0 s ago", 8 * k * MS, grave=False)
        trust.believe((8 * k + 4) * MS)
        assert trust.doubts((8 * k + 4) * MS) == ""


@pytest.mark.parametrize("names", ["/a and /b", ""])
def test_rivals_are_known_since_they_were_noticed(names: str) -> None:
    trust = Trust()
    trust.name_rivals("/a and /b", 5 * SECOND)
    trust.name_rivals(names, 6 * SECOND)
    assert trust.rivals == names and trust.rivals_since == 5 * SECOND
