import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from body.contract.errors import RangeError
from cerebellum.codec import BinsCodec

CODEC = BinsCodec((-0.02, -0.02, -0.02, -0.08, 0.0), (0.02, 0.02, 0.02, 0.08, 1.0))
LOW, HIGH = np.array(CODEC.low), np.array(CODEC.high)


@given(arrays(np.float64, (16, 5), elements=st.floats(-1, 2)))
def test_round_trip_stays_within_half_a_bin_of_the_clipped_chunk(chunk):
    codes = CODEC.encode(chunk)
    assert len(codes) == CODEC.length == 80
    back = CODEC.decode(codes)
    half = (HIGH - LOW) / CODEC.bins / 2
    wanted = np.clip(chunk, LOW, HIGH)
    assert (np.abs(back - wanted)[:, :4] <= half[:4] + 1e-9).all()
    clear = np.abs(wanted[:, 4] - 0.5) > 0.01
    assert (back[clear, 4] == (wanted[clear, 4] > 0.5)).all()


def test_fitting_takes_the_percentiles():
    chunks = np.random.default_rng(0).uniform(-0.01, 0.01, (400, 16, 5))
    codec = BinsCodec.fit(chunks)
    assert np.allclose(codec.low[:4], -0.0098, atol=1e-4)
    assert codec.low[4] == 0.0 and codec.high[4] == 1.0


def test_steps_at_rest_do_not_narrow_the_range():
    chunks = np.zeros((400, 16, 5))
    chunks[:, 0, 3] = np.random.default_rng(0).uniform(-0.075, 0.075, 400)
    codec = BinsCodec.fit(chunks)
    assert codec.high[3] > 0.07 and codec.low[3] < -0.07 and codec.high[0] == 1e-3


def test_an_empty_range_is_refused():
    with pytest.raises(RangeError):
        BinsCodec((0.0,) * 5, (0.0,) * 5)


def test_chunks_of_another_shape_whose_gripper_is_no_switch() -> None:
    chunks = np.random.default_rng(0).uniform(-1, 1, (200, 8, 4))
    codec = BinsCodec.fit(chunks, switch=False)
    assert codec.length == 32 and BinsCodec.from_config(codec.config()) == codec
    low, high = np.array(codec.low), np.array(codec.high)
    back = np.stack([codec.decode(codes) for codes in codec.encode_rows(chunks)])
    assert np.abs(back - np.clip(chunks, low, high)).max() <= 1.0 / codec.bins
