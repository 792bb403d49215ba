import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from episodes.stats import aggregate, image_stats, numeric_stats, sampled_frames

EXACT = ("min", "max", "mean", "std", "count")
values = st.floats(-1e3, 1e3, width=32)


@given(st.lists(st.integers(1, 6), min_size=1, max_size=4), st.data())
def test_aggregate_equals_the_whole(lengths: list[int], data: st.DataObject) -> None:
    parts = [data.draw(hnp.arrays(np.float32, (n, 3), elements=values)) for n in lengths]
    together = aggregate([numeric_stats(part) for part in parts])
    whole = numeric_stats(np.concatenate(parts))
    for kind in EXACT:
        np.testing.assert_allclose(together[kind], whole[kind], rtol=1e-5, atol=1e-3)


@settings(deadline=None)
@given(hnp.arrays(np.uint8, (3, 4, 5, 3)))
def test_image_stats_are_those_of_the_pixels(images: NDArray[np.uint8]) -> None:
    stats = image_stats(list(images))
    pixels = images.reshape(-1, 3) / 255.0
    for kind, expected in (
        ("min", pixels.min(0)),
        ("max", pixels.max(0)),
        ("mean", pixels.mean(0)),
        ("std", pixels.std(0)),
    ):
        assert stats[kind].shape == (3, 1, 1)
        np.testing.assert_allclose(stats[kind].ravel(), expected, atol=1e-6)
    assert stats["count"].tolist() == [3]


def test_shapes_follow_lerobot() -> None:
    assert numeric_stats(np.zeros((7, 16, 5), np.float32))["mean"].shape == (5,)
    assert numeric_stats(np.arange(7))["max"].tolist() == [6]
    assert numeric_stats(np.zeros((1, 3)))["q50"].shape == (3,)


@given(st.integers(1, 100_000))
def test_sampled_frames_lie_within(length: int) -> None:
    sampled = sampled_frames(length)
    assert sampled[0] == 0 and sampled[-1] == length - 1 and sampled == sorted(set(sampled))
