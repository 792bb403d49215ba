"""Cosines, rounded and byte-pair encoded."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from body.contract.errors import NotFiniteError, RangeError, ShapeError
from body.geometry.motion import unroll
from cerebellum.codec import DctCodec, load_codec, save_codec
from cerebellum.codec.dct import END, cosines


def law(count: int, seed: int) -> np.ndarray:
    """(count, 16, 5) ways of the law to places drawn at random."""
    rng = np.random.default_rng(seed)
    low, high = np.array([0.3, -0.2, 0.03, -0.7]), np.array([0.6, 0.2, 0.3, 0.7])
    start, target = rng.uniform(low, high, (2, count, 4))
    closed, after = rng.integers(0, 2, (2, count)).astype(float)
    return unroll(start, np.zeros((count, 4)), closed, target, after)


CHUNKS, OTHERS = law(800, 0), law(100, 1)
CODEC = DctCodec.fit(CHUNKS, codes=400)
SCALE = np.array(CODEC.scale)
ROOMY = replace(CODEC, length=81)  # cuts nothing off


def test_the_cosines_are_orthonormal_and_slow_ones_come_first():
    wave = cosines(16)
    np.testing.assert_allclose(wave @ wave.T, np.eye(16), atol=1e-12)
    assert [(np.diff(np.sign(row)) != 0).sum() for row in wave] == list(range(16))


@given(arrays(np.float64, (16, 5), elements=st.floats(-0.5, 0.5)))
def test_a_round_trip_is_off_by_half_a_rounding_step_a_coefficient(share):
    chunk = share * SCALE
    if np.abs(ROOMY.coefficients(chunk[None])).max() > CODEC.reach:
        return
    off = cosines(16) @ (ROOMY.decode(ROOMY.encode(chunk)) - chunk)
    assert (np.abs(off) <= 0.5 / CODEC.gain * SCALE + 1e-9).all()


@given(st.lists(st.integers(0, CODEC.vocabulary_size - 1), min_size=CODEC.length,
                max_size=CODEC.length))  # fmt: skip
def test_whatever_codes_there_are_mean_a_finite_chunk(codes):
    CODEC.check(codes)
    chunk = CODEC.decode(codes)
    assert chunk.shape == (16, 5) and np.isfinite(chunk).all()
    end = codes.index(END) if END in codes else len(codes)
    ended = [*codes[:end], *[END] * (len(codes) - end)]
    np.testing.assert_array_equal(CODEC.decode(ended), chunk)  # nothing is read after the end


@given(arrays(np.float64, (16, 5), elements=st.floats(-1e12, 1e12)))
def test_whatever_chunk_there_is_has_codes(chunk):
    CODEC.check(CODEC.encode(chunk))


def test_what_was_said_is_said_again():
    codes = CODEC.encode_rows(OTHERS)
    whole = codes[:, -1] == END  # not cut off
    assert whole.mean() > 0.9
    again = CODEC.encode_rows(CODEC.decode_rows(codes[whole]))
    np.testing.assert_array_equal(again, codes[whole])


def test_all_but_a_hundredth_fit_and_the_rest_lose_their_highest_frequencies():
    codes = CODEC.encode_rows(CHUNKS)
    longer = replace(CODEC, length=CODEC.length + 1).encode_rows(CHUNKS)
    cut = longer[:, -1] != END
    assert 0.0 < cut.mean() <= 0.01
    short = replace(CODEC, length=3)
    off = short.coefficients(short.decode_rows(short.encode_rows(CHUNKS)))
    told = short.coefficients(CHUNKS)
    for row, back in zip(told, off, strict=True):
        lost = np.flatnonzero(row != back)
        assert not len(lost) or (back[lost[0] :] == 0).all()
    assert codes.shape == (800, CODEC.length)


def test_rest_is_no_code_at_all_and_pairs_shorten_what_moves():
    assert set(CODEC.encode(np.zeros((16, 5)))) == {END}
    assert not CODEC.decode((END,) * CODEC.length).any()
    bare = replace(CODEC, merges=(), length=80)
    used = [(codec.encode_rows(OTHERS) != END).sum(axis=1).mean() for codec in (CODEC, bare)]
    assert used[0] < 0.7 * used[1]


def test_fitting_is_repeatable_and_survives_its_file(tmp_path):
    assert DctCodec.fit(CHUNKS, codes=400).codec_id == CODEC.codec_id
    assert CODEC.vocabulary_size == 400
    save_codec(CODEC, tmp_path)
    again = load_codec(tmp_path, CODEC.codec_id)
    assert again == CODEC
    np.testing.assert_array_equal(again.encode_rows(OTHERS), CODEC.encode_rows(OTHERS))


def test_what_is_no_chunk_or_no_code_is_refused():
    with pytest.raises(ShapeError):
        CODEC.encode(np.zeros((8, 5)))
    with pytest.raises(NotFiniteError):
        CODEC.encode(np.full((16, 5), np.nan))
    with pytest.raises(RangeError, match="has"):
        CODEC.decode((END,))
    with pytest.raises(RangeError, match=r"0\.\.399"):
        CODEC.decode((400,) * CODEC.length)
