"""Drills of what is needed to choose among things of a sort: all of them, and how they differ.

    "which cubes"                         -> red cube <loc_i> <loc_j> , blue cube <loc_k> <loc_l>
    "which red things"                    -> red cube <loc_i> <loc_j> , red ball <loc_k> <loc_l>
    "largest red cube"                    -> <loc_n>  (how large, as thoughts tell it)
    "largest cubes"                       -> red cube <loc_i> <loc_j> <loc_n> , blue cube ...
    "<loc_i> <loc_j> away <loc_k> <loc_l>"  -> <loc_n>  (how far apart)

A brain whose names and places were right in 98 % of held-out lessons ended half of its lists of
three cubes after two, and told sizes at random (13 bins of 64 off in the median), although the
encoder knows them to 1.4 mm: few lessons speak of a size, and nothing asked for it alone. Lists
follow the words' order and not the table's: which words are left is plain from what is seen and
what has been said, which thing is the next to the right is not.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from brain.prompts import location_bin, place_ids
from brain.tokenizer import Vocabulary
from brain.train.movements import Drill
from episodes.vocabulary import COLOURS, GRASPABLE, KINDS, PLACE_X, PLACE_Y, by_name, thing_name

SIZED = tuple(KINDS.index(kind) for kind in GRASPABLE)
SIZES = (0.035, 0.075)
"""m, widths between which thoughts tell how large a thing is (as `sim.tasks.relations`)."""
FAR = 0.60
"""m, the greatest distance that thoughts tell (as `sim.tasks.relations`)."""
SIZE_WORDS = ("largest", "smallest")
WORDS = f"which things {' '.join(f'{kind}s' for kind in KINDS)} largest smallest beside away ,"


def comparisons(
    objects: NDArray[np.float32],
    shown: NDArray[np.bool_],
    vocabulary: Vocabulary,
    rng: np.random.Generator,
) -> Iterator[Drill]:
    """Drills of one picture.

    Args:
        objects: (6, 10), see `scene.objects`. shown: (6,) those that the picture shows.
    """
    kinds, colours = objects[:, 0].astype(int), objects[:, 1].astype(int)
    there = np.flatnonzero(kinds >= 0)
    if not len(there):
        return
    for ids, names, more in ((kinds, KINDS, "s"), (colours, COLOURS, " things")):
        counts = np.bincount(ids[there])
        own = int(rng.choice(np.flatnonzero(counts == counts.max())))
        rows = by_name(objects, there[ids[there] == own])
        if not shown[rows].all():
            continue
        yield vocabulary.encode(f"which {names[own]}{more}"), list_of(objects, rows, vocabulary)
        if names is KINDS and own in SIZED:
            word = SIZE_WORDS[int(rng.integers(2))]
            question = vocabulary.encode(f"{word} {names[own]}{more}")
            yield question, list_of(objects, rows, vocabulary, word)
    for row in there:
        if shown[row] and kinds[row] in SIZED:
            word = SIZE_WORDS[int(rng.integers(2))]
            question = vocabulary.encode(f"{word} {thing_name(kinds[row], colours[row])}")
            yield question, [size_id(vocabulary, word, float(objects[row, 6]))]
    low, high = zip(PLACE_X, PLACE_Y, strict=True)
    one, other = rng.uniform(low, high, (2, 2))
    word = "away" if rng.random() < 0.5 else "beside"
    ends = place_ids(vocabulary, *one), place_ids(vocabulary, *other)
    far = distance_bin(word, float(np.hypot(*(one - other))))
    yield [*ends[0], *vocabulary.encode(word), *ends[1]], [vocabulary.locations[far]]


def list_of(
    objects: NDArray[np.floating],
    rows: NDArray[np.int64],
    vocabulary: Vocabulary,
    word: str = "",
) -> list[int]:
    """The names and places of `rows`, and with a `word` of size how well it fits each."""
    comma = vocabulary.encode(",")
    told: list[int] = []
    for row in rows:
        words = vocabulary.encode(thing_name(int(objects[row, 0]), int(objects[row, 1])))
        told += [*(comma if told else ()), *words, *place_ids(vocabulary, *objects[row, 2:4])]
        told += [size_id(vocabulary, word, float(objects[row, 6]))] if word else []
    return told


def size_id(vocabulary: Vocabulary, word: str, width: float) -> int:
    """The token id of :func:`size_bin`."""
    return vocabulary.locations[size_bin(word, width)]


def size_bin(word: str, width: float) -> int:
    """How well a thing of `width` (m) is the "largest" or the "smallest", as a bin 0..63."""
    share = (width - SIZES[0]) / (SIZES[1] - SIZES[0])
    return location_bin(share if word == "largest" else 1.0 - share, 0.0, 1.0)


def distance_bin(word: str, apart: float) -> int:
    """How well a thing `apart` (m) from another is "away" from it or "beside" it, likewise."""
    share = apart / FAR
    return location_bin(share if word == "away" else 1.0 - share, 0.0, 1.0)
