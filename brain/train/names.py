"""The words for the ids in `scene.objects`, and their order."""

import numpy as np
from numpy.typing import NDArray

KINDS = ("cube", "ball", "cylinder", "bowl", "plate", "drawer", "button", "knob")
COLOURS = ("red", "green", "blue", "yellow", "purple", "orange")


def name(kind: int, colour: int) -> str:
    """`red cube` for the ids of kind and colour."""
    return f"{COLOURS[colour]} {KINDS[kind]}"


def by_name(objects: NDArray[np.floating], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """`rows` of `objects` in the order of the words for their colours, then for their kinds."""
    return rows[np.lexsort((objects[rows, 0], objects[rows, 1]))]
