"""The latest tokens win, and stale ones lose their power step by step."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from body import ActionTokens, CodecMismatchError
from body.contract.mailbox import NULL_GRACE, STOP_AFTER, Freshness, Mailbox

SECOND = 10**9


def tokens(stamp: int, codec_id: str = "codec", ttl: float = 1.0) -> ActionTokens:
    return ActionTokens((1, 2, 3), codec_id, stamp, ttl=ttl)


def test_an_empty_box_holds() -> None:
    letter = Mailbox("codec").get(5 * SECOND)
    assert letter.tokens is None and letter.freshness is Freshness.HOLD


@given(stamps=st.lists(st.integers(0, 10**10), min_size=1, max_size=20))
def test_the_newest_stamp_wins_in_any_order_of_arrival(stamps: list[int]) -> None:
    box = Mailbox("codec")
    for stamp in stamps:
        box.put(tokens(stamp))
    held = box.get(max(stamps)).tokens
    assert held is not None and held.stamp == max(stamps)


@given(age=st.floats(0, 5), ttl=st.floats(0.1, 1.4))
def test_the_rule_of_ages(age: float, ttl: float) -> None:
    box = Mailbox("codec")
    box.put(tokens(7 * SECOND, ttl=ttl))
    letter = box.get(7 * SECOND + int(age * SECOND))
    assert letter.age == pytest.approx(age, abs=1e-8)
    if letter.age <= ttl:
        assert letter.freshness is Freshness.FRESH
    elif letter.age > STOP_AFTER:
        assert letter.freshness is Freshness.STOPPED
    elif letter.age > ttl + NULL_GRACE:
        assert letter.freshness is Freshness.HOLD
    else:
        assert letter.freshness is Freshness.NULL


@given(ages=st.lists(st.floats(0, 5), min_size=2, max_size=10).map(sorted))
def test_freshness_never_returns_without_new_tokens(ages: list[float]) -> None:
    box = Mailbox("codec")
    box.put(tokens(0))
    order = list(Freshness)
    ranks = [order.index(box.get(int(age * SECOND)).freshness) for age in ages]
    assert ranks == sorted(ranks)


def test_a_stamp_from_the_future_is_not_obeyed() -> None:
    box = Mailbox("codec")
    box.put(tokens(10 * SECOND))
    assert box.get(SECOND).freshness is Freshness.HOLD


def test_a_foreign_codec_is_refused_counted_and_changes_nothing() -> None:
    box = Mailbox("codec")
    box.put(tokens(0))
    for refused in (1, 2):
        with pytest.raises(CodecMismatchError, match="'other' refused"):
            box.put(tokens(SECOND, codec_id="other"))
        assert box.refused == refused
    held = box.get(SECOND).tokens
    assert held is not None and held.stamp == 0


@given(age=st.floats(0, 100))
def test_the_ablations_switch_only_the_expiry_off(age: float) -> None:
    box = Mailbox("codec", expires=False)
    box.put(tokens(0))
    assert box.get(int(age * SECOND)).freshness is Freshness.FRESH


@given(age=st.floats(0, 3))
def test_expired_tokens_lead_to_the_null_code_and_then_to_a_hold_until_newer_ones(age) -> None:
    box = Mailbox("codec")
    box.expire(SECOND)
    assert box.get(SECOND).tokens is None
    box.put(tokens(7 * SECOND))
    now = 7 * SECOND + int(age * SECOND)
    before = box.get(now)
    box.expire(now)
    after = box.get(now)
    assert after.age >= before.age and after.freshness is not Freshness.FRESH
    if age < 1.0:
        assert after.freshness is Freshness.NULL
        assert box.get(now + int(0.6 * SECOND)).freshness is Freshness.HOLD
    box.put(tokens(now))
    assert box.get(now).freshness is Freshness.FRESH
