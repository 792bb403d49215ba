"""Stage 3b: short drills of what is where, made from the simulator's own labels.

    "red cube"          -> <loc_i> <loc_j>, or red cube <loc_i> <loc_j>
    "<loc_i> <loc_j>"   -> red cube
    "red cube <yaw_h>"  -> <yaw_i>              (how a hand that is turned so fits it)
    "green ball"        -> no                   (it is not there)
    "red", "cube"       -> <loc_i> <loc_j>      (the only red thing, the only cube)

and those of :mod:`brain.train.movements` and :mod:`brain.train.comparisons`. Attention, colour,
kind and read-out must form together before any dialogue makes sense; a drill is six tokens long
instead of fifty, so that this plateau is left several times sooner.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from brain.prompts import place_ids, turn_id
from brain.tokenizer import Vocabulary
from brain.train.comparisons import WORDS as COMPARING
from brain.train.comparisons import comparisons
from brain.train.dialogue import Batching, Dialogues, Features
from brain.train.instruct import fit_language_side
from brain.train.movements import WORDS as MOVING
from brain.train.movements import movements
from brain.train.rows import Rows
from brain.train.turns import fitting
from episodes.vocabulary import COLOURS, KINDS, thing_name
from learning.objective import Metrics
from learning.run import Run
from learning.schedule import Schedule

ABSENT = "no"
DRILL_WORDS = " ".join((*COLOURS, *KINDS, ABSENT, MOVING, COMPARING))


@dataclass(frozen=True)
class GroundingStage:
    """Projector and language model on drills, over the frozen encoder."""

    schedule: Schedule = field(default_factory=lambda: Schedule(minutes=8, learning_rate=2e-3))
    pictures: int = 16
    """Pictures a step."""


def drills(objects: NDArray[np.float32], vocabulary: Vocabulary, size: int, seed: int = 0) -> Rows:
    """Rows about every picture's visible objects, and two absent ones, from (N, 6, 10) labels.

    One of the absent ones has the colour of one object and the kind of another: to deny it, the two
    must be bound together.

    Only pairs of colour and kind that occur somewhere are named absent: a pair that training
    never shows must not be learnt as one that is never there.
    """
    rng = np.random.default_rng(seed)
    kinds, colours = objects[..., 0].astype(int), objects[..., 1].astype(int)
    known = sorted(set(zip(kinds[kinds >= 0].tolist(), colours[kinds >= 0].tolist(), strict=True)))
    words = {pair: vocabulary.encode(thing_name(*pair)) for pair in known}
    absent = vocabulary.encode(ABSENT)
    tokens: list[int] = []
    start, head, thought, picture = [0], [], [], []

    def add(row: int, question: list[int], reply: list[int]) -> None:
        tokens.extend([*question, vocabulary.think, *reply, vocabulary.thought_end])
        start.append(len(tokens))
        head.append(len(question))
        thought.append(len(reply) + 2)
        picture.append(row)

    half_words = [
        (ids, [vocabulary.encode(word) for word in names])
        for ids, names in ((kinds, KINDS), (colours, COLOURS))
    ]
    u, v = objects[..., 7], objects[..., 8]
    shown = (kinds >= 0) & (u >= 0) & (u < size) & (v >= 0) & (v < size)
    for row in range(len(objects)):
        present = set()
        for k in np.flatnonzero(kinds[row] >= 0):
            pair = (int(kinds[row, k]), int(colours[row, k]))
            present.add(pair)
            if shown[row, k]:
                spot = place_ids(vocabulary, *objects[row, k, 2:4])
                # half of the time as thoughts tell it: the name once more, then its place
                add(row, words[pair], words[pair] + spot if rng.random() < 0.5 else spot)
                if rng.random() < 0.3:
                    add(row, spot, words[pair])
                hand = rng.uniform(-np.pi / 2, np.pi / 2)
                turned = fitting(pair[0], float(objects[row, k, 5]), hand)
                if turned is not None:
                    question = [*words[pair], turn_id(vocabulary, hand)]
                    add(row, question, [turn_id(vocabulary, turned)])
        crossed = [(k, c) for k, _ in present for _, c in present if (k, c) not in present]
        crossed = [pair for pair in crossed if pair in words]
        for pool in (crossed or known, known):
            pair = pool[int(rng.integers(len(pool)))]
            if pair not in present:
                add(row, words[pair], absent)
        for ids, half in half_words:
            pick = int(rng.integers(len(half)))
            found = np.flatnonzero((ids[row] == pick) & (kinds[row] >= 0))
            if not len(found):
                add(row, half[pick], absent)
            elif len(found) == 1 and shown[row, found[0]]:
                add(row, half[pick], place_ids(vocabulary, *objects[row, found[0], 2:4]))
        for asks in (movements, comparisons):
            for question, reply in asks(objects[row], shown[row], vocabulary, rng):
                add(row, question, reply)
    return Rows(
        np.array(tokens, np.int32), np.array(start, np.int64), np.array(head, np.int32),
        np.array(thought, np.int32), np.ones(len(head), bool), np.array(picture, np.int64),
    )  # fmt: skip


def train_grounding(
    drilled: Callable[[Batching], Dialogues], features: Features, stage: GroundingStage,
    run: Run,
) -> Metrics:  # fmt: skip
    """Train projector and language model in place on what `drilled` makes; the encoder stays
    frozen."""
    rows = drilled(Batching(stage.pictures, 12, 256))
    return fit_language_side(rows, features, stage, run)
