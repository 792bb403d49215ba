"""Sentences that are no task here: small talk, other people's chores, odd verbs.

Training and held-out lists share no sentence and no template, only everyday words.
"""

from itertools import product
from typing import TypeVar

import numpy as np

from episodes.splits import TRAIN_PAIRS
from sim.tasks.languages import CHATTER, LANGUAGES, Chatter, Language, Wording

T = TypeVar("T")

_INVENTED = 0.4  # share of training's verbs and things that are no word of any language


def sentences(split: str, language: str = "en") -> tuple[str, ...]:
    """All plain sentences and chores of a split, "train" or "held_out".

    Training draws many more, of open templates (see `non_task_sentence`).

    Raises:
        ValueError: no such split. UnknownLanguageError: no such language.
    """
    if split not in ("train", "held_out"):
        raise ValueError(f"split must be train or held_out, got {split!r}")
    known = _chatter(language)
    plain, verbs, things = known.held_out_plain, known.held_out_verbs, known.held_out_things
    if split == "train":
        plain, verbs, things = known.plain, known.verbs, known.things
    chores = (
        known.chore.replace("{v}", v).replace("{t}", thing) for v, thing in product(verbs, things)
    )
    return (*plain, *chores)


def non_task_sentence(rng: np.random.Generator, split: str = "train", language: str = "en") -> str:
    """A random sentence that asks for nothing this robot can do.

    Training's sentences have invented verbs and things among the real ones: what is to be learnt
    is that an unknown verb is no task, not a list of verbs.

    Raises:
        UnknownLanguageError: no such language.
    """
    known, words = _chatter(language), LANGUAGES[language]
    if split == "train":
        text = _training_sentence(rng, known, words)
    else:
        text = _held_out_sentence(rng, known, words, sentences("held_out", language))
    return known.please + text if rng.random() < 0.1 else text


def _chatter(language: str) -> Chatter:
    return CHATTER[Wording(language=language).language]


def _training_sentence(rng: np.random.Generator, known: Chatter, words: Language) -> str:
    draw = rng.random()
    if draw < 0.2:
        return _one(rng, known.plain)
    text = _one(rng, known.about if draw < 0.6 else known.anything)
    for slot, options in (("{v}", known.verbs), ("{t}", known.things)):
        while slot in text:
            invent = rng.random() < _INVENTED
            text = text.replace(slot, _invented(rng, known) if invent else _one(rng, options), 1)
    for slot in ("{o}", "{d}"):
        text = text.replace(slot, words.name(_one(rng, TRAIN_PAIRS)))
    return text


def _held_out_sentence(
    rng: np.random.Generator, known: Chatter, words: Language, plain: tuple[str, ...]
) -> str:
    draw = rng.random()
    if draw < 0.25:
        name = words.name(_one(rng, TRAIN_PAIRS))
        return _one(rng, known.held_out_about).replace("{o}", name)
    return _one(rng, known.held_out_plain) if draw < 0.6 else _one(rng, plain)


def _one(rng: np.random.Generator, options: tuple[T, ...]) -> T:
    return options[rng.integers(len(options))]


def _invented(rng: np.random.Generator, known: Chatter) -> str:
    """A word of few syllables that is unlikely to mean anything; never one held out."""
    fewest, most = known.syllables
    while True:
        parts = known.syllable * int(rng.integers(fewest, most + 1))
        word = "".join(_one(rng, part) for part in parts)
        if len(word) >= known.shortest and word not in known.reserved:
            return word
