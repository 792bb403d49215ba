"""Whatever it is told, what leaves the limiter stays within the limits; and it is not timid."""

from itertools import pairwise

import numpy as np
import pytest
import ruckig
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from body import RangeError, RobotSpec, ShapeError
from body.robots.fr3 import FR3
from body.safety.limiter import Limiter

DT = 0.002
TICKS = 600  # of adversarial input an example; 6 x 60 examples are 216,000
TOLERANCE = 1e-6
STOP = None  # stands for a call of `stop` among the targets
ruthless = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
anything = st.floats(allow_nan=True, allow_infinity=True)
kinds = st.sampled_from(["step", "end", "raw", "noise", "stale", "late", "shape", "stop"])
orders = st.lists(
    st.tuples(kinds, st.integers(0, 2**32 - 1), st.sampled_from([1, 2, 3, 7, 60, 250]), anything),
    min_size=1,
    max_size=12,
)


def middle(spec: RobotSpec) -> np.ndarray:
    return 0.5 * (spec.position_lower + spec.position_upper)


def span(spec: RobotSpec) -> np.ndarray:
    return spec.position_upper - spec.position_lower


def targets(spec: RobotSpec, kind: str, seed: int, periods: int, odd: float, past: list) -> list:
    """`periods` targets of one kind of abuse; `past` are those sent so far."""
    rng, joints = np.random.default_rng(seed), spec.joints
    here = rng.uniform(spec.position_lower, spec.position_upper)
    if kind == "end":
        here = np.where(rng.random(joints) < 0.5, spec.position_lower - 1, spec.position_upper + 1)
    if kind == "raw":
        here = np.where(rng.random(joints) < 0.3, odd, here)
    if kind == "noise":
        scale = 10 ** rng.uniform(-6, 1)
        return [here + rng.normal(0, scale, joints) for _ in range(periods)]
    if kind == "late" and past:
        return [past[i] for i in rng.integers(0, len(past), periods)]
    if kind == "stale" and past:
        return [past[-1]] * periods
    if kind == "shape":
        return [np.zeros(joints - 1), np.zeros((joints, 1)), np.zeros(0)] * (periods // 3 + 1)
    return [STOP if kind == "stop" else here] * periods


def drive(limiter: Limiter, stream: list, width: float = 0.08) -> np.ndarray:
    """(T + 1, J) commands: where the limiter was, and one for each target."""
    commands = [limiter.q.copy()]
    for target in stream:
        q, _ = limiter.stop() if target is STOP else limiter.step(target, width)
        commands.append(q)
    return np.array(commands)


def within_limits(spec: RobotSpec, q: np.ndarray, dt: float) -> None:
    """Check commands (T, J) that begin at rest against the limits, here and now."""
    assert np.isfinite(q).all()
    assert (q >= spec.position_lower - TOLERANCE).all()
    assert (q <= spec.position_upper + TOLERANCE).all()
    q = np.vstack([q[:1]] * 3 + [q])
    velocity = np.diff(q, axis=0) / dt
    bounds = [spec.velocity_bounds(row) for row in q[:-1]]
    assert (velocity >= np.array([low for low, _ in bounds]) - TOLERANCE).all()
    assert (velocity <= np.array([high for _, high in bounds]) + TOLERANCE).all()
    acceleration = np.diff(velocity, axis=0) / dt
    assert (np.abs(acceleration) <= spec.acceleration * (1 + TOLERANCE)).all()
    jerk = np.diff(acceleration, axis=0) / dt
    assert (np.abs(jerk) <= spec.jerk * (1 + TOLERANCE)).all()


def optimal(spec: RobotSpec, start: np.ndarray, goal: np.ndarray, share: float = 1.0):
    """Ruckig's time-optimal trajectory from rest to rest, each joint on its own."""
    joints = spec.joints
    want = ruckig.InputParameter(joints)
    want.synchronization = ruckig.Synchronization.No
    want.current_position, want.target_position = start.tolist(), goal.tolist()
    want.current_velocity = want.current_acceleration = [0.0] * joints
    want.target_velocity = want.target_acceleration = [0.0] * joints
    want.max_velocity = (share * spec.velocity).tolist()
    want.max_acceleration = (share * spec.acceleration).tolist()
    want.max_jerk = (share * spec.jerk).tolist()
    plan = ruckig.Trajectory(joints)
    ruckig.Ruckig(joints).calculate(want, plan)
    return plan


@given(rows=orders, share=st.lists(st.floats(0, 1), min_size=7, max_size=7))
@ruthless
def test_limits_hold_for_any_input(
    any_robot: RobotSpec, dt: float, rows: list, share: list[float]
) -> None:
    limiter = Limiter(any_robot, dt)
    start = any_robot.position_lower + np.array(share[: any_robot.joints]) * span(any_robot)
    limiter.reset(np.minimum(start, any_robot.position_upper), 0.04)  # a sum may be a bit over
    past: list = []
    while len(past) < TICKS:
        for kind, seed, periods, odd in rows:
            past += targets(any_robot, kind, seed + len(past), periods, odd, past)
    within_limits(any_robot, drive(limiter, past[:TICKS]), dt)


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_limits_hold_at_full_speed_into_an_end_stop_and_back(
    any_robot: RobotSpec, dt: float, side: float
) -> None:
    end = any_robot.position_upper if side > 0 else any_robot.position_lower
    seconds = int(8 / dt)
    commands = drive(Limiter(any_robot, dt), [end + side] * seconds + [any_robot.home] * seconds)
    within_limits(any_robot, commands, dt)
    assert np.abs(commands[seconds] - end).max() < 0.01, "nearly all the range is usable"
    assert commands[-1] == pytest.approx(any_robot.home, abs=1e-4)


@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0.2, 0.999))
@settings(ruthless, max_examples=10)
def test_a_feasible_reference_is_tracked_within_a_milliradian(
    any_robot: RobotSpec, dt: float, seed: int, share: float
) -> None:
    rng = np.random.default_rng(seed)
    start, goal = (
        middle(any_robot) + rng.uniform(-0.3, 0.3, any_robot.joints) * span(any_robot) for _ in "sg"
    )
    plan = optimal(any_robot, start, goal, share)
    ticks = min(int(plan.duration / dt) + 2, 3000)
    reference = np.array([plan.at_time(k * dt)[0] for k in range(ticks)])
    velocity = np.diff(reference, axis=0) / dt
    bounds = [any_robot.velocity_bounds(row) for row in reference[:-1]]
    feasible = (velocity >= np.array([low for low, _ in bounds])).all(axis=0)
    feasible &= (velocity <= np.array([high for _, high in bounds])).all(axis=0)
    limiter = Limiter(any_robot, dt)
    limiter.reset(start, 0.04)
    error = np.abs(drive(limiter, list(reference[1:])) - reference)
    assert error[:, feasible].max(initial=0.0) < 1e-3


@given(seed=st.integers(0, 2**32 - 1))
@settings(ruthless, max_examples=10)
def test_a_step_arrives_in_no_more_than_1_3_times_the_optimal_time(
    any_robot: RobotSpec, dt: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    joints = any_robot.joints
    start = middle(any_robot) + rng.uniform(-0.2, 0.2, joints) * span(any_robot)
    goal = start + rng.choice([-1, 1], joints) * 10 ** rng.uniform(-3, -0.7, joints)
    shortest = np.array(optimal(any_robot, start, goal).independent_min_durations)
    limiter = Limiter(any_robot, dt)
    limiter.reset(start, 0.04)
    commands = drive(limiter, [goal] * (int(1.4 * shortest.max() / dt) + 5))
    arrived = np.abs(commands - goal) < 1e-4
    ticks = len(commands) - np.argmin(arrived[::-1], axis=0)
    assert arrived[-1].all()
    assert (ticks * dt <= 1.3 * shortest + 2 * dt).all()
    assert (np.sign(goal - start) * (commands - goal)).max() < 1e-3, "hardly any overshoot"


@given(seed=st.integers(0, 2**32 - 1), part=st.floats(0.05, 0.95))
@settings(ruthless, max_examples=10)
def test_a_stop_keeps_to_the_straight_line_the_arm_was_on(
    any_robot: RobotSpec, dt: float, seed: int, part: float
) -> None:
    rng, start = np.random.default_rng(seed), middle(any_robot)
    along = rng.uniform(-0.4, 0.4, any_robot.joints)
    slowest = 1.2 * (32 * np.abs(along) / any_robot.jerk).max() ** (1 / 3)
    slowest = max(slowest, (8 * np.abs(along) / any_robot.acceleration).max() ** 0.5)
    slowest = max(slowest, (4 * np.abs(along) / any_robot.velocity).max())
    time = np.clip(np.arange(int(part * slowest / dt)) * dt / slowest, 0, 1)[:, None]
    path = start + along * (time - np.sin(2 * np.pi * time) / (2 * np.pi))
    limiter = Limiter(any_robot, dt)
    limiter.reset(start, 0.04)
    moving = drive(limiter, list(path))
    assert moving[-1] == pytest.approx(path[-1] if len(path) else start, abs=1e-6)
    halting = drive(limiter, [STOP] * int(3 / dt))
    within_limits(any_robot, np.vstack([moving, halting[1:]]), dt)
    offset = halting - start
    scale = offset @ along / (along @ along)
    assert np.abs(offset - scale[:, None] * along).max() < 1e-6
    assert (np.diff(scale) > -1e-9).all(), "never backwards"
    assert np.abs(np.diff(halting[-3:], axis=0)).max() < 1e-12, "at rest"


def test_a_stop_is_as_quick_as_the_slowest_joint() -> None:
    limiter = Limiter(FR3, DT)
    drive(limiter, [FR3.home + np.array([1, 0.3, 0, 0, 0, 0, 0])] * 100)
    speed = limiter.velocity[0]
    commands = drive(limiter, [STOP] * 200)
    moving = np.flatnonzero(np.abs(np.diff(commands[:, 0])) > 1e-12)
    assert len(moving) * DT < speed / FR3.acceleration[0] + 10 * DT


def test_after_a_stop_it_follows_again_and_bad_targets_do_not_move_it() -> None:
    limiter = Limiter(FR3, DT)
    drive(limiter, [FR3.home + 0.5] * 100 + [STOP] * 300)
    rest = limiter.q.copy()
    assert drive(limiter, [np.full(7, np.nan)] * 200)[-1] == pytest.approx(rest, abs=1e-9)
    assert drive(limiter, [FR3.home] * 1500)[-1] == pytest.approx(FR3.home, abs=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_target_that_is_no_number_means_decelerate_to_the_last_good_one(bad: float) -> None:
    limiter = Limiter(FR3, DT)
    goal = FR3.home + 0.5
    moving = drive(limiter, [goal] * 100)
    assert np.abs(moving[-1] - moving[-2]).max() > 1e-4, "in motion"
    broken = goal.copy()
    broken[3] = bad
    rest = drive(limiter, [broken] * 2000, bad)
    within_limits(FR3, np.vstack([moving, rest[1:]]), DT)
    assert rest[-1] == pytest.approx(goal, abs=1e-6)
    assert np.abs(limiter.velocity).max() < 1e-6


def test_a_target_of_the_wrong_shape_is_not_followed() -> None:
    limiter = Limiter(FR3, DT)
    q, _ = limiter.step(np.zeros(6), 0.08)
    assert q == pytest.approx(FR3.home)


def test_it_rests_where_it_starts_even_beyond_where_it_would_go() -> None:
    limiter = Limiter(FR3, DT)
    limiter.reset(FR3.position_upper, 0.04)
    commands = drive(limiter, [FR3.position_upper] * 100)
    assert (commands == FR3.position_upper).all()
    commands = drive(limiter, [FR3.position_upper - 0.5] * 1500)
    within_limits(FR3, commands, DT)
    assert commands[-1] == pytest.approx(FR3.position_upper - 0.5, abs=1e-6)


def test_corners_of_interpolated_chunks_cost_little() -> None:
    """Joint targets every 50 ms, interpolated: the speed jumps by up to 0.2 rad/s."""
    rng = np.random.default_rng(4)
    strides = 0.05 * np.cumsum(rng.uniform(-0.2, 0.2, (60, 7)), axis=0)
    knots = np.vstack([FR3.home, FR3.home + np.cumsum(0.3 * strides, axis=0)])
    reference = np.concatenate([np.linspace(a, b, 26)[1:] for a, b in pairwise(knots)])
    commands = drive(Limiter(FR3, DT), list(reference))[1:]
    within_limits(FR3, np.vstack([FR3.home, commands]), DT)
    error = np.abs(commands - reference).max(axis=1)
    assert error.max() < 1e-3
    assert np.median(error) < 1e-4


@given(widths=st.lists(anything, min_size=1, max_size=50))
def test_the_gripper_moves_no_faster_than_it_can(widths: list[float]) -> None:
    limiter = Limiter(FR3, DT)
    limiter.reset(FR3.home, 0.05)
    opening = [0.05, *(limiter.step(FR3.home, width)[1] for width in widths for _ in range(5))]
    assert min(opening) >= 0 and max(opening) <= FR3.gripper_open
    assert np.abs(np.diff(opening)).max() <= FR3.gripper_speed * DT + 1e-12
    assert limiter.stop()[1] == opening[-1], "a stop leaves the gripper as it is"
    assert [limiter.step(FR3.home, 0.0)[1] for _ in range(500)][-1] == 0.0


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
