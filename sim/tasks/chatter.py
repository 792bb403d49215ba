"""Sentences that are no task here: small talk, other people's chores, odd verbs.

Training and held-out lists share no sentence and no template, only everyday words.
"""

from itertools import product
from typing import TypeVar

import numpy as np

from sim.worlds.scene import TRAIN_PAIRS

T = TypeVar("T")

_TRAIN_PLAIN = (
    "what is the weather", "sing a song", "tell me a joke", "what time is it", "how are you",
    "good morning", "hello", "who are you", "where do you live", "dance for me", "call my mother",
    "turn on the light", "play some music", "stop the music", "read the news", "go to sleep",
    "make me a coffee", "cook dinner", "what is your name", "how old are you", "thank you",
    "write a letter", "count to ten", "take a break", "do a flip", "wave at me", "walk the dog",
    "what day is it", "tell me a story", "order a pizza", "i am tired", "it is cold in here",
    "nice work", "what is two plus two", "spell your name", "look out of the window",
)  # fmt: skip
_TRAIN_VERBS = (
    "open", "close", "clean", "paint", "wash", "fix", "lock", "find", "sell", "count", "kick",
    "hide", "break", "draw", "describe", "measure", "cut", "dry", "eat", "taste", "smell",
    "decorate", "rent", "guard", "follow", "forget", "rename", "weigh", "wrap", "unlock",
    "explain", "admire", "steal", "plant", "dig", "tie", "squeeze", "scratch", "hammer", "mail",
)  # fmt: skip
_TRAIN_THINGS = (
    "window", "door", "drawer", "kitchen", "car", "towel", "shirt", "floor", "lamp", "chair",
    "bottle", "phone", "roof", "fence", "carpet", "boat", "tree", "cake", "soup", "letter",
    "wall", "box", "train", "horse", "shoes", "computer", "gate", "oven", "picture", "clock",
)  # fmt: skip
_TRAIN_OBJECT = (
    "{v} the {o}", "{v} the {o}", "{v} the {o}", "{v} the {o} and the {d}", "{v} my {o}",
    "what do you think of the {o}", "{v} the {o} with the {d}", "who made the {o}",
    "throw the {o} out of the window", "is the {o} expensive", "why is the {o} here",
    "do you like the {o}", "the {o} is nice", "{v} the {o} in the kitchen",
)  # fmt: skip
_TRAIN_OPEN = (
    "what is a {t}", "who owns the {t}", "why is the {t} so old", "when does the {t} open",
    "do you have a {t}", "i need a {t}", "i {v} my {t}", "how do i {v} a {t}", "my {t} is broken",
    "{v} a {t}", "{v} my {t}", "{v} the {t}", "{v} the {t}", "did you {v} the {t}", "buy a new {t}",
    "let us {v} something", "where did i leave my {t}", "{v} it for me", "never {v} a {t}",
    "please do not {v} the {t}", "teach my {t} to {v}", "how big is a {t}", "{v} and {v} again",
)  # fmt: skip
_HELD_PLAIN = (
    "what is the capital of france", "whistle a tune", "what is for lunch", "how is your day",
    "good night", "see you later", "do you like music", "phone my sister", "switch off the radio",
    "bake some bread", "run around the house", "write a poem", "what year is it",
    "how far is the moon", "teach me to swim", "book a flight", "i am hungry", "it is raining",
    "well done", "what is seven times six", "jump up and down", "make the bed", "feed the cat",
)  # fmt: skip
_HELD_VERBS = ("fold", "iron", "repair", "water", "polish", "sweep")
_HELD_THINGS = ("towel", "garden", "curtain", "bicycle", "kitchen", "shirt", "stairs")
_HELD_OBJECT = ("cook the {o}", "burn the {o}", "melt the {o}", "photograph the {o}", "buy the {o}")


_ONSETS = ("b", "br", "c", "ch", "d", "f", "fl", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "ph",
           "pl", "r", "s", "sh", "sw", "t", "tr", "v", "w", "wh")  # fmt: skip
_VOWELS = ("a", "e", "i", "o", "u", "ea", "oo", "ai", "ou", "ie")
_ENDS = ("", "d", "ld", "lt", "m", "n", "nd", "ng", "p", "r", "rn", "s", "sh", "ss", "t", "te",
         "ter", "ve", "y")  # fmt: skip
_INVENTED = 0.4  # share of training's verbs and things that are no word of any language


def sentences(split: str) -> tuple[str, ...]:
    """All plain sentences and chores of a split, "train" or "held_out".

    Training draws many more, of open templates (see `non_task_sentence`).
    """
    if split not in ("train", "held_out"):
        raise ValueError(f"split must be train or held_out, got {split!r}")
    train = split == "train"
    verbs, things = (_TRAIN_VERBS, _TRAIN_THINGS) if train else (_HELD_VERBS, _HELD_THINGS)
    chores = tuple(f"{verb} the {thing}" for verb, thing in product(verbs, things))
    return (_TRAIN_PLAIN if train else _HELD_PLAIN) + chores


def non_task_sentence(rng: np.random.Generator, split: str = "train") -> str:
    """A random sentence that asks for nothing this robot can do.

    Training's sentences have invented verbs and things among the real ones: what is to be learnt
    is that an unknown verb is no task, not a list of verbs.
    """
    text = _training_sentence(rng) if split == "train" else _held_out_sentence(rng)
    return f"please {text}" if rng.random() < 0.1 else text


def _training_sentence(rng: np.random.Generator) -> str:
    draw = rng.random()
    if draw < 0.2:
        return _one(rng, _TRAIN_PLAIN)
    text = _one(rng, _TRAIN_OBJECT if draw < 0.6 else _TRAIN_OPEN)
    for slot, words in (("{v}", _TRAIN_VERBS), ("{t}", _TRAIN_THINGS)):
        while slot in text:
            invent = rng.random() < _INVENTED
            text = text.replace(slot, _invented(rng) if invent else _one(rng, words), 1)
    for slot in ("{o}", "{d}"):
        text = text.replace(slot, " ".join(_one(rng, TRAIN_PAIRS)))
    return text


def _held_out_sentence(rng: np.random.Generator) -> str:
    plain = sentences("held_out")
    draw = rng.random()
    if draw < 0.25:
        pair = " ".join(_one(rng, TRAIN_PAIRS))
        return _one(rng, _HELD_OBJECT).replace("{o}", pair)
    return _one(rng, _HELD_PLAIN) if draw < 0.6 else _one(rng, plain)


def _one(rng: np.random.Generator, options: tuple[T, ...]) -> T:
    return options[rng.integers(len(options))]


def _invented(rng: np.random.Generator) -> str:
    """A word of one or two syllables that is unlikely to mean anything; never one held out."""
    while True:
        parts = (_ONSETS, _VOWELS, _ENDS) * int(rng.integers(1, 3))
        word = "".join(_one(rng, part) for part in parts)
        if len(word) > 2 and word not in _RESERVED:
            return word


_RESERVED = frozenset(" ".join((*_HELD_PLAIN, *_HELD_OBJECT, *_HELD_VERBS, *_HELD_THINGS)).split())
