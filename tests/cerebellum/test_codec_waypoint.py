import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from body.contract.errors import CodecMismatchError, RangeError
from body.contract.waypoint import Waypoint, wrap_half_turn
from cerebellum.codec import WaypointCodec
from cerebellum.state import CommandState

CODEC = WaypointCodec()


def within(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False)


@given(
    within(*CODEC.x), within(*CODEC.y), within(*CODEC.z), within(-10, 10), st.booleans(),
    within(*CODEC.time),
)  # fmt: skip
def test_round_trip_stays_within_half_a_bin(x, y, z, yaw, closed, time):
    back = CODEC.waypoint(CODEC.encode(Waypoint([x, y, z], yaw, closed, time)))
    for got, want, span in zip(back.position, (x, y, z), (CODEC.x, CODEC.y, CODEC.z), strict=True):
        assert abs(got - want) <= (span[1] - span[0]) / CODEC.bins / 2 + 1e-9
    assert abs(wrap_half_turn(back.yaw - yaw)) <= np.pi / CODEC.yaw_bins / 2 + 1e-9
    assert back.closed == closed
    low, high = np.log(CODEC.time)
    assert abs(np.log(back.time_to_go / time)) <= (high - low) / CODEC.time_bins / 2 + 1e-9


@given(st.lists(within(-1e6, 1e6), min_size=6, max_size=6))
def test_whatever_lies_outside_is_clipped_to_the_border(row):
    codes = CODEC.encode_rows(np.array(row))
    CODEC.check(codes.tolist())
    back = CODEC.decode_rows(codes)
    for column, (low, high) in enumerate((CODEC.x, CODEC.y, CODEC.z)):
        half = (high - low) / CODEC.bins / 2
        assert abs(back[column] - np.clip(row[column], low, high)) <= half + 1e-9


@given(within(-4, 4), st.integers(-3, 3))
def test_yaw_is_circular(yaw, turns):
    a = CODEC.encode(Waypoint([0.5, 0, 0.1], yaw, False, 1.0))
    b = CODEC.encode(Waypoint([0.5, 0, 0.1], yaw + turns * np.pi, False, 1.0))
    assert (a[3] - b[3]) % CODEC.yaw_bins in (0, 1, CODEC.yaw_bins - 1)  # a rounding at an edge


def test_decoding_gives_the_path_and_keeps_the_hand_from_spinning():
    codes = CODEC.encode(Waypoint([0.5, 0.1, 0.2], -1.5, True, 1.0))
    state = CommandState([0.45, 0.1, 0.2, 1.5])  # the same half turn, nearly
    rows = CODEC.decode(codes, state)
    assert rows.shape == (16, 5)
    assert abs(rows[:, 3].sum()) < 0.3
    end = state.pose[:3] + rows[:, :3].sum(axis=0)
    assert np.linalg.norm(end - CODEC.waypoint(codes).position) < 0.005
    assert rows[0, 4] == 0 and rows[-1, 4] == 1


def test_batches_and_single_rows_agree():
    rng = np.random.default_rng(0)
    rows = rng.uniform([0.2, -0.3, 0, -1.5, 0, 0.05], [0.7, 0.3, 0.4, 1.5, 1, 4], (50, 6))
    codes = CODEC.encode_rows(rows)
    for row, code in zip(rows, codes, strict=True):
        single = CODEC.encode(Waypoint(row[:3], row[3], row[4] > 0.5, row[5]))
        assert single == tuple(code)


def test_foreign_and_malformed_codes_are_refused():
    codes = CODEC.encode(Waypoint([0.5, 0, 0.1], 0, False, 1.0))
    with pytest.raises(CodecMismatchError, match="load brain and controller"):
        CODEC.check(codes, "0123456789abcdef")
    with pytest.raises(RangeError):
        CODEC.check(codes[:-1])
    with pytest.raises(RangeError):
        CODEC.waypoint((*codes[:4], 2, codes[5]))


def test_fitting_widens_the_workspace_only_where_the_data_leave_it():
    rows = np.array([[0.3, 0, 0.2, 0, 0, 1.0], [0.8, 0, 0.1, 0, 0, 1.0]])
    codec = WaypointCodec.fit(rows)
    assert codec.x == (0.2, 0.82) and codec.y == CODEC.y and codec.z == CODEC.z
