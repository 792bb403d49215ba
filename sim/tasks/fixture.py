"""Tasks at a fixture: what its part has been moved by says whether they are done."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np

from body.contract.arrays import Array
from episodes.vocabulary import Pair
from sim.tasks.base import Goal, Pairs, SceneWith, choose
from sim.tasks.named import Arranged, NamedTask
from sim.tasks.progress import hand_nearness
from sim.worlds import World


class FixtureTask(NamedTask):
    """Move the part of one fixture; the scene has another of its kind.

    Attributes:
        fixtures: the kinds that stand in its scenes; the first is the one that is asked for.
    """

    fixtures: ClassVar[tuple[str, ...]]

    def pairs(
        self, rng: np.random.Generator, pool: Sequence[Pair], named: Sequence[Pair]
    ) -> list[Pair]:
        return [choose(rng, named, self.fixtures[:1])]

    def arrange(
        self, rng: np.random.Generator, pairs: Pairs, scene_with: SceneWith, slot: int | None = None
    ) -> Arranged | None:
        scene = scene_with(pairs)
        target, drawn = scene.find(pairs[0]), self.slot(rng)
        items = list(scene.objects)
        items[target] = replace(items[target], moved=self.at_first(rng))
        goal = Goal(target, slot=drawn if slot is None else slot)
        return replace(scene, objects=tuple(items)), goal

    def slot(self, rng: np.random.Generator) -> int:
        """Which of several ways is asked for."""
        return 0

    def at_first(self, rng: np.random.Generator) -> float:
        """How far the part has been moved before anything is done, m or rad."""
        return 0.0

    @abstractmethod
    def share(self, moved: float, goal: Goal) -> float:
        """Of the way that the part is to be moved, 1 and more where that is enough."""

    def progress(self, world: World, goal: Goal) -> float:
        share = float(np.clip(self.share(world.moved(goal.target), goal), 0.0, 1.0))
        return 0.25 * hand_nearness(world, goal.target) + 0.75 * share

    def moved_enough(self, moved: float, goal: Goal) -> bool:
        """The part, moved by so much (m or rad), is where it is to be."""
        return self.share(moved, goal) > 1.0

    def seen_done(self, objects: Array, goal: Goal) -> bool:
        return self.moved_enough(float(objects[goal.target, 6]), goal)
