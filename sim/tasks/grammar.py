"""Sentences for goals: several phrasings a task, a fixed fifth of them held out of training."""

from collections.abc import Sequence

import numpy as np

from sim.tasks.base import Goal
from sim.tasks.chatter import non_task_sentence
from sim.worlds.scene import ALL_PAIRS, Pair, Scene

__all__ = [
    "HELD_OUT_PHRASINGS", "KINDS_OF", "PHRASINGS", "absent_instruction", "name_of",
    "non_task_sentence",
    "phrase", "say", "templates",
]  # fmt: skip

# {o}: the target; {d}: the destination; {in}: into or onto, as the destination asks.
PHRASINGS: dict[str, tuple[str, ...]] = {
    "reach": (
        "reach the {o}", "touch the {o}", "go to the {o}", "move to the {o}", "point at the {o}",
        "hover over the {o}", "move your hand over the {o}", "go above the {o}",
        "approach the {o}", "bring the gripper to the {o}", "reach for the {o}",
        "hold your hand over the {o}",
    ),
    "pick": (
        "pick up the {o}", "grab the {o}", "lift the {o}", "take the {o}", "pick the {o}",
        "grasp the {o}", "raise the {o}", "pick the {o} up", "lift up the {o}",
        "grab the {o} and lift it", "take the {o} off the table", "get the {o}",
    ),
    "place_in": (
        "put the {o} {in} the {d}", "place the {o} {in} the {d}", "drop the {o} {in} the {d}",
        "move the {o} {in} the {d}", "set the {o} {in} the {d}", "lay the {o} {in} the {d}",
        "pick up the {o} and put it {in} the {d}", "grab the {o} and drop it {in} the {d}",
        "bring the {o} to the {d}", "the {o} goes {in} the {d}",
        "take the {o} and place it {in} the {d}", "transfer the {o} to the {d}",
    ),
    "stack": (
        "stack the {o} on the {d}", "put the {o} on top of the {d}", "place the {o} on the {d}",
        "set the {o} on top of the {d}", "stack the {o} on top of the {d}",
        "put the {o} on the {d}", "build a tower with the {o} on the {d}",
        "pick up the {o} and stack it on the {d}", "pile the {o} on the {d}",
        "balance the {o} on the {d}", "move the {o} on top of the {d}",
        "take the {o} and put it on the {d}",
    ),
    "open_drawer": (
        "open the {o}", "pull the {o} open", "pull out the {o}", "draw the {o} open",
        "slide the {o} open", "open up the {o}", "pull open the {o}", "get the {o} open",
    ),
    "close_drawer": (
        "close the {o}", "push the {o} shut", "push in the {o}", "shut the {o}",
        "slide the {o} shut", "close up the {o}", "push the {o} closed", "get the {o} closed",
    ),
    "press_button": (
        "press the {o}", "push the {o}", "press down the {o}", "hit the {o}",
        "press on the {o}", "push down the {o}", "hold down the {o}", "press the {o} down",
    ),
    "turn_knob": (
        "turn the {o} to the {w}", "turn the {o} {w}", "rotate the {o} to the {w}",
        "twist the {o} to the {w}", "rotate the {o} {w}", "twist the {o} {w}",
        "give the {o} a turn to the {w}", "grab the {o} and turn it {w}",
    ),
    "push_to": (
        "push the {o} to the {d}", "slide the {o} to the {d}", "push the {o} next to the {d}",
        "slide the {o} next to the {d}", "shove the {o} over to the {d}",
        "push the {o} over to the {d}", "push the {o} towards the {d}",
        "move the {o} next to the {d} without lifting it",
    ),
}  # fmt: skip
HELD_OUT_PHRASINGS: dict[str, tuple[str, ...]] = {
    "reach": ("move the gripper to the {o}", "go over to the {o}", "hold the gripper over the {o}"),
    "pick": ("take hold of the {o} and lift it", "grab the {o} off the table", "raise up the {o}"),
    "place_in": (
        "grab the {o} and put it {in} the {d}", "take the {o} to the {d}",
        "pick up the {o} and drop it {in} the {d}",
    ),
    "stack": (
        "place the {o} on top of the {d}", "grab the {o} and stack it on the {d}",
        "pick up the {o} and set it on top of the {d}",
    ),
    "open_drawer": ("slide out the {o}", "pull the {o} out"),
    "close_drawer": ("slide in the {o}", "push shut the {o}"),
    "press_button": ("push the {o} down", "give the {o} a push"),
    "turn_knob": ("grab the {o} and twist it to the {w}", "give the {o} a twist to the {w}"),
    "push_to": ("shove the {o} next to the {d}", "slide the {o} over to the {d}"),
}  # fmt: skip
WAYS = ("left", "right")  # of turning, by the goal's slot
_BEFORE = ("please ", "now ", "can you ", "robot , ")
_AFTER = (" please", " now")
NOUNS = {
    "cube": ("cube", "cube", "block"), "ball": ("ball", "ball", "sphere"),
    "cylinder": ("cylinder", "cylinder", "can"), "bowl": ("bowl",), "plate": ("plate",),
    "drawer": ("drawer",), "button": ("button",), "knob": ("knob", "knob", "dial"),
}  # fmt: skip


def templates(task: str, phrasing: str) -> tuple[str, ...]:
    """Templates of `task`: "seen", "held_out" or "all"."""
    return of_phrasing(phrasing, PHRASINGS[task], HELD_OUT_PHRASINGS[task])


def of_phrasing(phrasing: str, seen: tuple[str, ...], held: tuple[str, ...]) -> tuple[str, ...]:
    """Those of "seen", of "held_out" or of "all"."""
    try:
        return {"seen": seen, "held_out": held, "all": seen + held}[phrasing]
    except KeyError:
        raise ValueError(f"phrasing must be seen, held_out or all, got {phrasing!r}") from None


def phrase(
    task: str, scene: Scene, goal: Goal, rng: np.random.Generator, phrasing: str = "seen"
) -> str:
    """A sentence, in lower case without a full stop, that asks for `goal`."""
    target = scene.objects[goal.target].pair
    there = scene.objects[goal.destination].pair if goal.destination >= 0 else None
    return say(rng, task, target, there, phrasing, goal.slot)


def absent_instruction(
    task: str,
    scene: Scene,
    rng: np.random.Generator,
    phrasing: str = "seen",
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
            return say(rng, task, target, gone, phrasing)
    target = draw(kinds, False)
    if target is None:
        raise ValueError(f"every {' or '.join(kinds)} of the pool is on the table")
    if ends and there is None:
        there = draw(ends, False)
    return say(rng, task, target, there, phrasing)


def name_of(pair: Pair, rng: np.random.Generator | None = None) -> str:
    """ "red cube"; with `rng` now and then a synonym."""
    colour, kind = pair
    nouns = NOUNS[kind]
    return f"{colour} {kind if rng is None else nouns[rng.integers(len(nouns))]}"


# Task -> (kinds that may be its target, kinds that may be its destination).
KINDS_OF: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "reach": (("cube", "ball", "cylinder", "bowl", "plate"), ()),
    "pick": (("cube", "ball", "cylinder"), ()),
    "place_in": (("cube", "ball", "cylinder"), ("bowl", "plate")),
    "stack": (("cube", "cylinder"), ("cube", "cylinder")),
    "open_drawer": (("drawer",), ()),
    "close_drawer": (("drawer",), ()),
    "press_button": (("button",), ()),
    "turn_knob": (("knob",), ()),
    "push_to": (("cube", "cylinder"), ("cube", "ball", "cylinder", "bowl", "plate")),
}


def say(
    rng: np.random.Generator,
    task: str,
    target: Pair,
    there: Pair | None,
    phrasing: str,
    slot: int = 0,
) -> str:
    """A random sentence of `task` for the (colour, kind) of its target and destination.

    Args:
        slot: of the goal, see :class:`sim.tasks.base.Goal`.
    """
    options = templates(task, phrasing)
    text = options[rng.integers(len(options))]
    inside = there is not None and there[1] == "bowl"
    words = ("in", "in", "into") if inside else ("on", "on", "onto")
    text = text.replace("{o}", name_of(target, rng)).replace("{in}", words[rng.integers(3)])
    if there is not None:
        text = text.replace("{d}", name_of(there, rng))
    if "{w}" in text:
        text = text.replace("{w}", WAYS[slot])
    return polite(rng, text)


def polite(rng: np.random.Generator, text: str) -> str:
    """`text`, now and then with a "please" or the like before or after it."""
    draw = rng.random()
    if draw < 0.15:
        text = _BEFORE[rng.integers(len(_BEFORE))] + text
    elif draw < 0.25:
        text += _AFTER[rng.integers(len(_AFTER))]
    return text
