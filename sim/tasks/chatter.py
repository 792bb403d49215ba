"""Sentences that are no task here: small talk, other people's chores, odd verbs.

Training and held-out lists share no sentence and no template, only everyday words.
"""

from itertools import product

import numpy as np

from sim.worlds.scene import TRAIN_PAIRS

_TRAIN_PLAIN = (
    "what is the weather", "sing a song", "tell me a joke", "what time is it", "how are you",
    "good morning", "hello", "who are you", "where do you live", "dance for me", "call my mother",
    "turn on the light", "play some music", "stop the music", "read the news", "go to sleep",
    "make me a coffee", "cook dinner", "what is your name", "how old are you", "thank you",
    "write a letter", "count to ten", "take a break", "do a flip", "wave at me", "walk the dog",
    "what day is it", "tell me a story", "order a pizza", "i am tired", "it is cold in here",
    "nice work", "what is two plus two", "spell your name", "look out of the window",
)  # fmt: skip
_TRAIN_VERBS = ("open", "close", "clean", "paint", "wash", "fix", "lock", "find")
_TRAIN_THINGS = ("window", "door", "drawer", "kitchen", "car", "towel", "shirt", "floor")
_TRAIN_OBJECT = (
    "paint the {o}", "eat the {o}", "wash the {o}", "break the {o}", "sell the {o}",
    "what do you think of the {o}", "draw the {o}", "throw the {o} out of the window",
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


def sentences(split: str) -> tuple[str, ...]:
    """All sentences without an object's name; `split` is "train" or "held_out"."""
    if split not in ("train", "held_out"):
        raise ValueError(f"split must be train or held_out, got {split!r}")
    train = split == "train"
    verbs, things = (_TRAIN_VERBS, _TRAIN_THINGS) if train else (_HELD_VERBS, _HELD_THINGS)
    chores = tuple(f"{verb} the {thing}" for verb, thing in product(verbs, things))
    return (_TRAIN_PLAIN if train else _HELD_PLAIN) + chores


def non_task_sentence(rng: np.random.Generator, split: str = "train") -> str:
    """A random sentence that asks for nothing this robot can do."""
    plain = sentences(split)
    draw = rng.random()
    if draw < 0.25:
        options = _TRAIN_OBJECT if split == "train" else _HELD_OBJECT
        colour, kind = TRAIN_PAIRS[rng.integers(len(TRAIN_PAIRS))]
        text = options[rng.integers(len(options))].replace("{o}", f"{colour} {kind}")
    elif draw < 0.6:
        own = len(_TRAIN_PLAIN if split == "train" else _HELD_PLAIN)
        text = plain[rng.integers(own)]
    else:
        text = plain[rng.integers(len(plain))]
    return f"please {text}" if rng.random() < 0.1 else text
