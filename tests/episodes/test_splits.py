"""Splits share nothing, hold-outs stay what they were, and streams draw what they always drew."""

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodes import splits
from episodes.splits import (
    ALL_PAIRS,
    BRAIN_ONE_IN,
    CONTROLLER_ONE_IN,
    FIXTURE_PAIRS,
    HELD_OUT_FIXTURES,
    HELD_OUT_PAIRS,
    POOLS,
    SEEN_PAIRS,
    SPLITS,
    TEST,
    TRAIN,
    SeedError,
    Stream,
    check_split,
    held_out,
    split_of,
)
from episodes.vocabulary import COLOURS, KINDS

STREAMS = {name: made for name, made in vars(splits).items() if isinstance(made, Stream)}


@given(st.integers(-(10**9), 2**63))
def test_each_seed_belongs_to_one_split_at_most(seed: int) -> None:
    own = split_of(seed)
    assert sum(seed in seeds for seeds in SPLITS.values()) == (own is not None)
    for split in SPLITS:
        if split == own:
            assert check_split(seed, split) == seed
        else:
            with pytest.raises(SeedError, match=split):
                check_split(seed, split)


def test_the_ranges_are_disjoint() -> None:
    ordered = sorted(SPLITS.values(), key=lambda seeds: seeds.start)
    assert all(one.stop <= other.start for one, other in pairwise(ordered))
    assert all(seeds.start < seeds.stop and seeds.step == 1 for seeds in ordered)


def test_bounds() -> None:
    assert [split_of(s) for s in (0, 799_999, 800_000, 899_999, 900_000, 999_999, 1_000_000)] == [
        "train", "train", "validation", "validation", None, None, "test",
    ]  # fmt: skip
    assert TEST.stop == 2**62 and split_of(-1) is None
    assert check_split(np.int64(5), "train") == 5 and np.int64(5) in TRAIN
    with pytest.raises(SeedError, match="unknown split"):
        check_split(5, "tests")


@given(st.lists(st.integers(0, 10**6), min_size=1), st.integers(1, 100))
def test_whole_episodes_are_held_out_whatever_stands_beside_them(
    numbers: list[int], one_in: int
) -> None:
    found = held_out(np.array(numbers), one_in)
    assert found.tolist() == [number % one_in == one_in - 1 for number in numbers]
    assert held_out(np.arange(one_in), one_in).sum() == 1


def test_the_shares_held_out_are_those_of_the_shipped_models() -> None:
    assert np.flatnonzero(held_out(np.arange(100), BRAIN_ONE_IN)).tolist() == [31, 63, 95]
    assert np.flatnonzero(held_out(np.arange(80), CONTROLLER_ONE_IN)).tolist() == [19, 39, 59, 79]


def test_of_each_kind_one_colour_is_held_out() -> None:
    held = HELD_OUT_PAIRS + HELD_OUT_FIXTURES
    assert sorted(kind for _, kind in held) == sorted(KINDS)
    assert not set(held) & set(SEEN_PAIRS)
    whole = {(colour, kind) for colour in COLOURS for kind in KINDS}
    assert set(held) | set(SEEN_PAIRS) == set(ALL_PAIRS + FIXTURE_PAIRS) == whole
    for pool, (standing, named) in POOLS.items():
        assert set(named) <= set(standing), pool
    assert POOLS["seen"][0] == SEEN_PAIRS and set(POOLS["held_out"][1]) == set(held)


def test_purposes_have_numbers_of_their_own() -> None:
    shared = defaultdict(set)
    for name, made in STREAMS.items():
        shared[made].add(name)
    twice = [names for names in shared.values() if len(names) > 1]
    assert twice == [{"STILLS_SCENES", "NON_TASK"}, {"FLAT_SENTENCES", "RANDOM_INPUTS"}]


def test_streams_draw_as_they_did_for_the_first_recordings() -> None:
    drawn = {name: int(made.rng(5, 2).integers(2**40)) for name, made in STREAMS.items()}
    numbers = {
        "EPISODE": [7, 5, 2], "ABSENT": [8, 5, 2], "SWAPPED": [9, 5, 2],
        "EXPERT_ERRORS": [11, 5, 2], "STILLS_SCENES": [13, 5, 2], "NON_TASK": [13, 5, 2],
        "METAWORLD_ERRORS": [17, 5, 2], "FLAT_VALIDATION": [19, 5, 2],
        "FITTING_SCENE": [21, 5, 2], "ANY_SCENE": [22, 5, 2], "METAWORLD_DONOR": [23, 5, 2],
        "LOOK": [31, 5, 2], "FLAT_SENTENCES": [5, 2, 17], "RANDOM_INPUTS": [5, 2, 17],
        "METAWORLD_LESSONS": [5, 2, 29], "TARGET_JUMP": [5, 2, 77], "TOKEN_NOISE": [5, 2, 91],
    }  # fmt: skip
    assert drawn == {
        name: int(np.random.default_rng(entropy).integers(2**40))
        for name, entropy in numbers.items()
    }


@given(st.integers(0, 2**31))
def test_purposes_do_not_share_their_draws(seed: int) -> None:
    before = [made for made in set(STREAMS.values()) if not made.last]
    assert len({made.rng(seed).bytes(8) for made in before}) == len(before)
