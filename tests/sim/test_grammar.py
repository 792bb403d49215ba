"""Sentences: enough of them, none in two places, and what they name is or is not there."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episodes.splits import POOLS
from sim.tasks import BASIC, absent_episode, sample_episode
from sim.tasks.chatter import non_task_sentence, sentences
from sim.tasks.grammar import templates
from sim.tasks.languages import LANGUAGES, Wording

NAMES = sorted(BASIC)
SYNONYMS = {"block": "cube", "sphere": "ball", "can": "cylinder"}


@pytest.mark.parametrize("name", NAMES)
def test_a_fifth_of_the_phrasings_is_held_out(name):
    seen, held = (templates(name, Wording(phrasing)) for phrasing in ("seen", "held_out"))
    assert len(seen) >= 10 and not set(seen) & set(held)
    assert len(held) / (len(seen) + len(held)) == pytest.approx(0.2)
    every = [text for other in NAMES for text in templates(other, Wording("all"))]
    assert len(set(every)) == len(every)


def test_held_out_phrasings_use_seen_words():
    def words(lists):
        return {word for texts in lists.values() for text in texts for word in text.split()}

    english = LANGUAGES["en"]
    assert words(english.held_out) <= words(english.seen) | {"all", "of"}


@settings(max_examples=80)
@given(seed=st.integers(1_000_000, 1_100_000), name=st.sampled_from(NAMES),
       pool=st.sampled_from(sorted(POOLS)))  # fmt: skip
def test_absent_means_absent(seed, name, pool):
    episode = absent_episode(name, seed, pool)
    words = [SYNONYMS.get(word, word) for word in episode.instruction.split()]
    named = [
        pair for pair in pairwise(words)
        if pair[1] in ("cube", "ball", "cylinder", "bowl", "plate")
        and pair[0] in ("red", "green", "blue", "yellow", "purple", "orange")
    ]  # fmt: skip
    here = {item.pair for item in episode.scene.objects}
    assert named and any(pair not in here for pair in named)
    assert episode.goal.target == -1


@settings(max_examples=80)
@given(seed=st.integers(1_000_000, 1_100_000), name=st.sampled_from(NAMES))
def test_the_sentence_names_the_goal(seed, name):
    episode = sample_episode(name, seed, "all", "all")
    words = [SYNONYMS.get(word, word) for word in episode.instruction.split()]
    text = " ".join(words)
    assert episode.scene.objects[episode.goal.target].name in text
    if episode.goal.destination >= 0:
        assert episode.scene.objects[episode.goal.destination].name in text


@given(seed=st.integers(1_000_000, 1_100_000), name=st.sampled_from(NAMES))
@settings(max_examples=40)
def test_held_out_pool_names_a_held_out_pair(seed, name):
    episode = sample_episode(name, seed, "held_out")
    ends = [episode.scene.objects[episode.goal.target].pair]
    if episode.goal.destination >= 0:
        ends.append(episode.scene.objects[episode.goal.destination].pair)
    assert set(ends) & set(POOLS["held_out"][1])


def test_chatter_is_plenty_and_disjoint():
    train, held = sentences("train"), sentences("held_out")
    assert len(train) >= 60 and len(held) >= 60
    assert not set(train) & set(held)
    rng = np.random.default_rng(0)
    drawn = {
        split: {non_task_sentence(rng, split) for _ in range(800)}
        for split in ("train", "held_out")
    }
    assert len(drawn["held_out"]) >= 60
    assert not drawn["train"] & drawn["held_out"]


def test_training_seeds_never_meet_what_is_held_out():
    for pool, phrasing in (("held_out", "seen"), ("all", "seen"), ("seen", "held_out")):
        with pytest.raises(ValueError, match="training seed"):
            sample_episode("pick", 5, pool, phrasing)
    with pytest.raises(ValueError, match="no pool"):
        sample_episode("pick", 5, "none")
