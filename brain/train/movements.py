"""Drills of how things are moved: which way a push goes, where a handle ends, how a knob turns.

    "push red cube to blue bowl"      -> <yaw_i>                  (along the way between them)
    "<loc_i> <loc_j> <loc_k> <loc_l>" -> <yaw_m>                  (the same of any two places)
    "open red drawer"                 -> <yaw_i> <loc_j> <loc_k>  (its axis, and how far to pull)
    "turn red knob left"              -> <yaw_i> <yaw_j>          (as it is, and as it shall be)
    "<yaw_i> left"                    -> <yaw_j>                  (the same of any turn)

A brain whose places were right in 97 % of held-out lessons pushed along base y whatever was
asked (two tenths right, hardly more than by chance), drew drawers askew (six tenths) and turned
knobs too little or too far (three tenths): few lessons tell a direction, and none asks for
nothing else.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from brain.prompts import place_ids, turn_id
from brain.tokenizer import Vocabulary
from episodes.vocabulary import KINDS, PLACE_X, PLACE_Y, STACKABLE, thing_name

VERBS = {"open": 0.082, "close": -0.012}
"""m, how far out of its case a drawer's handle is taken (as `sim.tasks.drawers`)."""
TURNS = {"left": 1.15, "right": -1.15}
"""rad that a knob is turned (as `sim.tasks.turn_knob`)."""
WORDS = " ".join(("push", "to", "turn", *VERBS, *TURNS))
PUSHED = tuple(KINDS.index(kind) for kind in STACKABLE)
DRAWER, KNOB = KINDS.index("drawer"), KINDS.index("knob")
AT_REST = 0.05  # rad
APART = 0.08  # m, of two places between which a direction is told
PAIRS = 2  # pairs of any places, a picture
Drill = tuple[list[int], list[int]]  # question and reply


def movements(
    objects: NDArray[np.float32],
    shown: NDArray[np.bool_],
    vocabulary: Vocabulary,
    rng: np.random.Generator,
) -> Iterator[Drill]:
    """Drills of one picture.

    Args:
        objects: (6, 10), see `scene.objects`. shown: (6,) those that the picture shows.
    """

    def called(k: int) -> str:
        return thing_name(int(objects[k, 0]), int(objects[k, 1]))

    spot, turn = partial(place_ids, vocabulary), partial(turn_id, vocabulary)
    kinds = objects[:, 0].astype(int)
    there = [int(k) for k in np.flatnonzero(shown)]
    firsts = [k for k in there if kinds[k] in PUSHED]
    pairs = [(a, b) for a in firsts for b in there if b != a and kinds[b] != DRAWER]
    pairs = [(a, b) for a, b in pairs if _apart(objects[a, 2:4], objects[b, 2:4]) > APART]
    if pairs:
        a, b = pairs[int(rng.integers(len(pairs)))]
        question = vocabulary.encode(f"push {called(a)} to {called(b)}")
        yield question, [turn(heading(objects[a, 2:4], objects[b, 2:4]))]
    low, high = zip(PLACE_X, PLACE_Y, strict=True)
    for start, end in rng.uniform(low, high, (PAIRS, 2, 2)):
        if _apart(start, end) > APART:
            yield [*spot(*start), *spot(*end)], [turn(heading(start, end))]
    way = list(TURNS)[int(rng.integers(2))]
    yaw = float(rng.uniform(-np.pi / 2, np.pi / 2))
    yield [turn(yaw), *vocabulary.encode(way)], [turn(yaw + TURNS[way])]
    for k in there:
        if kinds[k] == KNOB and abs(objects[k, 6]) < AT_REST:
            yaw = float(objects[k, 5])
            question = vocabulary.encode(f"turn {called(k)} {way}")
            yield question, [turn(yaw), turn(yaw + TURNS[way])]
        if kinds[k] == DRAWER:
            verb = list(VERBS)[int(rng.integers(2))]
            yaw = float(objects[k, 5])
            reply = [turn(yaw), *spot(*handle_end(objects[k], VERBS[verb]))]
            yield vocabulary.encode(f"{verb} {called(k)}"), reply


def heading(start: NDArray[np.floating], end: NDArray[np.floating]) -> float:
    """Yaw, rad, of the way from one place to another (x, y m)."""
    return float(np.arctan2(end[1] - start[1], end[0] - start[0]))


def handle_end(drawer: NDArray[np.floating], out: float) -> NDArray[np.float64]:
    """(2,) x, y in m of the handle of `drawer` (10,) when it is `out` m out of its case."""
    x, y, yaw, moved = (float(drawer[k]) for k in (2, 3, 5, 6))
    return np.array([x, y]) + (out - moved) * np.array([np.cos(yaw), np.sin(yaw)])


def _apart(start: NDArray[np.floating], end: NDArray[np.floating]) -> float:
    return float(np.linalg.norm(end - start))
