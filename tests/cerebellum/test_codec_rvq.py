"""Residual vector quantisation of chunks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from body.errors import RangeError
from cerebellum.codec import load_codec, save_codec
from cerebellum.codec.rvq import RvqCodec

RNG = np.random.default_rng(0)
CHUNKS = RNG.normal(0, 1, (600, 2)) @ RNG.normal(0, 0.3, (2, 32))  # they lie in a plane
CHUNKS = CHUNKS.reshape(-1, 8, 4)
CODEC = RvqCodec.fit(CHUNKS, levels=3, codes=16)


def error(codec: RvqCodec) -> float:
    back = np.stack([codec.decode(codes) for codes in codec.encode_rows(CHUNKS)])
    return float(np.sqrt(np.mean((back - CHUNKS) ** 2)))


def test_every_book_more_tells_more() -> None:
    errors = [error(RvqCodec(CODEC.books[:count], 8)) for count in (1, 2, 3)]
    assert errors[0] > 1.5 * errors[1] > 2 * errors[2]
    assert errors[2] < 0.1 * CHUNKS.std()


@given(st.lists(st.integers(0, 15), min_size=3, max_size=3))
def test_what_was_said_comes_nearest_to_itself_book_by_book(codes: list[int]) -> None:
    chunk = CODEC.decode(codes)
    left = np.linalg.norm(chunk.ravel() - CODEC.books[0], axis=-1)
    assert CODEC.encode(chunk)[0] == left.argmin()


def test_it_survives_its_file(tmp_path) -> None:
    save_codec(CODEC, tmp_path)
    again = load_codec(tmp_path, CODEC.codec_id)
    np.testing.assert_array_equal(
        [again.encode(chunk) for chunk in CHUNKS[:20]], CODEC.encode_rows(CHUNKS[:20])
    )


def test_codes_that_no_book_has_are_refused() -> None:
    with pytest.raises(RangeError, match=r"0\.\.15"):
        CODEC.decode((0, 16, 0))
    with pytest.raises(RangeError, match="has 3 of them"):
        CODEC.decode((0, 1))
