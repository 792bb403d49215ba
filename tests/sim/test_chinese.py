"""Chinese: the same scene and goal as in English, and what is named is or is not there."""

import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from episodes.vocabulary import COLOURS, KINDS
from sim.tasks import (
    BASIC,
    LANGUAGES,
    TASKS,
    absent_episode,
    non_task_sentence,
    sample_episode,
    swapped_episode,
)
from sim.tasks.chatter import sentences
from sim.tasks.languages.chinese_chatter import CHINESE_CHATTER

SEEDS = st.integers(1_000_000, 1_100_000)
CHINESE = LANGUAGES["zh"]


def named(text: str) -> set[tuple[str, str]]:
    """(colour, kind) of whatever a Chinese sentence names by both."""
    return {
        (colour, kind)
        for colour in COLOURS
        for kind in KINDS
        for noun in CHINESE.nouns[kind]
        if re.search(f"{CHINESE.colours[colour]}的?{noun}", text)
    }


def test_chinese_of_any_phrasing_has_characters_of_training() -> None:
    def characters(*tables):
        return set("".join(text for table in tables for ts in table.values() for text in ts))

    seen = characters(CHINESE.seen, CHINESE.relations)
    assert characters(CHINESE.held_out, CHINESE.held_out_relations) <= seen


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS, name=st.sampled_from(sorted(TASKS)), pool=st.sampled_from(["seen", "all"]),
       phrasing=st.sampled_from(["seen", "held_out", "all"]))  # fmt: skip
def test_a_seed_is_one_scene_and_one_goal_in_any_language(seed, name, pool, phrasing) -> None:
    english = sample_episode(name, seed, pool, phrasing)
    chinese = sample_episode(name, seed, pool, phrasing, language="zh")
    assert (english.scene, english.goal) == (chinese.scene, chinese.goal)
    assert re.fullmatch("[一-鿿，]+", chinese.instruction)
    assert chinese == sample_episode(name, seed, pool, phrasing, language="zh")


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, name=st.sampled_from(BASIC))
def test_chinese_names_the_goal_and_swaps_to_the_same(seed, name) -> None:
    other, old = swapped_episode(name, seed, language="zh")
    english, same = swapped_episode(name, seed)
    assert (other.scene, other.goal, old) == (english.scene, english.goal, same)
    for row in (other.goal.target, other.goal.destination):
        if row >= 0:
            assert other.scene.objects[row].pair in named(other.instruction)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, name=st.sampled_from(BASIC))
def test_absent_means_absent_in_chinese(seed, name) -> None:
    episode = absent_episode(name, seed, "all", "all", language="zh")
    here = {item.pair for item in episode.scene.objects}
    assert named(episode.instruction) and named(episode.instruction) - here


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_chinese_never_says_the_colour_of_what_is_described(seed) -> None:
    episode = sample_episode("spatial", seed, "all", "all", language="zh")
    target = episode.scene.objects[episode.goal.target]
    assert target.pair not in named(episode.instruction)
    assert CHINESE.nouns[target.kind][0] in episode.instruction


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_chinese_sorting_says_both_colours_and_both_containers(seed) -> None:
    episode = sample_episode("sort_by_colour", seed, "all", "all", language="zh")
    items = episode.scene.objects
    places = {items[part.destination].pair for part in episode.goal.parts}
    assert places == named(episode.instruction)
    for part in episode.goal.parts:
        assert f"{CHINESE.colours[items[part.target].colour]}的" in episode.instruction


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_chinese_chatter_of_training_is_never_held_out(seed) -> None:
    rng = np.random.default_rng(seed)
    train = {non_task_sentence(rng, "train", "zh") for _ in range(100)}
    held = {non_task_sentence(rng, "held_out", "zh") for _ in range(100)}
    assert not train & (held | set(sentences("held_out", "zh")))
    assert not any("{" in text for text in train | held)


def test_chinese_chatter_is_plenty_and_disjoint() -> None:
    train, held = sentences("train", "zh"), sentences("held_out", "zh")
    assert len(train) >= 60 and len(held) >= 60 and not set(train) & set(held)
    assert not set(CHINESE_CHATTER.about) & set(CHINESE_CHATTER.held_out_about)
    [characters] = CHINESE_CHATTER.syllable
    assert len(characters) >= 60
    assert not set(characters) & set("".join(held)), "invented words share nothing with these"
