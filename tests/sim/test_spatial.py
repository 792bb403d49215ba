"""Descriptions are clear, complete, and need reasoning."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from body.robots.so101 import SO101
from episodes.vocabulary import GRASPABLE, KINDS
from sim.tasks import LANGUAGES, absent_episode, sample_episode, swapped_episode
from sim.tasks.relations import (
    APART,
    LARGER,
    NONE,
    RELATIONS,
    Description,
    describe,
    find,
    fit,
    rows_of,
)

SEEDS = st.integers(1_000_000, 1_100_000)
CUBE, PLATE = KINDS.index("cube"), KINDS.index("plate")


def table(*things: tuple[int, int, float, float, float]) -> np.ndarray:
    """Rows of (kind, colour, x, y, width)."""
    rows = np.zeros((6, 10))
    rows[:, 0] = -1
    for row, (kind, colour, x, y, width) in zip(rows, things, strict=False):
        row[[0, 1, 2, 3, 6]] = kind, colour, x, y, width
    return rows


THREE = table((CUBE, 0, 0.4, 0.1, 0.05), (CUBE, 1, 0.6, -0.1, 0.06), (CUBE, 2, 0.5, 0.0, 0.04),
              (PLATE, 3, 0.45, 0.05, 0.15))  # fmt: skip


@pytest.mark.parametrize(
    ("relation", "row"),
    [("largest", 1), ("smallest", 2), ("leftmost", 0), ("rightmost", 1), ("nearest", 0),
     ("farthest", 1)],
)  # fmt: skip
def test_superlatives(relation, row) -> None:
    assert find(THREE, Description("cube", relation)) == row


@pytest.mark.parametrize(
    ("relation", "row"),
    [("left", 0), ("before", 0), ("right", NONE), ("behind", NONE), ("away", 1), ("beside", NONE)],
)
def test_comparisons_with_the_plate(relation, row) -> None:
    """Two cubes lie right of it and behind it, and two equally near: that is not clear."""
    assert find(THREE, Description("cube", relation, 3)) == row


def test_what_it_is_not() -> None:
    assert find(THREE, Description("cube", "not", colours=(0, 2))) == 1
    assert find(THREE, Description("cube", "not", colours=(0,))) == NONE, "two are left"
    assert find(THREE, Description("cube", "not", colours=(0, 5))) == NONE, "none is of that colour"


@pytest.mark.parametrize("kind", ["ball", "cylinder"])
def test_one_of_a_kind_needs_no_description(kind) -> None:
    assert find(THREE, Description(kind, "largest")) == NONE


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_description_is_clear_by_a_margin(seed) -> None:
    """Moved or grown by less than half the margin, everything is still where it was said to be."""
    rng = np.random.default_rng(seed)
    places = rng.uniform((0.3, -0.25, 0.04), (0.7, 0.25, 0.068), (6, 3))
    rows = table(*((int(rng.integers(5)), int(rng.integers(6)), *place) for place in places))
    found = describe(rows, rng)
    if found is not None:
        description, target = found
        assert KINDS[int(rows[target, 0])] == description.kind in GRASPABLE
        alike = [i for i in np.flatnonzero(rows[:, 0] == rows[target, 0])
                 if i != description.reference]  # fmt: skip
        fits = fit(rows, description)
        assert all(0.0 <= fits[i] < fits[target] <= 1.0 for i in alike if i != target)
        shaken = rows.copy()
        shaken[:, 2:4] += rng.uniform(-1, 1, (6, 2)) * 0.17 * APART
        shaken[:, 6] += rng.uniform(-1, 1, 6) * 0.49 * LARGER
        relation = RELATIONS.get(description.relation)
        if relation is None:
            assert find(shaken, description) == target
            return
        other = shaken[description.reference]
        own = np.flatnonzero(rows[:, 0] == rows[target, 0])
        own = own[own != description.reference]
        assert own[np.argmax(relation.number(shaken[own], other))] == target


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, pool=st.sampled_from(["seen", "held_out", "all"]))
def test_the_sentence_never_says_the_colour_of_what_is_meant(seed, pool) -> None:
    episode = sample_episode("spatial", seed, pool, "all")
    target = episode.scene.objects[episode.goal.target]
    assert target.name not in episode.instruction and target.kind in episode.instruction
    same = [item for item in episode.scene.objects if item.kind == target.kind]
    assert len(same) >= 2


def test_every_relation_comes_up_and_can_be_said() -> None:
    for words in LANGUAGES.values():
        assert set(words.relations) == set(words.held_out_relations) == {*RELATIONS, "not"}
        assert not set(words.seen["spatial"]) & set(words.held_out["spatial"])
        seen = {text for texts in words.relations.values() for text in texts}
        assert not seen & {text for texts in words.held_out_relations.values() for text in texts}
    rng = np.random.default_rng(0)
    drawn = set()
    for seed in range(1_000_000, 1_000_200):
        found = describe(rows_of(sample_episode("spatial", seed).scene), rng)
        assert found is not None
        drawn.add(found[0].relation)
    assert drawn == {*RELATIONS, "not"}


def test_held_out_words_are_those_of_training() -> None:
    def words(*tables):
        return {word for texts in tables for text in texts for word in text.split()}

    english = LANGUAGES["en"]
    seen = words(english.seen["spatial"], *english.relations.values())
    held = words(english.held_out["spatial"], *english.held_out_relations.values())
    assert held <= seen | {"hold", "of", "which"}


def test_small_arms_have_such_scenes_too() -> None:
    for seed in range(1_000_000, 1_000_010):
        episode = sample_episode("spatial", seed, reach=SO101.reach)
        assert all(SO101.reach.holds(item.x, item.y) for item in episode.scene.objects)


@pytest.mark.parametrize("other", [absent_episode, swapped_episode])
def test_what_needs_names_is_refused(other) -> None:
    with pytest.raises(ValueError, match="spatial names nothing"):
        other("spatial", 1_000_000)
