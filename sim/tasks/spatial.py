"""Lift one of several things of a kind: which, is said by place, size or what it is not."""

from collections.abc import Sequence

import numpy as np

from episodes.vocabulary import GRASPABLE, TASK_LABELS, Pair
from sim.tasks.base import Goal, SceneWith
from sim.tasks.languages import Wording
from sim.tasks.pick import Pick
from sim.tasks.relations import describe, rows_of
from sim.tasks.spatial_grammar import say_which
from sim.worlds.scene import Scene, SceneError

TRIES = 200  # scenes; nearly every one allows several descriptions


class Spatial(Pick):
    """As `pick`, but two or three things of the target's kind stand there, and the sentence names
    none of them by its colour: it takes reasoning to know which is meant."""

    name = "spatial"
    label = TASK_LABELS[name]
    difficulty = "medium"

    def draw(
        self,
        rng: np.random.Generator,
        pool: Sequence[Pair],
        named: Sequence[Pair],
        wording: Wording,
        scene_with: SceneWith,
    ) -> tuple[Scene, Goal, str]:
        for _ in range(TRIES):
            must = _alike(rng, pool, named)
            scene = scene_with(must)
            rows = rows_of(scene)
            found = describe(rows, rng, [scene.find(must[0])])
            if found is not None:
                description, target = found
                return scene, Goal(target), say_which(rng, rows, description, wording)
        raise SceneError(f"no scene of {list(pool)} lets a thing be described without its colour")


def _alike(rng: np.random.Generator, pool: Sequence[Pair], named: Sequence[Pair]) -> list[Pair]:
    """Two or three pairs of one kind, the first, which will be meant, out of `named`."""
    wanted = [pair for pair in named if pair[1] in GRASPABLE]
    first = wanted[int(rng.integers(len(wanted)))]
    others = [pair for pair in pool if pair[1] == first[1] and pair != first]
    count = int(rng.integers(1, 3))
    chosen = rng.permutation(len(others))[:count]
    return [first, *(others[int(i)] for i in chosen)]
