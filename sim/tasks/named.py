"""Tasks whose sentences name each thing by its colour and kind."""

from abc import abstractmethod
from collections.abc import Sequence

import numpy as np

from episodes.vocabulary import Pair
from sim.tasks.base import Goal, Pairs, SceneWith, Task
from sim.tasks.grammar import phrase
from sim.tasks.languages import LANGUAGES, Wording
from sim.worlds.scene import Scene, SceneError

Arranged = tuple[Scene, Goal]
TRIES = 400  # scenes


class NamedTask(Task):
    """Target and, if any, destination are drawn, then a scene with them, then a sentence."""

    languages = tuple(LANGUAGES)

    @abstractmethod
    def pairs(
        self, rng: np.random.Generator, pool: Sequence[Pair], named: Sequence[Pair]
    ) -> list[Pair]:
        """(colour, kind) of target and, if any, destination; the first named out of `named`."""

    def arrange(
        self, rng: np.random.Generator, pairs: Pairs, scene_with: SceneWith, slot: int | None = None
    ) -> Arranged | None:
        """A scene with these, and the goal in it; None where this draw does not allow it.

        Args:
            slot: of the goal, where there is a choice (None: any).
        """
        scene = scene_with(pairs)
        return scene, Goal(scene.find(pairs[0]), scene.find(pairs[1]) if len(pairs) > 1 else -1)

    def draw(
        self,
        rng: np.random.Generator,
        pool: Sequence[Pair],
        named: Sequence[Pair],
        wording: Wording,
        scene_with: SceneWith,
    ) -> tuple[Scene, Goal, str]:
        for _ in range(TRIES):
            found = self.arrange(rng, self.pairs(rng, pool, named), scene_with)
            if found is not None:
                scene, goal = found
                return scene, goal, phrase(self.name, scene, goal, rng, wording)
        raise SceneError(f"no scene of {list(pool)} lets {self.name} be done")
