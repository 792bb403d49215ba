"""Things where none stood in training, and more things than there were."""

from dataclasses import replace

import numpy as np

from body.robots.reach import SCENE_X, SCENE_Y
from episodes.splits import TRAIN_PAIRS
from episodes.vocabulary import GRASPABLE
from sim.perturbations.base import Perturbation
from sim.tasks import Episode
from sim.worlds.objects import RGB, SceneObject
from sim.worlds.scene import CLEARANCE, WIDTHS

BEYOND = 0.06  # m
MORE = 10
ROOM_X, ROOM_Y = (0.26, 0.76), (-0.36, 0.36)  # m, where distractors may stand
CLOSEST = 0.012  # m between the surfaces of crowded things
TRIES = 400


class ObjectPose(Perturbation):
    """Near or beside the region of training, where the arm still reaches."""

    name = "object_pose"
    about = "target and destination up to 6 cm outside the region of training"

    def episode(self, episode: Episode) -> Episode:
        if not self.strength or episode.goal.target < 0:
            return episode
        items = list(episode.scene.objects)
        for index in {episode.goal.target, episode.goal.destination} - {-1}:
            items[index] = self._moved(items, index)
        return replace(episode, scene=replace(episode.scene, objects=tuple(items)))

    def _moved(self, items: list[SceneObject], index: int) -> SceneObject:
        others = [item for i, item in enumerate(items) if i != index]
        for _ in range(TRIES):
            out = self.strength * BEYOND * self.rng.uniform(0.3, 1.0)
            x, y = self.rng.uniform(*SCENE_X), self.rng.uniform(*SCENE_Y)
            side = self.rng.integers(3)  # not the far one: the arm ends there
            if side == 0:
                x = SCENE_X[0] - out
            else:
                x = min(x, 0.6)
                y = SCENE_Y[1] + out if side == 1 else SCENE_Y[0] - out
            moved = replace(items[index], x=float(x), y=float(y))
            if all(moved.clears(other, CLEARANCE) for other in others):
                return moved
        return items[index]


class Distractors(Perturbation):
    """Smaller things of training's colours, none twice, none like what is named."""

    name = "distractors"
    about = "10 more things on the table, closer together than in training"

    def episode(self, episode: Episode) -> Episode:
        items = list(episode.scene.objects)
        for _ in range(round(MORE * self.strength)):
            taken = {item.pair for item in items}
            free = [p for p in TRAIN_PAIRS if p not in taken and p[1] in GRASPABLE]
            if not free:
                break
            colour, kind = free[int(self.rng.integers(len(free)))]
            item = self._placed(colour, kind, items)
            if item is not None:
                items.append(item)
        return replace(episode, scene=replace(episode.scene, objects=tuple(items)))

    def _placed(self, colour: str, kind: str, items: list[SceneObject]) -> SceneObject | None:
        width = float(self.rng.uniform(WIDTHS[0], 0.05))
        for _ in range(TRIES):
            item = SceneObject(
                kind, colour, float(self.rng.uniform(*ROOM_X)), float(self.rng.uniform(*ROOM_Y)),
                float(self.rng.uniform(-np.pi, np.pi)), width,
                0.055 if kind == "cylinder" else width, RGB[colour],
            )  # fmt: skip
            if all(item.clears(other, CLOSEST) for other in items):
                return item
        return None  # the table is full
