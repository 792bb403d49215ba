"""What drills say of sizes, distances and lists is what thoughts say."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brain.prompts import locate
from brain.train.comparisons import comparisons, distance_bin, size_bin
from episodes.vocabulary import COLOURS, KINDS, by_name
from pontine.suites.tabletop.thoughts import compared
from sim.tasks.relations import Description

NUMBER = re.compile(r"<loc_(\d+)>$")


def thing(kind: str, colour: str, spot=(0.4, 0.0), width=0.05) -> np.ndarray:
    ids = [KINDS.index(kind), COLOURS.index(colour)]
    return np.array([*ids, *spot, 0.02, 0.0, width, 64, 64, 0], np.float32)


def scene(*things: np.ndarray) -> np.ndarray:
    none = np.full(10, -1, np.float32)
    return np.stack([*things, *[none] * (6 - len(things))])


def told(tiny, objects: np.ndarray, shown: np.ndarray | None = None, seed=0) -> dict[str, str]:
    shown = objects[:, 0] >= 0 if shown is None else shown
    drills = comparisons(objects, shown, tiny.vocabulary, np.random.default_rng(seed))
    return {tiny.vocabulary.decode(q): tiny.vocabulary.decode(a) for q, a in drills}


def numbers(thought: str) -> list[int]:
    """That of each candidate, in the thought's order."""
    return [int(found[1]) for part in thought.split(" , ")[1:] if (found := NUMBER.search(part))]


@given(width=st.floats(0.02, 0.09), word=st.sampled_from(["largest", "smallest"]))
def test_sizes_are_told_as_thoughts_tell_them(width, word):
    objects = scene(thing("cube", "red", width=width), thing("cube", "blue"))
    (first, _) = numbers(compared(objects, Description("cube", word)))
    assert abs(first - size_bin(word, float(objects[0, 6]))) <= 1  # float32 against float64


@given(x=st.floats(0.2, 0.75), y=st.floats(-0.32, 0.32), word=st.sampled_from(["beside", "away"]))
def test_distances_are_told_as_thoughts_tell_them(x, y, word):
    objects = scene(thing("cube", "red", (x, y)), thing("ball", "blue"), thing("cube", "green"))
    first, _ = numbers(compared(objects, Description("cube", word, reference=1)))
    apart = np.hypot(*(objects[0, 2:4] - objects[1, 2:4]))
    assert abs(first - distance_bin(word, float(apart))) <= 1


@given(order=st.permutations(range(4)))
def test_lists_do_not_hang_on_the_scenes_order(order):
    things = [thing("ball", "red"), thing("cube", "purple"), thing("cube", "red"),
              thing("cube", "green")]  # fmt: skip
    objects = scene(*(things[i] for i in order))
    ordered = objects[by_name(objects, np.arange(4))]
    assert [COLOURS[int(row[1])] for row in ordered] == ["red", "red", "green", "purple"]
    assert [KINDS[int(row[0])] for row in ordered[:2]] == ["cube", "ball"]


def test_what_there_is_of_a_sort_is_listed_with_its_places(tiny):
    objects = scene(thing("cube", "blue", (0.31, -0.104)), thing("cube", "red", (0.6, 0.2)))
    red, blue = ("<loc_{}> <loc_{}>".format(*locate(*row[2:4])) for row in objects[[1, 0]])
    said = told(tiny, objects)
    assert said["which cubes"] == f"red cube {red} , blue cube {blue}"
    (coloured,) = [words for words in said if words.endswith("things")]
    assert said[coloured] in (f"red cube {red}", f"blue cube {blue}")


def test_what_is_not_shown_is_not_listed_in_part(tiny):
    objects = scene(thing("cube", "blue"), thing("cube", "red"))
    shown = np.array([True, *[False] * 5])
    for seed in range(8):
        said = told(tiny, objects, shown, seed)
        assert "which cubes" not in said
        assert "which red things" not in said
        assert not any(words.endswith("red cube") for words in said)


def test_sizes_are_asked_of_what_comes_in_several(tiny):
    said = told(tiny, scene(thing("bowl", "blue"), thing("cylinder", "red", width=0.04)))
    sizes = [words for words in said if words.split()[0] in ("largest", "smallest")]
    assert {words.split(maxsplit=1)[1] for words in sizes} == {"red cylinder"}
    assert said[sizes[0]] == f"<loc_{size_bin(sizes[0].split()[0], 0.04)}>"


def test_all_of_a_kind_are_compared_as_thoughts_compare_them(tiny):
    objects = scene(
        thing("cube", "blue", (0.31, -0.104), 0.0632), thing("cube", "red", (0.6, 0.2), 0.0411),
        thing("bowl", "red", (0.5, 0.0), 0.14),
    )  # fmt: skip
    said = told(tiny, objects)
    (question,) = [words for words in said if words.endswith("est cubes")]
    wanted = compared(objects, Description("cube", question.split()[0]))
    assert said[question] == wanted.partition(" , ")[2]


@pytest.mark.parametrize("seed", range(4))
def test_an_empty_table_is_not_asked_about(tiny, seed):
    assert not told(tiny, scene(), seed=seed)
