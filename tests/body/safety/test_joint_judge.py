"""A reading is believed only if this arm can give it, now; and then in the turn models know."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from body import JointJumpError, JointReadingError, RobotSpec
from body.robots.fr3 import FR3
from body.robots.so101 import SO101
from body.robots.ur5e import UR5E
from body.safety.joint_judge import BEYOND, NOISE, TURN, JointJudge

MS = 1_000_000
ARMS = [FR3, UR5E, SO101]
arms = st.sampled_from(ARMS)


def still(judge: JointJudge, q: np.ndarray, count: int = 3, at: int = 0) -> int:
    for _ in range(count):
        judge.take(q, None, 0.05, at)
        at += 4 * MS
    return at


@given(spec=arms, seed=st.integers(0, 10**6), rate=st.sampled_from([100, 250, 500, 1000]),
       known=st.booleans())  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_any_motion_within_the_limits_is_believed(
    spec: RobotSpec, seed: int, rate: int, known: bool
) -> None:
    rng = np.random.default_rng(seed)
    judge, dt = JointJudge(spec), 1 / rate
    reach = 0.4 * (spec.position_upper - spec.position_lower)
    pace = 0.9 * np.minimum(spec.velocity, np.sqrt(spec.acceleration * reach)) / reach
    phase = rng.uniform(0, TURN, spec.joints)
    middle = 0.5 * (spec.position_lower + spec.position_upper)
    for k in range(60):
        angle = pace * k * dt + phase
        q, dq = middle + reach * np.sin(angle), reach * pace * np.cos(angle)
        noise = rng.uniform(-0.4 * NOISE, 0.4 * NOISE, spec.joints)
        late = int(rng.uniform(0, 0.008) * 1e9)  # stamped when it came, not when it was taken
        reading = judge.take(q + noise, dq if known else None, 0.02, round(k * dt * 1e9) + late)
        assert np.abs(np.sin(reading.q) - np.sin(q)).max() < 2 * NOISE


@pytest.mark.parametrize("spec", ARMS, ids=lambda spec: spec.name)
def test_degrees_are_named(spec: RobotSpec) -> None:
    with pytest.raises(JointReadingError, match="look like degrees; the driver must send radians"):
        JointJudge(spec).take(np.rad2deg(spec.home), None, 0.05, 0)
    fast = np.zeros(spec.joints)
    fast[1] = np.rad2deg(0.9 * spec.velocity[1])
    with pytest.raises(JointReadingError, match="degrees a second"):
        JointJudge(spec).take(spec.home, fast, 0.05, 0)


@pytest.mark.parametrize("spec", ARMS, ids=lambda spec: spec.name)
@pytest.mark.parametrize("width", [100.0, 80.0, -1.0, 0.15, np.nan, np.inf])
def test_fingers_beyond_the_gripper_are_named(spec: RobotSpec, width: float) -> None:
    with pytest.raises(JointReadingError, match=r"fingers read .* not metres"):
        JointJudge(spec).take(spec.home, None, width, 0)


@given(spec=arms, joint=st.integers(0, 4), value=st.floats(allow_nan=True, allow_infinity=True))
@settings(max_examples=200, deadline=None)
def test_what_no_joint_can_read_is_refused_with_its_name(
    spec: RobotSpec, joint: int, value: float
) -> None:
    q = spec.home.copy()
    q[joint] = value
    inside = spec.position_lower[joint] - BEYOND <= value <= spec.position_upper[joint] + BEYOND
    if inside:
        reading = JointJudge(spec).take(q, None, 0.05, 0)
        assert reading.own.tolist() == q.tolist()
    else:
        with pytest.raises(JointReadingError, match=spec.joint_names[joint]):
            JointJudge(spec).take(q, None, 0.05, 0)


@given(joint=st.integers(0, 5), seed=st.integers(0, 10**6), turns=st.sampled_from([-1, 1]))
@settings(max_examples=100, deadline=None)
def test_a_joint_a_turn_away_is_read_where_the_model_knows_it(
    joint: int, seed: int, turns: int
) -> None:
    q = UR5E.home + np.random.default_rng(seed).uniform(-0.6, 0.6, 6)
    own = q.copy()
    own[joint] += turns * TURN
    judge = JointJudge(UR5E)
    if not UR5E.position_lower[joint] - BEYOND <= own[joint] <= UR5E.position_upper[joint] + BEYOND:
        with pytest.raises(JointReadingError):
            judge.take(own, None, 0.05, 0)
        return
    reading = judge.take(own, None, 0.05, 0)
    assert np.allclose(reading.q, q) and np.allclose(reading.q + reading.turn, own)
    assert reading.turn[joint] == turns * TURN


def test_a_joint_does_not_flicker_between_two_turns_nor_change_them_while_armed() -> None:
    judge = JointJudge(UR5E)
    q = UR5E.home.copy()
    turns, at = [], 0
    for k in range(400):
        q[5] = UR5E.home[5] + np.pi + 0.4 * np.sin(k / 20)
        turns.append(judge.take(q, None, 0.05, at).turn[5])
        at += 4 * MS
    assert len(set(turns)) == 1
    judge = JointJudge(UR5E)
    judge.take(UR5E.home, None, 0.05, 0)
    judge.firm = True
    for k in range(1, 100):
        q = UR5E.home.copy()
        q[5] += 0.05 * k
        assert judge.take(q, None, 0.05, 20 * MS * k).turn[5] == 0


def test_a_jump_is_refused_and_an_arm_put_elsewhere_is_believed_again() -> None:
    judge = JointJudge(FR3)
    at = still(judge, FR3.home)
    there = FR3.home.copy()
    there[1] += 0.66
    with pytest.raises(JointJumpError, match=r"'fr3_joint2' jumped .* two publishers"):
        judge.take(there, None, 0.05, at)
    assert judge.take(there, None, 0.05, at + 4 * MS).q.tolist() == there.tolist()


def test_two_sources_in_turn_are_never_believed() -> None:
    judge = JointJudge(UR5E)
    there, believed = UR5E.home - 0.5, 0
    still(judge, UR5E.home)
    for k in range(3, 100):
        try:
            judge.take(UR5E.home if k % 2 else there, None, 0.05, 4 * MS * k)
            believed += 1
        except JointJumpError:
            pass
    assert believed == 1  # the one that goes on where it was


def test_a_count_begun_anew_is_named() -> None:
    judge = JointJudge(UR5E)
    at = still(judge, UR5E.home)
    own = UR5E.home.copy()
    own[5] += TURN
    with pytest.raises(JointJumpError, match="counts turns anew"):
        judge.take(own, None, 0.05, at)


def test_positions_that_move_against_their_velocity_are_refused() -> None:
    judge = JointJudge(FR3)
    speed = np.full(7, 0.01)
    judge.take(FR3.home, speed, 0.05, 0)
    with pytest.raises(JointJumpError, match="not of one arm, or not in one unit"):
        judge.take(FR3.home + 0.03, speed, 0.05, 4 * MS)


@pytest.mark.parametrize("unknown", [None, [np.nan] * 7, [0.0] * 6 + [np.nan], [0.0] * 7])
def test_velocities_that_no_driver_sends_are_reckoned(unknown: list[float] | None) -> None:
    judge = JointJudge(FR3)
    dq = None if unknown is None else np.array(unknown)
    for k in range(100):
        q = FR3.home.copy()
        q[0] += 0.8 * 0.004 * k
        reading = judge.take(q, dq, 0.05, 4 * MS * k)
    assert reading.dq[0] == pytest.approx(0.8, abs=0.02) and np.abs(reading.dq[1:]).max() == 0


def test_it_is_quick_enough_for_every_message() -> None:
    import time

    judge = JointJudge(FR3)
    speed = np.full(7, 0.01)
    begun = time.thread_time()
    for k in range(2000):
        judge.take(FR3.home, speed, 0.05, MS * k)
    assert (time.thread_time() - begun) / 2000 < 1e-3, "a message a millisecond"
