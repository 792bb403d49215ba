"""Nothing that a stranger may send is acted upon unless it is sound; and what is sound is."""

import math
from array import array

import numpy as np
import pytest
from geometry_msgs.msg import WrenchStamped
from hypothesis import given
from hypothesis import strategies as st
from pontine_interfaces.msg import ActionTokens
from sensor_msgs.msg import Image, JointState

from body.fr3 import FR3
from pontine_ros.incoming import (
    FUTURE,
    JointReader,
    MessageRefusedError,
    Refusals,
    codes,
    picture,
    positions,
    wrench,
)

FINGERS = ("finger_a", "finger_b")
NAMES = [*FR3.joint_names, *FINGERS]
NOW = 5_000_000_000
finite = st.floats(-3, 3)
anything = st.floats(allow_nan=True, allow_infinity=True)


def reader() -> JointReader:
    return JointReader(FR3.joint_names, FINGERS, 0.08)


def state(
    names: list[str], position: list[float], velocity: list[float], ns: int = NOW
) -> JointState:
    message = JointState(name=names, position=array("d", position), velocity=array("d", velocity))
    message.header.stamp.sec, message.header.stamp.nanosec = divmod(ns, 10**9)
    return message


@given(order=st.permutations(range(len(NAMES) + 1)), q=st.lists(finite, min_size=10, max_size=10))
def test_joints_are_found_by_name_in_any_order(order: list[int], q: list[float]) -> None:
    names = [*NAMES, "somebody_elses"]
    taken = reader()
    assert taken.read(state([names[i] for i in order], [q[i] for i in order], []), NOW)
    assert taken.q.tolist() == q[:7]
    assert taken.width == pytest.approx(q[7] + q[8])


@given(
    names=st.lists(st.sampled_from([*NAMES, "x", ""]), max_size=12),
    position=st.lists(anything, max_size=12),
    velocity=st.lists(anything, max_size=12),
    ahead=st.floats(-10, 10),
)
def test_no_joint_state_brings_in_what_is_not_finite_and_whole(
    names: list[str], position: list[float], velocity: list[float], ahead: float
) -> None:
    taken = reader()
    before = taken.q.copy(), taken.dq.copy(), taken.width
    try:
        whole = taken.read(state(names, position, velocity, NOW + round(ahead * 1e9)), NOW)
    except MessageRefusedError:
        whole = None
        assert taken.q.tolist() == before[0].tolist() and taken.width == before[2]
    assert np.isfinite([*taken.q, *taken.dq, taken.width]).all()
    if whole:
        assert set(FR3.joint_names) <= set(names) and ahead <= FUTURE + 1e-9


def test_a_renamed_joint_is_named_in_the_refusal() -> None:
    names = [*NAMES]
    names[2] = "fr3_joint3_old"
    with pytest.raises(MessageRefusedError, match="'fr3_joint3' is missing"):
        reader().read(state(names, [0.0] * 9, []), NOW)


def test_fingers_may_come_alone_but_are_no_state_of_the_arm() -> None:
    taken = reader()
    assert not taken.read(state(list(FINGERS), [0.01, 0.02], []), NOW)
    assert taken.width == pytest.approx(0.03)


def test_a_huge_joint_state_is_refused_unread() -> None:
    count = 100_000
    with pytest.raises(MessageRefusedError, match="100000 names"):
        reader().read(state([f"j{i}" for i in range(count)], [0.0] * count, []), NOW)


def image(side: int, encoding: str, data: bytes, step: int) -> Image:
    return Image(height=side, width=side, encoding=encoding, step=step, data=array("B", data))


@given(padding=st.integers(0, 5), seed=st.integers(0, 9), bgr=st.booleans())
def test_pictures_are_read_with_padding_and_either_order(
    padding: int, seed: int, bgr: bool
) -> None:
    side = 8
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)
    rows = np.zeros((side, 3 * side + padding), np.uint8)
    rows[:, : 3 * side] = (pixels[..., ::-1] if bgr else pixels).reshape(side, -1)
    message = image(side, "bgr8" if bgr else "rgb8", rows.tobytes(), rows.shape[1])
    assert (picture(message, side, NOW) == pixels).all()


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (image(8, "16UC1", bytes(128), 16), "encoding '16UC1'"),
        (image(3, "rgb8", bytes(27), 9), "3 x 3 pixels show too little"),
        (image(8, "rgb8", bytes(10), 24), "10 bytes"),
        (image(8, "rgb8", bytes(192), 3), "rows of 3"),
    ],
)
def test_other_pictures_are_refused(message: Image, why: str) -> None:
    with pytest.raises(MessageRefusedError, match=why):
        picture(message, 8, NOW)


@given(values=st.lists(anything, max_size=9))
def test_positions_are_as_many_as_asked_for_and_finite(values: list[float]) -> None:
    sound = len(values) == 7 and all(map(math.isfinite, values))
    if sound:
        assert positions(values, 7).tolist() == values
    else:
        with pytest.raises(MessageRefusedError):
            positions(values, 7)


@given(
    found=st.lists(st.integers(0, 65535), max_size=80), ttl=anything, intent=st.integers(0, 255),
    codec=st.text("0123456789abcdef", max_size=80), ahead=st.floats(-10, 10),
)  # fmt: skip
def test_tokens_pass_only_if_sound(
    found: list[int], ttl: float, intent: int, codec: str, ahead: float
) -> None:
    message = ActionTokens(codes=array("H", found), ttl=ttl, intent=intent, codec_id=codec)
    stamp = NOW + round(ahead * 1e9)
    message.header.stamp.sec, message.header.stamp.nanosec = divmod(max(0, stamp), 10**9)
    sound = (
        len(found) <= 64 and math.isfinite(ttl) and ttl > 0 and intent < 3
        and len(codec) <= 64 and max(0, stamp) <= NOW + FUTURE * 1e9
    )  # fmt: skip
    if sound:
        assert codes(message, NOW) == tuple(found)
    else:
        with pytest.raises(MessageRefusedError):
            codes(message, NOW)


def test_a_wrench_must_be_finite() -> None:
    message = WrenchStamped()
    message.wrench.force.z = -3.0
    assert wrench(message, NOW).tolist() == [0, 0, -3, 0, 0, 0]
    message.wrench.torque.x = math.inf
    with pytest.raises(MessageRefusedError):
        wrench(message, NOW)


def test_refusals_are_counted_by_topic() -> None:
    refusals = Refusals()
    for topic in ("a", "b", "a"):
        refusals.add(topic, MessageRefusedError("no"))
    assert refusals.total == 3 and refusals.by_topic["a"] == 2 and refusals.last == "a: no"
