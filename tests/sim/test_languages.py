"""Tables are complete, what is not in them is refused, and English is as it ever was."""

import re

import numpy as np
import pytest

from sim.tasks import (
    LANGUAGES,
    UnknownLanguageError,
    Wording,
    absent_episode,
    non_task_sentence,
    sample_episode,
    swapped_episode,
)
from sim.tasks.grammar import say, templates
from sim.tasks.languages import CHATTER

PLACE = {"en": {"in"}, "zh": {"to", "in"}}  # slots of a destination
SLOTS = {
    "reach": {"o"}, "pick": {"o"}, "stack": {"o", "d"}, "spatial": {"o"}, "push_to": {"o", "d"},
    "open_drawer": {"o"}, "close_drawer": {"o"}, "press_button": {"o"}, "turn_knob": {"o", "w"},
    "follow": {"o"},
}  # fmt: skip


def slots(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_has_exactly_its_slots(language: str) -> None:
    words, place = LANGUAGES[language], PLACE[language]
    assert language in CHATTER
    assert set(words.seen) == set(words.held_out) == {*SLOTS, "place_in", "sort_by_colour"}
    assert set(words.inside) == set(words.onto) == place
    sides = {f"{slot}_{side}" for slot in place for side in "ab"}
    for task in words.seen:
        for text in (*words.seen[task], *words.held_out[task]):
            if task == "place_in":
                assert {"o", "d"} <= slots(text) <= {"o", "d"} | place
            else:
                assert slots(text) == SLOTS.get(task, {"a", "b", "c", "d"} | sides)
    for table in (words.relations, words.held_out_relations):
        for relation, texts in table.items():
            about = {"beside": {"r"}, "away": {"r"}, "left": {"r"}, "right": {"r"},
                     "before": {"r"}, "behind": {"r"}}.get(relation, set())  # fmt: skip
            for text in texts:
                assert slots(text) - ({"c", "d"} if relation == "not" else set()) == {"k"} | about
    assert {frozenset(slots(t)) for t in words.relations["not"]} == {
        frozenset("kc"), frozenset("kcd"),
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_held_out_sentences_are_no_sentences_of_training(language: str) -> None:
    words = LANGUAGES[language]

    def said(table) -> set[str]:
        """All of a table, whatever they say of a destination."""
        found = {text for texts in table.values() for text in texts}
        for where in (words.inside, words.onto):
            for n in range(3):
                for slot, options in where.items():
                    found |= {text.replace(f"{{{slot}}}", options[n]) for text in found}
        return found

    assert not said(words.seen) & said(words.held_out)
    for task in words.seen:
        assert len(set(words.seen[task])) >= (4 if task == "sort_by_colour" else 8)
        assert len(set(words.held_out[task])) >= (1 if task == "sort_by_colour" else 2)


def test_what_cannot_be_said_is_refused_by_name() -> None:
    with pytest.raises(UnknownLanguageError, match="reach is not said in 'fr', only in en, zh"):
        sample_episode("reach", 1_000_000, language="fr")
    with pytest.raises(UnknownLanguageError, match="no language 'fr'; known: en, zh"):
        non_task_sentence(np.random.default_rng(0), "train", "fr")
    with pytest.raises(UnknownLanguageError, match=r"no sentences of juggle in 'zh'.*reach, pick"):
        templates("juggle", Wording(language="zh"))
    with pytest.raises(ValueError, match="phrasing must be seen, held_out or all, got 'some'"):
        Wording("some")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_on_the_table_yet_can_be_named(language: str) -> None:
    rng = np.random.default_rng(0)
    for task, kind in (
        ("open_drawer", "drawer"),
        ("press_button", "button"),
        ("turn_knob", "knob"),
    ):
        said = {say(rng, task, ("red", kind), None, Wording("all", language)) for _ in range(50)}
        nouns, red = LANGUAGES[language].nouns[kind], LANGUAGES[language].colours["red"]
        assert all(red in text and any(noun in text for noun in nouns) for text in said)


# As they were before there was another language.
ENGLISH = [
    ("reach", "seen", "hold your hand over the red ball"),
    ("reach", "held_out", "hold the gripper over the red ball"),
    ("pick", "seen", "lift up the red ball"),
    ("place_in", "seen", "set the green can into the yellow bowl"),
    ("place_in", "held_out", "take the green can to the yellow bowl"),
    ("stack", "seen", "pile the green cylinder on the blue block"),
    ("stack", "held_out", "pick up the green cylinder and set it on top of the blue block"),
    ("spatial", "seen", "please grasp the ball nearest to you"),
    ("spatial", "held_out", "take hold of the ball that is nearest to you now"),
    ("sort_by_colour", "seen",
     "sort by colour , green in the red bowl and purple on the red plate"),
    ("sort_by_colour", "held_out",
     "put all green things in the red bowl and all purple things on the red plate"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "phrasing", "said"), ENGLISH)
def test_english_is_unchanged(name, phrasing, said) -> None:
    assert sample_episode(name, 1_000_000, "all", phrasing).instruction == said


def test_other_english_is_unchanged() -> None:
    assert swapped_episode("reach", 1_000_000)[0].instruction == (
        "robot , move your hand over the red cylinder"
    )
    absent = absent_episode("place_in", 1_000_000, "all", "held_out")
    assert absent.instruction == "pick up the yellow cylinder and drop it in the purple bowl"
    for split, said in (
        ("train", ["please what is a shoes", "please who made the blue cylinder"]),
        ("held_out", ["whistle a tune", "please well done", "please how far is the moon"]),
    ):
        rng = np.random.default_rng(5)
        assert [non_task_sentence(rng, split) for _ in said] == said
