import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodes.seeds import SPLITS, SeedError, check_split, split_of


@given(st.integers(-(10**9), 10**10))
def test_each_seed_belongs_to_one_split_at_most(seed: int) -> None:
    own = split_of(seed)
    for split in SPLITS:
        if split == own:
            assert check_split(seed, split) == seed
        else:
            with pytest.raises(SeedError, match=split):
                check_split(seed, split)


def test_bounds() -> None:
    assert [split_of(s) for s in (0, 799_999, 800_000, 899_999, 900_000, 999_999, 1_000_000)] == [
        "train", "train", "validation", "validation", None, None, "test",
    ]  # fmt: skip
    assert check_split(np.int64(5), "train") == 5
    with pytest.raises(SeedError, match="unknown split"):
        check_split(5, "tests")
