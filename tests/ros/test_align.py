"""Alignment: nothing from the future, nothing too old, and every gap found."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pontine.ros.align import SampleSource, align, fresh, latest, runs

PERIOD = 50
stamps = st.lists(st.integers(0, 3000), min_size=1, max_size=60).map(
    lambda times: np.array(sorted(times), np.int64)
)
sources = st.lists(st.tuples(stamps, st.integers(0, 400)), min_size=1, max_size=3).map(
    lambda found: [SampleSource(f"s{i}", s, t * 1e-9) for i, (s, t) in enumerate(found)]
)
spans = st.tuples(st.integers(0, 3000), st.integers(0, 3000)).map(sorted)


@given(stamps, stamps)
def test_the_newest_message_is_never_of_the_future_and_none_newer_is_passed_over(have, times):
    for time, index in zip(times, latest(have, times), strict=True):
        if index < 0:
            assert (have > time).all()
        else:
            assert have[index] <= time
            assert (have[index + 1 :] > time).all()


@given(sources, spans, st.integers(1, 4))
def test_every_frame_kept_has_every_source_in_time(found, span, shortest):
    done = align(found, *span, PERIOD, shortest)
    for piece in done.pieces:
        assert len(piece) >= shortest
        assert (np.diff(piece) == PERIOD).all()
        assert piece[0] >= span[0] and piece[-1] < span[1]
        for source in found:
            age = piece - source.stamps[latest(source.stamps, piece)]
            assert (age >= 0).all() and (age <= round(source.tolerance * 1e9)).all()


@given(sources, spans)
def test_every_frame_is_kept_or_lies_in_a_gap_that_names_who_was_late(found, span):
    done = align(found, *span, PERIOD)
    first = max([span[0], *(int(s.stamps[0]) for s in found)])
    times = np.arange(first, span[1], PERIOD)
    kept = {int(t) for piece in done.pieces for t in piece}
    for time in times:
        late = {s.name for s in found if not fresh(s, np.array([time]))[0]}
        named = {gap.source for gap in done.gaps if gap.begin <= time <= gap.end}
        assert named == late
        assert (int(time) in kept) == (not late)
    assert done.dropped == len(times) - len(kept)


@given(st.lists(st.booleans(), max_size=40))
def test_runs_cover_what_is_true_and_nothing_else(mask):
    found = np.zeros(len(mask), bool)
    for a, b in runs(np.array(mask, bool)):
        assert a < b and (b == len(mask) or not mask[b]) and (a == 0 or not mask[a - 1])
        found[a:b] = True
    assert found.tolist() == mask


def test_a_source_that_never_spoke_leaves_no_frames():
    nothing = SampleSource("joints", np.array([], np.int64), 1.0)
    assert align([nothing], 0, 1000, PERIOD).pieces == ()
    assert not fresh(nothing, np.array([1, 2])).any()


def test_a_silence_within_a_recording_tears_it():
    have = np.array([*range(0, 1000, 10), *range(1500, 2000, 10)], np.int64)
    done = align([SampleSource("joints", have, 100e-9)], 0, 2000, PERIOD)
    assert [(piece[0], piece[-1]) for piece in done.pieces] == [(0, 1050), (1500, 1950)]
    assert [(g.source, g.begin, g.end) for g in done.gaps] == [("joints", 1100, 1450)]
    assert done.gaps[0].seconds == pytest.approx(350e-9)
