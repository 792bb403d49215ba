"""Sorting as a picture tells it: which thing comes next, and on which side there is room for it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pontine.suites.tabletop.thoughts import lies_in
from sim.tasks import Goal

Objects = NDArray[np.float32]


def in_order(objects: Objects, parts: Sequence[Goal]) -> tuple[Goal, ...]:
    """The first container's things first, as they are asked for; of one container by their kinds,
    as the expert takes them: nothing else about them stays while they are moved."""
    ends = list(dict.fromkeys(part.destination for part in parts))
    return tuple(
        sorted(parts, key=lambda p: (ends.index(p.destination), int(objects[p.target, 0])))
    )


def next_part(objects: Objects, parts: Sequence[Goal]) -> Goal:
    """The first that is out, with its side; where none is, the last."""
    ordered = in_order(objects, parts)
    out = [part for part in ordered if not lies_in(objects, part)]
    return with_side(objects, out[0] if out else ordered[-1], parts)


def with_side(objects: Objects, part: Goal, parts: Sequence[Goal]) -> Goal:
    """`part` with the slot where it lies; or, where it is out, that of the free side: the near one
    (0) unless something lies there."""

    def side(row: int) -> int:
        return int(objects[row, 2] > objects[part.destination, 2])

    if lies_in(objects, part):
        return replace(part, slot=side(part.target))
    beside = [
        other.target for other in parts
        if other.target != part.target and other.destination == part.destination
        and lies_in(objects, other)
    ]  # fmt: skip
    return replace(part, slot=1 - side(beside[0]) if beside else 0)
