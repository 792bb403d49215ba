"""Questions about a picture, and the right answers."""

import numpy as np
from numpy.typing import NDArray

from pontine.sentences import present_rows
from pontine.thoughts import named, place_tokens
from sim.worlds import COLOURS, KINDS

NUMBERS = ("no", "one", "two", "three", "four", "five", "six")


def question(objects: NDArray[np.float32], rng: np.random.Generator) -> tuple[str, str] | None:
    """Where a thing is, how many of a sort, what lies left of what; and the answer. None where
    that is not clear."""
    present = present_rows(objects)
    index = int(rng.choice(present))
    choice = rng.integers(4)
    if choice == 0:
        x, y = float(objects[index, 2]), float(objects[index, 3])
        return f"where is the {named(objects, index)}", place_tokens(x, y)
    if choice == 1:
        kind = KINDS[rng.integers(len(KINDS))]
        count = sum(KINDS[int(objects[i, 0])] == kind for i in present)
        return f"how many {kind}s are there", NUMBERS[count]
    if choice == 2:
        colour = COLOURS[rng.integers(len(COLOURS))]
        count = sum(COLOURS[int(objects[i, 1])] == colour for i in present)
        return f"how many {colour} things are there", NUMBERS[count]
    other = int(rng.choice(present))
    if other == index or abs(objects[other, 3] - objects[index, 3]) < 0.03:
        return None
    left, right = (index, other) if objects[index, 3] > objects[other, 3] else (other, index)
    pair = [named(objects, i) for i in rng.permutation([left, right])]
    text = f"which is further left the {pair[0]} or the {pair[1]}"
    return text, f"the {named(objects, left)}"
