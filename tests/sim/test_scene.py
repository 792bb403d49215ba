"""Scenes keep their promises for any seed."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from body.robots.reach import SCENE_X, SCENE_Y
from body.robots.so101 import SO101
from episodes.splits import ALL_PAIRS, HELD_OUT_PAIRS, TRAIN_PAIRS
from sim.tasks import BASIC, sample_episode
from sim.worlds.scene import CLEARANCE, sample_scene

SEEDS = st.integers(0, 799_999)


@settings(max_examples=60)
@given(seed=SEEDS, name=st.sampled_from(BASIC))
def test_scene_rules(seed, name):
    episode = sample_episode(name, seed)
    items = episode.scene.objects
    assert 4 <= len(items) <= 6
    assert len({item.pair for item in items}) == len(items)
    assert not {item.pair for item in items} & set(HELD_OUT_PAIRS)
    target = items[episode.goal.target]
    others = [item for item in items if item is not target]
    assert any(item.colour == target.colour for item in others)
    assert any(item.kind == target.kind for item in others)
    for item in items:
        assert SCENE_X[0] <= item.x <= SCENE_X[1] and SCENE_Y[0] <= item.y <= SCENE_Y[1]
        if item.kind in ("cube", "ball", "cylinder"):
            assert 0.006 <= (0.08 - item.width) / 2 <= 0.020
    for a, b in combinations(items, 2):
        apart = np.hypot(a.x - b.x, a.y - b.y) - a.footprint - b.footprint
        assert apart >= CLEARANCE - 1e-9


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, name=st.sampled_from(BASIC))
def test_things_stand_within_an_arms_reach(seed, name):
    reach = SO101.reach
    items = sample_episode(name, seed, reach=reach).scene.objects
    assert len(items) == 4 and all(reach.holds(item.x, item.y) for item in items)
    assert sample_episode(name, seed, reach=reach).scene.objects == items


def test_small_margins_are_common():
    widths = [
        item.width
        for seed in range(100)
        for item in sample_episode("pick", seed).scene.objects
        if item.kind in ("cube", "ball", "cylinder")
    ]
    assert np.mean(np.array(widths) > 0.06) > 0.3


def test_same_seed_same_scene():
    assert sample_episode("stack", 12).scene == sample_episode("stack", 12).scene
    assert sample_episode("stack", 12).scene != sample_episode("stack", 13).scene


def test_pairs_partition():
    assert len(ALL_PAIRS) == 30 and len(HELD_OUT_PAIRS) == 5
    assert set(TRAIN_PAIRS) | set(HELD_OUT_PAIRS) == set(ALL_PAIRS)
    assert {kind for _, kind in HELD_OUT_PAIRS} == {"cube", "ball", "cylinder", "bowl", "plate"}


def test_doubled_pair_is_refused():
    with pytest.raises(ValueError, match="twice"):
        sample_scene(np.random.default_rng(0), [("red", "cube"), ("red", "cube")])
