"""What the brain is taught to think: the target, where it is, and the step that comes next.

Where a sentence describes the target instead of naming it, the first thought names all that could
be meant, with their places, and what they are compared with, before it decides.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from brain.prompts import locate
from sim.tasks import Goal, Step
from sim.tasks.relations import NONE, Description
from sim.worlds import COLOURS, KINDS

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
NOT_A_TASK = "this is not a task for me . refuse"


def place_tokens(x: float, y: float) -> str:
    """Two place tokens for a point of the base frame, m."""
    i, j = locate(x, y)
    return f"<loc_{i}> <loc_{j}>"


def named(objects: NDArray[np.float32], index: int) -> str:
    """ "red cube" for row `index` of an objects array."""
    return f"{COLOURS[int(objects[index, 1])]} {KINDS[int(objects[index, 0])]}"


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
) -> str:
    """The thought of `step` of `task`.

    Args:
        shifts: (2, 2) m, displaces the places it tells.
        described: how the sentence describes the target, at the first thought about it.
    """
    shifts = np.zeros((2, 2)) if shifts is None else shifts
    destination = placed(objects, goal.destination, shifts[1]) if goal.destination >= 0 else ""
    body = VERBS[task].format(
        target=placed(objects, goal.target, shifts[0]), destination=destination,
        way=WAYS[goal.slot] if task == "turn_knob" else "",
    )  # fmt: skip
    reasons = "" if described is None else f"{compared(objects, described)} . "
    return f"{'missed . ' if missed else ''}{reasons}{body} . next {step.name.lower()}"


def compared(objects: NDArray[np.float32], described: Description) -> str:
    """All that `described` could mean, from the robot's left to its right, and its reference."""
    rows = np.flatnonzero(objects[:, 0] == KINDS.index(described.kind))
    rows = rows[np.argsort(-objects[rows, 3])]
    parts = [placed(objects, int(row)) for row in rows if row != described.reference]
    if described.reference != NONE:
        parts.append(f"{described.relation} {placed(objects, described.reference)}")
    else:
        colours = " ".join(COLOURS[colour] for colour in described.colours)
        parts.append(f"{described.relation} {colours}".strip())
    return " , ".join(parts)


def absent(colour: str, kind: str) -> str:
    """The refusal when the named object is not in view."""
    return f"there is no {colour} {kind} here . refuse"
