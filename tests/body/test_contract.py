"""The contract's types refuse what does not fit, and cannot be changed afterwards."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from body import (
    ActionChunk,
    ActionTokens,
    ControllerReport,
    Intent,
    NotFiniteError,
    Observation,
    RangeError,
    Report,
    ShapeError,
    Waypoint,
    wrap_half_turn,
)
from body.contract.arrays import finite_array, rgb_image

not_finite = st.sampled_from([math.nan, math.inf, -math.inf])
IMAGE = np.zeros((4, 5, 3), np.uint8)


def observation(**changes: object) -> Observation:
    fields: dict[str, object] = {
        "stamp": 1, "joint_position": np.zeros(7), "joint_velocity": np.zeros(7),
        "gripper_width": 0.04, "images": {"fixed": IMAGE},
    }  # fmt: skip
    return Observation(**(fields | changes))  # type: ignore[arg-type]


@given(bad=not_finite, row=st.integers(0, 2), column=st.integers(0, 1))
def test_one_bad_number_anywhere_is_refused(bad: float, row: int, column: int) -> None:
    array = np.zeros((3, 2))
    array[row, column] = bad
    with pytest.raises(NotFiniteError, match="pose"):
        finite_array("pose", array, (None, 2))


@given(shape=st.lists(st.integers(0, 4), max_size=4))
def test_a_shape_is_accepted_exactly_when_it_matches(shape: list[int]) -> None:
    if len(shape) == 2 and shape[1] == 3:
        assert finite_array("x", np.ones(shape), (None, 3)).shape == tuple(shape)
    else:
        with pytest.raises(ShapeError, match=r"x: expected shape"):
            finite_array("x", np.ones(shape), (None, 3))


def test_arrays_are_copied_and_read_only() -> None:
    mine = np.zeros(7)
    seen = observation(joint_position=mine)
    mine[0] = 1.0
    assert seen.joint_position[0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        seen.joint_position[0] = 2.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        seen.stamp = 2  # type: ignore[misc]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"joint_velocity": np.zeros(6)}, ShapeError),
        ({"joint_position": np.zeros((1, 7))}, ShapeError),
        ({"wrench": np.zeros(3)}, ShapeError),
        ({"gripper_width": math.nan}, NotFiniteError),
        ({"joint_velocity": np.full(7, np.inf)}, NotFiniteError),
        ({"images": {"fixed": IMAGE.astype(np.float32)}}, ShapeError),
        ({"images": {"fixed": IMAGE[..., :2]}}, ShapeError),
    ],
)
def test_an_observation_that_does_not_fit_is_refused(
    changes: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        observation(**changes)


def test_an_image_error_names_the_camera() -> None:
    with pytest.raises(ShapeError, match="wrist"):
        observation(images={"wrist": IMAGE[0]})
    assert rgb_image("x", IMAGE) is IMAGE


def test_a_chunk_needs_as_many_widths_as_rows() -> None:
    chunk = ActionChunk(np.zeros((16, 7)), np.zeros(16), 0)
    assert len(chunk) == 16
    with pytest.raises(ShapeError, match="gripper_width"):
        ActionChunk(np.zeros((16, 7)), np.zeros(15), 0)
    with pytest.raises(RangeError, match="dt"):
        ActionChunk(np.zeros((16, 7)), np.zeros(16), 0, dt=0.0)


@given(stamp=st.integers(0, 2**62), later=st.integers(0, 10**12))
def test_token_age_is_seconds_since_the_frames(stamp: int, later: int) -> None:
    tokens = ActionTokens((1, 2), "codec", stamp)
    assert tokens.age(stamp + later) == pytest.approx(later * 1e-9)
    assert not tokens.is_null


def test_tokens_that_make_no_sense_are_refused() -> None:
    assert ActionTokens((), "codec", 0, intent=Intent.REFUSE).is_null
    with pytest.raises(RangeError, match="refusal"):
        ActionTokens((1,), "codec", 0, intent=Intent.REFUSE)
    with pytest.raises(RangeError, match="negative"):
        ActionTokens((-1,), "codec", 0)
    for ttl in (0.0, -1.0):
        with pytest.raises(RangeError, match="ttl"):
            ActionTokens((1,), "codec", 0, ttl=ttl)
    with pytest.raises(NotFiniteError):
        ActionTokens((1,), "codec", 0, ttl=math.nan)


def test_a_first_report_speaks_of_no_tokens() -> None:
    assert ControllerReport() == ControllerReport(Report.MOVING, -1)


@given(angle=st.floats(-50, 50), turns=st.integers(-5, 5))
def test_half_turns_are_the_same_hand(angle: float, turns: int) -> None:
    wrapped = wrap_half_turn(angle)
    assert -math.pi / 2 <= wrapped <= math.pi / 2
    apart = abs(wrapped - wrap_half_turn(angle + turns * math.pi))
    assert min(apart, math.pi - apart) < 1e-9


def test_a_waypoint_wraps_its_yaw() -> None:
    waypoint = Waypoint(np.array([0.4, 0.0, 0.1]), math.pi, True, 0.5)
    assert waypoint.pose == pytest.approx([0.4, 0.0, 0.1, 0.0])
    with pytest.raises(RangeError, match="time_to_go"):
        Waypoint(np.zeros(3), 0.0, False, -0.1)
    with pytest.raises(ShapeError):
        Waypoint(np.zeros(2), 0.0, False, 0.0)
