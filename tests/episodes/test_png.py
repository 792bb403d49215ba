import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image

from episodes.png import decode, encode, shrink

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
