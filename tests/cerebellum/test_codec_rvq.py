"""Residual vector quantisation of chunks."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from body.contract.errors import RangeError
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
    errors = [error(replace(CODEC, books=CODEC.books[:count])) for count in (1, 2, 3)]
    assert errors[0] > 1.5 * errors[1] > 2 * errors[2]
    assert errors[2] < 0.1 * CHUNKS.std()


@given(st.lists(st.integers(0, 15), min_size=3, max_size=3))
def test_what_was_said_comes_nearest_to_itself_book_by_book(codes: list[int]) -> None:
    chunk = CODEC.decode(codes) / CODEC.scale
    left = np.linalg.norm(chunk.ravel() - CODEC.books[0], axis=-1)
    assert CODEC.encode(chunk * CODEC.scale)[0] == left.argmin()


def test_a_gripper_of_0_or_1_leaves_codes_for_steps_of_millimetres() -> None:
    chunks = RNG.uniform(-0.01, 0.01, (500, 1, 5)) * np.ones((1, 16, 1))
    chunks[..., 4] = np.arange(16) >= RNG.integers(0, 17, (500, 1))
    codec = RvqCodec.fit(chunks, levels=4, codes=64)
    off = codec.decode_rows(codec.encode_rows(chunks)) - chunks
    assert np.abs(off[..., :4]).mean() < 0.001 and (np.abs(off[..., 4]) < 0.5).mean() > 0.99


def test_books_in_metres_are_read_as_before() -> None:
    old = RvqCodec(np.arange(24.0).reshape(2, 3, 4), 2)
    assert set(old.config()) == {"kind", "steps", "books"} and old.codec_id == "cc67dff3ae689393"
    assert RvqCodec.from_config(old.config()).decode((1, 2)).tolist() == [[24, 26], [28, 30]]


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
