"""Questions about a picture, and the right answers.

Some drill what thoughts need and tasks seldom ask: to list all things of a sort, each once, in the
order of their names; and where a moving part or a pushed thing is to end.
"""

import numpy as np
from numpy.typing import NDArray

from episodes.vocabulary import COLOURS, KINDS, MOVABLE, STACKABLE, Step, by_name
from pontine.suites.tabletop.sentences import NEAR, present_rows
from pontine.suites.tabletop.thoughts import named, place_tokens, placed, turn_token
from sim.tasks import TASKS, Goal

MOVES = {"open_drawer": "opened", "close_drawer": "shut"}
TURNED = ("drawer", "knob")  # which look the same half a turn on, or are gripped as if they did
NUMBERS = ("no", "one", "two", "three", "four", "five", "six")


def question(objects: NDArray[np.float32], rng: np.random.Generator) -> tuple[str, str] | None:
    """Where a thing is or would go, how it is turned, how many and which of a sort, what lies left
    of what; and the answer. None where that is not clear."""
    present = present_rows(objects)
    index = int(rng.choice(present))
    choice = rng.integers(8)
    if choice >= 6:
        return _which(objects, rng)
    if choice >= 4:
        return _end(objects, rng)
    if choice == 0 and KINDS[int(objects[index, 0])] in TURNED:
        return f"how is the {named(objects, index)} turned", turn_token(float(objects[index, 5]))
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


def _which(objects: NDArray[np.float32], rng: np.random.Generator) -> tuple[str, str] | None:
    """All of a kind in the order of the words for their colours; of a colour, for their kinds."""
    column, names = (0, KINDS) if rng.random() < 0.6 else (1, COLOURS)
    present = present_rows(objects)
    value = int(objects[int(rng.choice(present)), column])
    rows = by_name(objects, present[objects[present, column].astype(int) == value])
    told = f"{names[value]}s" if column == 0 else f"{names[value]} things"
    return f"which {told} are there", " , ".join(placed(objects, int(row)) for row in rows)


def _end(objects: NDArray[np.float32], rng: np.random.Generator) -> tuple[str, str] | None:
    """Where a drawer's handle ends; where a hand begins and ends that pushes a thing to another."""
    present = present_rows(objects)
    drawers = [int(row) for row in present if KINDS[int(objects[row, 0])] == "drawer"]
    rows = objects.astype(np.float64)
    if drawers and rng.random() < 0.7:
        row = int(rng.choice(drawers))
        task = TASKS[str(rng.choice(list(MOVES)))]
        moving = Step.PULL if task.name == "open_drawer" else Step.PUSH
        x, y, *_ = task.position(rows, Goal(row), moving)
        text = f"where is the {named(objects, row)} when it is {MOVES[task.name]}"
        return text, f"{turn_token(rows[row, 5])} {place_tokens(float(x), float(y))}"
    movable = [int(row) for row in present if KINDS[int(objects[row, 0])] in STACKABLE]
    others = [int(row) for row in present if KINDS[int(objects[row, 0])] in MOVABLE]
    if not movable:
        return None
    target, end = int(rng.choice(movable)), int(rng.choice(others))
    if target == end or np.hypot(*(rows[target, 2:4] - rows[end, 2:4])) < NEAR:
        return None
    push, goal = TASKS["push_to"], Goal(target, end)
    spots = [push.position(rows, goal, step)[:2] for step in (Step.LOWER, Step.PUSH)]
    text = (
        f"from where to where is the {named(objects, target)} pushed to the {named(objects, end)}"
    )
    way = np.arctan2(*(rows[end, 2:4] - rows[target, 2:4])[::-1])
    told = " to ".join(place_tokens(float(x), float(y)) for x, y in spots)
    return text, f"{turn_token(float(way))} {told}"
