"""What the brain is taught to think: the target, where it is, the step that comes next, and where
the hand goes for it.

Where a sentence describes the target instead of naming it, the first thought says how, names what
things are compared with, and all that could be meant, with their places and a number of how well
each fits, before it decides. Where several things are to be put somewhere, it names them all, where
each belongs and whether it is there, before it takes one.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from brain.prompts import locate, location_bin, yaw_bin
from episodes.vocabulary import COLOURS, KINDS, Step, by_name, thing_name
from sim.tasks import Goal
from sim.tasks.relations import NONE, Description, fit

VERBS = {
    "reach": "reach {target}",
    "pick": "pick {target}",
    "place_in": "put {target} into {destination}",
    "stack": "stack {target} on {destination}",
    "spatial": "pick {target}",
    "sort_by_colour": "put {target} into {destination}",
    "open_drawer": "open {target}",
    "close_drawer": "close {target}",
    "press_button": "press {target}",
    "turn_knob": "turn {target} {way}",
    "push_to": "push {target} to {destination}",
    "follow": "follow {target}",
}
WAYS = ("left", "right")
WITHIN = 0.05  # m from the middle of what it is in
ON_PLATE = 0.07  # m from the middle of the plate that it is on: short of its edge
NOT_A_TASK = "this is not a task for me . refuse"


def place_tokens(x: float, y: float) -> str:
    """Two place tokens for a point of the base frame, m."""
    i, j = locate(x, y)
    return f"<loc_{i}> <loc_{j}>"


def turn_token(yaw: float) -> str:
    """The token of a hand's yaw, rad; half a turn is the same."""
    return f"<yaw_{yaw_bin(yaw)}>"


def named(objects: NDArray[np.float32], index: int) -> str:
    """ "red cube" for row `index` of an objects array."""
    return thing_name(int(objects[index, 0]), int(objects[index, 1]))


def placed(objects: NDArray[np.float32], index: int, shift: Sequence[float] = (0.0, 0.0)) -> str:
    """ "red cube <loc_i> <loc_j>", the place shifted by (x, y) m."""
    x, y = objects[index, 2] + shift[0], objects[index, 3] + shift[1]
    return f"{named(objects, index)} {place_tokens(float(x), float(y))}"


def thought(
    task: str,
    objects: NDArray[np.float32],
    goal: Goal,
    step: Step,
    missed: bool = False,
    shifts: NDArray[np.float64] | None = None,
    described: Description | None = None,
    parts: Sequence[Goal] = (),
    aim: NDArray[np.float64] | None = None,
) -> str:
    """The thought of `step` of `task`.

    Args:
        shifts: (2, 2) m, displaces the places it tells: of target and destination.
        described: how the sentence describes the target, at the first thought about it.
        parts: all that is asked for, where it is several things and one is to be chosen.
        aim: x, y (m) and yaw (rad) of the hand where it goes.
    """
    shifts = np.zeros((2, 2)) if shifts is None else shifts
    destination = placed(objects, goal.destination, shifts[1]) if goal.destination >= 0 else ""
    body = VERBS[task].format(
        target=placed(objects, goal.target, shifts[0]), destination=destination,
        way=WAYS[goal.slot] if task == "turn_knob" else "",
    )  # fmt: skip
    reasons = "" if described is None else f"{compared(objects, described)} . "
    if parts:
        reasons = f"{whereabouts(objects, parts)} . "
    end = ""
    if aim is not None and step is not Step.DONE:
        # the turn comes first: it says which way is pulled and pushed, and so where that ends
        end = f" {turn_token(float(aim[2]))} {place_tokens(float(aim[0]), float(aim[1]))}"
    return f"{'missed . ' if missed else ''}{reasons}{body} . next {step.name.lower()}{end}"


def compared(objects: NDArray[np.float32], described: Description) -> str:
    """The relation and the reference; then all that `described` could mean, in the order of the
    words for their colours, each with a number that is greatest of what is meant."""
    rows = by_name(objects, np.flatnonzero(objects[:, 0] == KINDS.index(described.kind)))
    fits = fit(objects, described)
    parts = [
        f"{placed(objects, int(row))} <loc_{location_bin(fits[row], 0.0, 1.0)}>" for row in rows
        if row != described.reference
    ]  # fmt: skip
    if described.reference != NONE:
        than = placed(objects, described.reference)
    else:
        than = " ".join(COLOURS[colour] for colour in described.colours)
    return " , ".join([f"{described.relation} {than}".strip(), *parts])


def whereabouts(objects: NDArray[np.float32], parts: Sequence[Goal]) -> str:
    """The targets of `parts`, and of each where it belongs and whether it is in or on that.

    Both places are told before "in" or "out": a brain that told only the thing's said of all that
    belongs into a bowl what was true of the first.
    """
    told = (
        f"{placed(objects, part.target)} {placed(objects, part.destination)} "
        f"{'in' if lies_in(objects, part) else 'out'}"
        for part in parts
    )
    return " , ".join(told)


def lies_in(objects: NDArray[np.float32], part: Goal) -> bool:
    """Whether the target of `part` is over its destination, and in no hand."""
    here, there = objects[part.target], objects[part.destination]
    within = ON_PLATE if int(there[0]) == KINDS.index("plate") else WITHIN
    return bool(np.hypot(*(here[2:4] - there[2:4])) < within and here[9] < 0.5)


def absent(colour: str, kind: str) -> str:
    """The refusal when the named object is not in view."""
    return f"there is no {colour} {kind} here . refuse"
