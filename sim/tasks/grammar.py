"""Sentences for goals: several phrasings a task, some of them held out of training.

The words themselves are in :mod:`sim.tasks.languages`.
"""

from collections.abc import Sequence

import numpy as np

from episodes.splits import ALL_PAIRS
from episodes.vocabulary import CONTAINERS, GRASPABLE, MOVABLE, STACKABLE, Pair
from sim.tasks.base import Goal
from sim.tasks.chatter import non_task_sentence
from sim.tasks.languages import PLAIN, UnknownLanguageError, Wording
from sim.worlds.scene import Scene, SceneError

__all__ = [
    "KINDS_OF", "absent_instruction", "fill", "name_of", "non_task_sentence", "of_phrasing",
    "phrase", "polite", "say", "templates",
]  # fmt: skip


def templates(task: str, wording: Wording) -> tuple[str, ...]:
    """Templates of `task`.

    Raises:
        UnknownLanguageError: there are none in this language.
    """
    words = wording.words
    if task not in words.seen:
        raise UnknownLanguageError(
            f"no sentences of {task} in {wording.language!r}; add them to the language's file in "
            f"sim/tasks/languages, which has those of {', '.join(words.seen)}"
        )
    return of_phrasing(wording, words.seen[task], words.held_out[task])


def of_phrasing(wording: Wording, seen: tuple[str, ...], held: tuple[str, ...]) -> tuple[str, ...]:
    """Those of "seen", of "held_out" or of "all"."""
    return {"seen": seen, "held_out": held, "all": seen + held}[wording.phrasing]


def phrase(
    task: str, scene: Scene, goal: Goal, rng: np.random.Generator, wording: Wording = PLAIN
) -> str:
    """A sentence without a full stop that asks for `goal`."""
    target = scene.objects[goal.target].pair
    there = scene.objects[goal.destination].pair if goal.destination >= 0 else None
    return say(rng, task, target, there, wording, goal.slot)


def absent_instruction(
    task: str,
    scene: Scene,
    rng: np.random.Generator,
    wording: Wording = PLAIN,
    pool: Sequence[Pair] = ALL_PAIRS,
) -> str:
    """A sentence of `task` whose target, or now and then destination, is not in `scene`."""
    kinds, ends = KINDS_OF[task]
    here = [item.pair for item in scene.objects]

    def draw(fitting: Sequence[str], present: bool) -> Pair | None:
        options = [p for p in pool if p[1] in fitting and (p in here) is present]
        return options[rng.integers(len(options))] if options else None

    there = draw(ends, True) if ends else None
    if there is not None and rng.random() < 0.3:
        target, gone = draw(kinds, True), draw(ends, False)
        if target is not None and gone is not None and gone != target:
            return say(rng, task, target, gone, wording)
    target = draw(kinds, False)
    if target is None:
        raise SceneError(f"every {' or '.join(kinds)} of the pool is on the table")
    if ends and there is None:
        there = draw(ends, False)
    return say(rng, task, target, there, wording)


def name_of(pair: Pair, rng: np.random.Generator | None = None, wording: Wording = PLAIN) -> str:
    """ "red cube"; with `rng` now and then a synonym."""
    return wording.words.name(pair, rng)


# Task -> (kinds that may be its target, kinds that may be its destination).
KINDS_OF: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "reach": (MOVABLE, ()),
    "pick": (GRASPABLE, ()),
    "place_in": (GRASPABLE, CONTAINERS),
    "stack": (STACKABLE, STACKABLE),
    "open_drawer": (("drawer",), ()),
    "close_drawer": (("drawer",), ()),
    "press_button": (("button",), ()),
    "turn_knob": (("knob",), ()),
    "follow": (GRASPABLE, ()),
    "push_to": (STACKABLE, MOVABLE),
}


def say(
    rng: np.random.Generator, task: str, target: Pair, there: Pair | None,
    wording: Wording = PLAIN, slot: int = 0,
) -> str:  # fmt: skip
    """A random sentence of `task` for the (colour, kind) of its target and destination.

    Args:
        slot: of the goal, see :class:`sim.tasks.base.Goal`.
    """
    options = templates(task, wording)
    text = options[rng.integers(len(options))]
    text = text.replace("{o}", name_of(target, rng, wording))
    text = fill(text, there, wording, int(rng.integers(3)))
    if there is not None:
        text = text.replace("{d}", name_of(there, rng, wording))
    if "{w}" in text:
        text = text.replace("{w}", tuple(wording.words.ways.values())[slot])
    return polite(rng, text, wording)


def fill(text: str, there: Pair | None, wording: Wording, choice: int = 0, side: str = "") -> str:
    """`text` with "in", "into" or the like in the slots of a destination.

    Args:
        choice: which of three, the first being the plainest. side: at the end of slots' names.
    """
    words = wording.words
    slots = words.inside if there is not None and there[1] == "bowl" else words.onto
    for slot, options in slots.items():
        text = text.replace(f"{{{slot}{side}}}", options[choice])
    return text


def polite(rng: np.random.Generator, text: str, wording: Wording = PLAIN) -> str:
    """`text`, now and then with a "please" or the like before or after it."""
    words = wording.words
    draw = rng.random()
    if draw < 0.15:
        text = words.before[rng.integers(len(words.before))] + text
    elif draw < 0.25:
        text += words.after[rng.integers(len(words.after))]
    return text
