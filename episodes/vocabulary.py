"""What the tabletop's recordings, models and sentences call things.

Numbers stand in recordings and words in tokenizers, so what is new goes to the end of its list, and
nothing changes its place.
"""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Pair = tuple[str, str]  # (colour, kind)

MOVABLE = ("cube", "ball", "cylinder", "bowl", "plate")
FIXTURES = ("drawer", "button", "knob")  # they stand fast, and have a part that moves
KINDS = MOVABLE + FIXTURES
GRASPABLE = ("cube", "ball", "cylinder")
CONTAINERS = ("bowl", "plate")
STACKABLE = ("cube", "cylinder")
COLOURS = ("red", "green", "blue", "yellow", "purple", "orange")

TASK_LABELS = {"reach": 0, "pick": 1, "place_in": 2, "stack": 3, "stills": 4, "spatial": 5,
               "sort_by_colour": 6, "open_drawer": 7, "close_drawer": 8, "press_button": 9,
               "turn_knob": 10, "push_to": 11, "follow": 12}  # fmt: skip
STILLS = TASK_LABELS["stills"]  # unrelated pictures, which no task belongs to

# m, base frame: what the words for places tell apart. A waypoint codec covers the same unless it
# was fitted to plans that go further; a codec's own file says what it covers.
PLACE_X, PLACE_Y = (0.20, 0.75), (-0.32, 0.32)


class Step(IntEnum):
    """One keyframe of a plan."""

    ABOVE = 0
    GRASP = 1
    LIFT = 2
    CARRY = 3
    RELEASE = 4
    RETREAT = 5
    DONE = 6
    PRESS = 7
    PUSH = 8
    PULL = 9
    TURN = 10
    LOWER = 11
    FOLLOW = 12


def thing_name(kind: int, colour: int) -> str:
    """`red cube` for the ids of kind and colour."""
    return f"{COLOURS[colour]} {KINDS[kind]}"


def by_name(objects: NDArray[np.floating], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """`rows` of `objects` in the order of the words for their colours, then for their kinds.

    Args:
        objects: (N, 10) of the column `scene.objects`: kind and colour come first.
    """
    return rows[np.lexsort((objects[rows, 0], objects[rows, 1]))]
