import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodes.outliers import outliers


@given(st.floats(1e5, 1e38) | st.floats(-1e38, -1e5), st.integers(0, 499), st.integers(0, 2))
def test_one_value_far_off_is_found_and_no_other(value: float, frame: int, entry: int) -> None:
    values = np.random.default_rng(0).normal(scale=[1.0, 0.01, 0.0], size=(500, 3))
    values = values.astype(np.float32)
    assert not outliers(values).any()
    values[frame, entry] = value
    found = np.argwhere(outliers(values)).tolist()
    assert found == [[frame, entry]]


@pytest.mark.parametrize("spike", [500.0, -900.0])
def test_a_blow_among_small_forces_is_none(spike: float) -> None:
    forces = np.random.default_rng(0).normal(size=(2000, 6))
    forces[77, 2] = spike
    assert not outliers(forces).any()


def test_flags_that_are_seldom_set_are_none_and_few_frames_are_judged() -> None:
    flags = np.zeros((1000, 1), np.float32)
    flags[500] = 1
    assert not outliers(flags).any()
    assert outliers(np.array([[1e30]])).all() and not outliers(np.array([[1e3]])).any()
    assert not outliers(np.array([[np.nan], [1.0]])).any()  # told as NaN
    assert not outliers(np.full((3, 1), 2**62)).any()  # whole numbers are not normalised
