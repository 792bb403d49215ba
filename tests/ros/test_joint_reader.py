"""Joint states by name, from a stranger's messages: whole, sound and of this arm, or refused."""

import math
from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sensor_msgs.msg import JointState

from body import BodyError, JointReadingError
from body.robots.fr3 import FR3
from body.robots.ur5e import UR5E
from body.safety.joint_judge import BEYOND, FINGERS_BEYOND
from pontine.ros.joint_reader import MOST_JOINTS, JointReader
from pontine.ros.messages import MalformedError

FINGERS = ("finger_a", "finger_b")
NAMES = [*FR3.joint_names, *FINGERS]
HOME = [*FR3.home.tolist(), 0.01, 0.02]
NOW = 5_000_000_000
MS = 1_000_000
anything = st.floats(allow_nan=True, allow_infinity=True)


def reader() -> JointReader:
    return JointReader(FR3, FINGERS)


def state(
    names: list[str], position: list[float], velocity: list[float], ns: int = NOW
) -> JointState:
    message = JointState(name=names, position=array("d", position), velocity=array("d", velocity))
    message.header.stamp.sec, message.header.stamp.nanosec = divmod(ns, 10**9)
    return message


@given(order=st.permutations(range(len(NAMES) + 1)),
       off=st.lists(st.floats(-0.1, 0.1), min_size=7, max_size=7))  # fmt: skip
def test_joints_are_found_by_name_in_any_order(order: list[int], off: list[float]) -> None:
    names = [*NAMES, "somebody_elses"]
    q = [*(FR3.home + off).tolist(), 0.01, 0.02, 99.0]
    taken = reader().read(state([names[i] for i in order], [q[i] for i in order], []), NOW)
    assert taken is not None and taken.own.tolist() == q[:7]
    assert taken.width == pytest.approx(0.03)


@given(
    names=st.lists(st.sampled_from([*NAMES, "x", ""]), max_size=12),
    position=st.lists(anything, max_size=12),
    velocity=st.lists(anything, max_size=12),
)
def test_no_joint_state_brings_in_what_is_not_finite_and_whole(
    names: list[str], position: list[float], velocity: list[float]
) -> None:
    read = reader()
    before = read.q.copy(), read.width
    try:
        whole = read.read(state(names, position, velocity), NOW)
    except BodyError:
        whole = None
        assert read.q.tolist() == before[0].tolist() and read.width == before[1]
    assert np.isfinite([*read.q, *read.dq, read.width]).all()
    if whole is not None:
        assert set(FR3.joint_names) <= set(names)
        assert (read.q <= FR3.position_upper + BEYOND).all()
    assert 0 <= read.width <= FR3.gripper_open + FINGERS_BEYOND


@given(good=st.booleans(), dirt=st.lists(st.tuples(st.integers(0, 8), anything), max_size=3),
       speed=st.lists(anything, min_size=9, max_size=9))  # fmt: skip
def test_what_is_believed_is_within_reach_of_this_arm(good, dirt, speed) -> None:
    position = list(HOME)
    for i, value in dirt:
        position[i] = value
    read = reader()
    try:
        taken = read.read(state(NAMES, position, [] if good else speed), NOW)
    except JointReadingError as error:
        assert ";" in str(error), "it names a remedy"
        return
    assert taken is not None
    assert (np.abs(taken.q - np.clip(taken.q, FR3.position_lower, FR3.position_upper)) <= 0.1).all()
    assert (np.abs(taken.dq) <= 2 * FR3.velocity).all()


def test_a_renamed_joint_is_named_in_the_refusal() -> None:
    names = [*NAMES]
    names[2] = "fr3_joint3_old"
    with pytest.raises(MalformedError, match="'fr3_joint3' is missing"):
        reader().read(state(names, HOME, []), NOW)


def test_fingers_may_come_alone_but_are_no_state_of_the_arm() -> None:
    read = reader()
    assert read.read(state(list(FINGERS), [0.01, 0.02], []), NOW) is None
    assert read.width == pytest.approx(0.03)
    assert not read.names_arm(state(list(FINGERS), [0.01, 0.02], []))
    assert read.names_arm(state([FR3.joint_names[3]], [0.0], []))
    with pytest.raises(JointReadingError, match="not metres"):
        read.read(state(list(FINGERS), [50.0, 50.0], []), NOW)
    with pytest.raises(MalformedError, match="'finger_b' is missing"):
        read.read(state(["finger_a"], [0.01], []), NOW)


def test_others_on_the_topic_are_named_only_while_the_arm_is_not_heard() -> None:
    read, base = reader(), state(["wheel_left", "wheel_right"], [0.0, 1.0], [])
    with pytest.raises(MalformedError, match=r"'fr3_joint1' is missing .*'wheel_left'"):
        read.read(base, NOW)
    assert read.read(state(NAMES, HOME, []), NOW) is not None
    assert read.read(base, NOW + 500 * MS) is None
    with pytest.raises(MalformedError, match="wheel_left"):
        read.read(base, NOW + 2000 * MS)


def test_a_huge_joint_state_is_refused_unread() -> None:
    count = 100_000
    huge = state([f"j{i}" for i in range(count)], [0.0] * count, [])
    with pytest.raises(MalformedError, match="100000 names"):
        reader().read(huge, NOW)
    assert not reader().names_arm(huge) and count > MOST_JOINTS


def test_nan_velocities_are_no_reason_to_refuse_the_message() -> None:
    read = reader()
    for k in range(50):
        position = list(HOME)
        position[0] += 0.001 * k
        at = NOW + 4 * MS * k
        taken = read.read(state(NAMES, position, [math.nan] * 9, at), at)
    assert taken is not None and taken.dq[0] == pytest.approx(0.25, abs=0.02)


def test_stamps_that_go_back_are_refused_until_the_clock_was_surely_set_back() -> None:
    read = reader()
    read.read(state(NAMES, HOME, [], NOW), NOW)
    with pytest.raises(MalformedError, match=r"goes back by 0\.050 s: two publishers"):
        read.read(state(NAMES, HOME, [], NOW - 50 * MS), NOW + 4 * MS)
    later = NOW + 1100 * MS
    assert read.read(state(NAMES, HOME, [], NOW - 50 * MS), later) is not None
    back = NOW - 3000 * MS  # the graph's clock itself was set back
    assert read.read(state(NAMES, HOME, [], back), back) is not None


def test_drivers_without_stamps_are_judged_by_when_their_messages_come() -> None:
    read = reader()
    for k in range(5):
        assert read.read(state(NAMES, HOME, [], 0), NOW + 4 * MS * k) is not None
    there = list(HOME)
    there[0] += 0.5
    with pytest.raises(JointReadingError, match="jumped"):
        read.read(state(NAMES, there, [], 0), NOW + 20 * MS)


def test_a_wrist_a_turn_away_is_read_in_the_models_turn() -> None:
    own = UR5E.home.copy()
    own[5] += 2 * np.pi
    read = JointReader(UR5E, ())
    taken = read.read(state(list(UR5E.joint_names), own.tolist(), []), NOW)
    assert taken is not None
    assert np.allclose(read.q, UR5E.home) and np.allclose(taken.q + taken.turn, own)
