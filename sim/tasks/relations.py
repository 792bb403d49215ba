"""Saying which of several things of a kind is meant by where it is, how large, or what it is not.

A description is only used where it is clear: the thing meant fits it, and every other of its kind
fails it by a margin.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from body.contract.arrays import Array
from episodes.vocabulary import COLOURS, GRASPABLE, KINDS, PLACE_X, PLACE_Y
from sim.worlds.fixtures import grip_pose
from sim.worlds.scene import Scene

APART = 0.03  # m by which places differ that are told apart
LARGER = 0.006  # m by which widths do
ASIDE = (-0.40, 0.40)  # m, beside a reference
NONE = -1
Things = NDArray[np.floating[Any]]  # (N, 10), as :meth:`sim.worlds.World.objects`


@dataclass(frozen=True)
class Description:
    """One of the things of `kind` (a name), by `relation`.

    Attributes:
        reference: row of the thing it is compared with, or NONE.
        colours: ids, which it does not have.
    """

    kind: str
    relation: str
    reference: int = NONE
    colours: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Relation:
    """A number of each candidate: the greatest by a margin is meant, or the only one above 0.

    Attributes:
        number: of candidates (M, 10) and the reference (10,): (M,).
        span: least and greatest number that is told apart.
        alone: the others lie below 0. compares: there is a reference.
    """

    number: Callable[[Things, Things], Things]
    span: tuple[float, float]
    margin: float = APART
    alone: bool = False
    compares: bool = False


def _distance(things: Things, other: Things) -> Things:
    return np.hypot(things[:, 2] - other[2], things[:, 3] - other[3])


# As the robot sees it: x ahead of it, y to its left.
RELATIONS = {
    "largest": _Relation(lambda t, _: t[:, 6], (0.035, 0.075), LARGER),
    "smallest": _Relation(lambda t, _: -t[:, 6], (-0.075, -0.035), LARGER),
    "leftmost": _Relation(lambda t, _: t[:, 3], PLACE_Y),
    "rightmost": _Relation(lambda t, _: -t[:, 3], PLACE_Y),
    "nearest": _Relation(lambda t, _: -t[:, 2], (-PLACE_X[1], -PLACE_X[0])),
    "farthest": _Relation(lambda t, _: t[:, 2], PLACE_X),
    "beside": _Relation(lambda t, r: -_distance(t, r), (-0.60, 0.0), compares=True),
    "away": _Relation(_distance, (0.0, 0.60), compares=True),
    "left": _Relation(lambda t, r: t[:, 3] - r[3], ASIDE, alone=True, compares=True),
    "right": _Relation(lambda t, r: r[3] - t[:, 3], ASIDE, alone=True, compares=True),
    "before": _Relation(lambda t, r: r[2] - t[:, 2], ASIDE, alone=True, compares=True),
    "behind": _Relation(lambda t, r: t[:, 2] - r[2], ASIDE, alone=True, compares=True),
}
NOT = "not"  # of the colours named


def rows_of(scene: Scene) -> Array:
    """(N, 10) of a scene that no world shows yet; pixels are left out."""
    rows = np.zeros((len(scene.objects), 10))
    for row, item in zip(rows, scene.objects, strict=True):
        ids = KINDS.index(item.kind), COLOURS.index(item.colour)
        if item.fixed:
            place = np.array([item.x, item.y, 0.0])
            grip, yaw = grip_pose(item.kind, place, item.yaw, item.moved)
            row[:7] = [*ids, *grip, yaw, item.moved]
        else:
            row[:7] = [*ids, item.x, item.y, item.height / 2, item.yaw, item.width]
    return rows


def find(things: Things, description: Description) -> int:
    """Row of what is meant, or NONE where it is not clear."""
    candidates = np.flatnonzero(things[:, 0] == KINDS.index(description.kind))
    candidates = candidates[candidates != description.reference]
    if len(candidates) < 2:
        return NONE
    own = things[candidates]
    if description.relation == NOT:
        colours = own[:, 1].astype(int)
        fits = ~np.isin(colours, description.colours)
        named = set(description.colours) <= set(colours.tolist())
        return int(candidates[fits][0]) if named and fits.sum() == 1 else NONE
    relation = RELATIONS[description.relation]
    numbers = relation.number(own, things[description.reference])
    order = np.argsort(numbers)
    best, second = numbers[order[-1]], numbers[order[-2]]
    clear = best > relation.margin and second < -relation.margin
    if not relation.alone:
        clear = best - second > relation.margin
    return int(candidates[order[-1]]) if clear else NONE


def fit(things: Things, description: Description) -> NDArray[np.float64]:
    """(N,) how well each of `things` fits, 0..1: whoever is meant has the greatest number."""
    if description.relation == NOT:
        return (~np.isin(things[:, 1].astype(int), description.colours)).astype(np.float64)
    relation = RELATIONS[description.relation]
    low, high = relation.span
    share = (relation.number(things, things[description.reference]) - low) / (high - low)
    return np.clip(share, 0.0, 1.0).astype(np.float64)


def describe(
    things: Things, rng: np.random.Generator, wanted: Sequence[int] = ()
) -> tuple[Description, int] | None:
    """A random description that is clear here, and what it means; None where none is found.

    Args:
        wanted: rows of which one must be meant (none: any that can be grasped).
    """
    graspable = [KINDS.index(kind) for kind in GRASPABLE]
    rows = [i for i in wanted or range(len(things)) if int(things[i, 0]) in graspable]
    options = [i for i in rows if (things[:, 0] == things[i, 0]).sum() > 1]
    if not options:
        return None
    for _ in range(40):
        target = int(rng.choice(options))
        tried = _draw(things, target, rng)
        if tried is not None and find(things, tried) == target:
            return tried, target
    return None


def _draw(things: Things, target: int, rng: np.random.Generator) -> Description | None:
    kind = KINDS[int(things[target, 0])]
    names = [*RELATIONS, NOT, NOT]
    name = names[rng.integers(len(names))]
    if name == NOT:
        same = np.flatnonzero(things[:, 0] == things[target, 0])
        others = [int(things[i, 1]) for i in same if i != target]
        if len(others) > 2:
            return None
        return Description(kind, NOT, colours=tuple(int(c) for c in rng.permutation(others)))
    if not RELATIONS[name].compares:
        return Description(kind, name)
    present = np.flatnonzero((things[:, 0] >= 0) & (things[:, 0] != things[target, 0]))
    return Description(kind, name, int(rng.choice(present))) if len(present) else None
