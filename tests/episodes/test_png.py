import io
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image

from episodes.png import _chunk, converted, decode, encode, shrink

sides = st.integers(1, 20)
images = st.tuples(sides, sides).flatmap(lambda s: hnp.arrays(np.uint8, (*s, 3)))


@settings(deadline=None)
@given(images)
def test_lossless(image: NDArray[np.uint8]) -> None:
    data = encode(image)
    np.testing.assert_array_equal(decode(data), image)
    with Image.open(io.BytesIO(data)) as opened:
        assert (opened.format, opened.mode) == ("PNG", "RGB")
        opened.verify()


@given(st.integers(0, 400))
def test_truncated_bytes_are_refused(kept: int) -> None:
    data = encode(np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8))
    with pytest.raises(OSError):
        decode(data[: min(kept, len(data) // 2)])


@given(hnp.arrays(np.uint8, (8, 8, 3)))
def test_shrink_is_the_mean_of_each_block(image: NDArray[np.uint8]) -> None:
    exact = image.reshape(4, 2, 4, 2, 3).mean(axis=(1, 3))
    assert np.abs(shrink(image, 4) - exact).max() <= 0.5
    assert shrink(image, 3).shape == (3, 3, 3)
    np.testing.assert_array_equal(shrink(image, 8), image)


@given(st.integers(8, 10_000), st.integers(0, 7))
def test_a_flipped_bit_is_refused(at: int, bit: int) -> None:
    data = bytearray(encode(np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)))
    data[8 + at % (len(data) - 8)] ^= 1 << bit
    with pytest.raises(OSError):
        decode(bytes(data))


@pytest.mark.parametrize("mode", ["L", "1", "P", "I;16", "RGBA", "LA", "CMYK"])
def test_only_rgb_of_8_bits_is_read_and_what_loses_nothing_is_converted(mode: str) -> None:
    file = io.BytesIO()
    Image.new(mode, (4, 4)).save(file, "JPEG" if mode == "CMYK" else "PNG")
    with pytest.raises(OSError, match="not RGB of 8 bits"):
        decode(file.getvalue())
    better = converted(file.getvalue())
    assert (better is not None) == (mode in ("L", "1", "P"))
    assert better is None or decode(better, (4, 4, 3)).shape == (4, 4, 3)


def test_a_huge_picture_is_refused_before_it_is_unpacked() -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    huge = (
        encode(np.zeros((1, 1, 3), np.uint8))[:8] + _chunk(b"IHDR", header) + _chunk(b"IEND", b"")
    )
    with pytest.raises(OSError, match="is 60000 x 60000 pixels"):
        decode(huge, (4, 4, 3))
    with pytest.raises(OSError):
        decode(huge)
