"""Tasks whose sentences name each thing by its colour and kind."""

from abc import abstractmethod
from collections.abc import Callable, Sequence

import numpy as np

from sim.tasks.base import Goal, Task
from sim.tasks.grammar import phrase
from sim.tasks.languages import LANGUAGES, Wording
from sim.worlds.scene import Pair, Scene


class NamedTask(Task):
    """Target and, if any, destination are drawn, then a scene with them, then a sentence."""

    languages = tuple(LANGUAGES)

    @abstractmethod
    def pairs(
        self, rng: np.random.Generator, pool: Sequence[Pair], named: Sequence[Pair]
    ) -> list[Pair]:
        """(colour, kind) of target and, if any, destination; the first named out of `named`."""

    def draw(
        self,
        rng: np.random.Generator,
        pool: Sequence[Pair],
        named: Sequence[Pair],
        wording: Wording,
        scene_with: Callable[[Sequence[Pair]], Scene],
    ) -> tuple[Scene, Goal, str]:
        must = self.pairs(rng, pool, named)
        scene = scene_with(must)
        goal = Goal(scene.find(must[0]), scene.find(must[1]) if len(must) > 1 else -1)
        return scene, goal, phrase(self.name, scene, goal, rng, wording)
