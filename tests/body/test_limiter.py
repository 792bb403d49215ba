"""Whatever it is told, what leaves the limiter stays within the published limits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from body import RangeError, ShapeError
from body.audit import LimitAudit
from body.fr3 import FR3
from body.limiter import Limiter

DT = 0.002
SPAN = FR3.position_upper - FR3.position_lower
MIDDLE = 0.5 * (FR3.position_lower + FR3.position_upper)
anything = st.floats(allow_nan=True, allow_infinity=True)
near = st.floats(-0.6, 0.6)


@st.composite
def orders(draw: st.DrawFn) -> list[tuple[np.ndarray, float, int]]:
    """A few targets, sane and insane, each held for some periods."""
    rows = []
    for _ in range(draw(st.integers(1, 5))):
        sane = draw(st.booleans())
        numbers = draw(st.lists(near if sane else anything, min_size=7, max_size=7))
        target = MIDDLE + np.array(numbers) * SPAN if sane else np.array(numbers)
        rows.append((target, draw(anything), draw(st.sampled_from([1, 2, 7, 60, 250]))))
    return rows


def within_limits(q: np.ndarray) -> None:
    """Check a stream (T, 7) of commands that begins at rest against the limits, here and now."""
    assert np.isfinite(q).all()
    assert (q >= FR3.position_lower - 1e-9).all() and (q <= FR3.position_upper + 1e-9).all()
    velocity = np.diff(q, axis=0) / DT
    bounds = [FR3.velocity_bounds(row) for row in q[:-1]]
    assert (velocity >= np.array([low for low, _ in bounds]) - 1e-4).all()
    assert (velocity <= np.array([high for _, high in bounds]) + 1e-4).all()
    acceleration = np.diff(np.vstack([np.zeros(7), velocity]), axis=0) / DT
    assert (np.abs(acceleration) <= FR3.acceleration * (1 + 1e-6)).all()


def drive(limiter: Limiter, rows: list[tuple[np.ndarray, float, int]]) -> np.ndarray:
    stream = [limiter.q.copy()]
    for target, width, periods in rows:
        for _ in range(periods):
            q, opening = limiter.step(target, width)
            assert 0 <= opening <= FR3.gripper_open
            stream.append(q)
    return np.array(stream)


@given(rows=orders())
@settings(max_examples=60)
def test_limits_hold_for_any_input(rows: list[tuple[np.ndarray, float, int]]) -> None:
    within_limits(drive(Limiter(FR3, DT), rows))


@given(seed=st.integers(0, 2**32 - 1), scale=st.sampled_from([1e-4, 1e-2, 0.3, 3.0]))
@settings(max_examples=15)
def test_limits_hold_when_the_target_jumps_every_period(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    start = rng.uniform(FR3.position_lower + 0.05, FR3.position_upper - 0.05)
    limiter = Limiter(FR3, DT)
    limiter.reset(start, 0.08)
    rows = [(start + rng.normal(0, scale, 7), rng.normal(0.04, 0.1), 1) for _ in range(400)]
    within_limits(drive(limiter, rows))


@pytest.mark.parametrize("end", ["position_lower", "position_upper"])
def test_limits_hold_at_full_speed_into_an_end_stop_and_back(end: str) -> None:
    beyond = getattr(FR3, end) * 1.0 + (1.0 if end == "position_upper" else -1.0)
    stream = drive(Limiter(FR3, DT), [(beyond, 0.0, 2500), (FR3.home, 0.08, 1500)])
    within_limits(stream)
    assert np.abs(stream[2500] - getattr(FR3, end)).max() < 0.15, "nearly all the range is usable"
    assert stream[-1] == pytest.approx(FR3.home, abs=1e-3)


@given(share=st.lists(st.floats(0.1, 0.9), min_size=7, max_size=7))
@settings(max_examples=20)
def test_it_reaches_what_can_be_reached_and_rests_there(share: list[float]) -> None:
    target = FR3.position_lower + np.array(share) * SPAN
    stream = drive(Limiter(FR3, DT), [(target, 0.0, 2500)])
    assert stream[-1] == pytest.approx(target, abs=1e-3)
    assert np.abs(np.diff(stream[-50:], axis=0)).max() < 1e-5


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_target_that_is_no_number_means_decelerate_to_the_last_good_one(bad: float) -> None:
    limiter = Limiter(FR3, DT)
    goal = FR3.home + 0.5
    moving = drive(limiter, [(goal, 0.08, 100)])
    assert np.abs(moving[-1] - moving[-2]).max() > 1e-4, "in motion"
    broken = goal.copy()
    broken[3] = bad
    rest = drive(limiter, [(broken, bad, 2000)])
    within_limits(np.vstack([moving, rest[1:]]))
    assert rest[-1] == pytest.approx(goal, abs=1e-3)
    assert np.abs(limiter.velocity).max() < 1e-3


def test_a_target_of_the_wrong_shape_is_not_followed() -> None:
    limiter = Limiter(FR3, DT)
    q, _ = limiter.step(np.zeros(6), 0.08)
    assert q == pytest.approx(FR3.home)


def test_a_smooth_path_is_followed_closely() -> None:
    limiter = Limiter(FR3, DT)
    time = np.arange(0, 4, DT)[:, None]
    path = FR3.home + 0.2 * (1 - np.cos(1.5 * time)) * np.array([1, 1, -1, 1, 1, 1, -1])
    lag = [np.abs(limiter.step(row, 0.08)[0] - row).max() for row in path]
    assert max(lag) < 2e-3


def test_the_gripper_moves_no_faster_than_it_can() -> None:
    limiter = Limiter(FR3, DT)
    limiter.reset(FR3.home, 0.08)
    widths = [limiter.step(FR3.home, 0.0)[1] for _ in range(500)]
    assert np.abs(np.diff([0.08, *widths])).max() <= FR3.gripper_speed * DT + 1e-12
    assert widths[-1] == 0.0


def test_a_start_outside_the_limits_is_refused() -> None:
    limiter = Limiter(FR3, DT)
    outside = FR3.home.copy()
    outside[3] = 0.5
    with pytest.raises(RangeError, match="fr3_joint4"):
        limiter.reset(outside, 0.08)
    with pytest.raises(RangeError):
        limiter.reset(np.full(7, np.nan), 0.08)
    with pytest.raises(ShapeError):
        limiter.reset(np.zeros(6), 0.08)
    with pytest.raises(RangeError, match="dt"):
        Limiter(FR3, 0.0)


def test_the_audit_counts_what_breaks_a_limit() -> None:
    steady = LimitAudit(FR3, DT)
    assert not any(steady.add(FR3.home) for _ in range(5))
    assert steady.violations == 0

    jump = LimitAudit(FR3, DT)
    jump.add(FR3.home)
    assert jump.add(FR3.home + 0.1), "50 rad/s"
    assert jump.worst["velocity"] > 10

    jerky = LimitAudit(FR3, DT)
    jerky.add(FR3.home)
    jerky.add(FR3.home)
    assert jerky.add(FR3.home + 0.1 * DT), "0 to 0.1 rad/s within 2 ms is 50 rad/s2"
    assert jerky.worst["velocity"] < 1 < jerky.worst["acceleration"]

    outside = LimitAudit(FR3, DT)
    assert outside.add(FR3.position_upper + 0.01)
    assert LimitAudit(FR3, DT).add(np.full(7, np.nan))


def test_the_audit_finds_nothing_in_what_the_limiter_sends() -> None:
    rng = np.random.default_rng(3)
    limiter, audit = Limiter(FR3, DT), LimitAudit(FR3, DT)
    audit.add(limiter.q)
    for _ in range(60):
        target = rng.uniform(FR3.position_lower - 1, FR3.position_upper + 1)
        for _ in range(50):
            audit.add(limiter.step(target, 0.04)[0])
    assert audit.violations == 0, audit.worst
