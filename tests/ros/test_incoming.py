"""Nothing that a stranger may send is acted upon unless it is sound; and what is sound is."""

import math
from array import array

import numpy as np
import pytest
from geometry_msgs.msg import WrenchStamped
from hypothesis import given
from hypothesis import strategies as st
from pontine_interfaces.msg import ActionTokens
from sensor_msgs.msg import Image

from pontine.ros.stamps import FUTURE, OLD
from pontine_ros.incoming import (
    MessageRefusedError,
    Refusals,
    picture,
    positions,
    tokens,
    wrench,
)

NOW = 5_000_000_000
anything = st.floats(allow_nan=True, allow_infinity=True)


def image(side: int, encoding: str, data: bytes, step: int, ns: int = NOW) -> Image:
    found = Image(height=side, width=side, encoding=encoding, step=step, data=array("B", data))
    found.header.stamp.sec, found.header.stamp.nanosec = divmod(ns, 10**9)
    return found


@pytest.mark.parametrize(
    ("behind", "why"),
    [
        (10.0, r"old pictures: stamp 10\.0 s ago; clocks differ\?"),
        (1.2, r"old pictures: stamp 1\.2 s ago"),
        (-0.5, r"0\.500 s in the future; clocks differ\?"),
        (20.0, "its stamp is zero: the driver sends no stamps"),
    ],
)
def test_pictures_of_another_time_are_refused_and_the_time_is_named(
    behind: float, why: str
) -> None:
    now = 20 * 10**9
    stale = image(8, "rgb8", bytes(192), 24, now - round(behind * 1e9))
    with pytest.raises(MessageRefusedError, match=why):
        picture(stale, 8, now)


@given(age=st.floats(-FUTURE, OLD))
def test_pictures_of_now_are_taken(age: float) -> None:
    now = 20 * 10**9
    message = image(8, "rgb8", bytes(192), 24, now - round(age * 1e9))
    assert picture(message, 8, now).shape == (8, 8, 3)


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
        and not (found and intent == 2)
        and len(codec) <= 64 and NOW - ttl * 1e9 <= max(0, stamp) <= NOW + FUTURE * 1e9
    )  # fmt: skip
    if sound:
        assert tokens(message, NOW).codes == tuple(found)
    else:
        with pytest.raises(MessageRefusedError):
            tokens(message, NOW)


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
