"""Batches of moments with sentences, freshly augmented; a function of the generator alone."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from body.contract.arrays import Array
from brain.train.augment import augment
from brain.vision_encoder import normalise
from cerebellum import inputs
from cerebellum.augment import Augmentation, Order, draw_promise, jolt, tint
from cerebellum.dataset import place_values
from cerebellum.labels import label_chunks
from cerebellum.state import nearest_yaw
from cerebellum.statistics import Statistics
from episodes.vocabulary import Step
from pontine.baselines.flat.config import Batching
from pontine.baselines.flat.lessons import Lesson, free_lesson, own_lesson
from pontine.baselines.flat.moments import Moments
from pontine.baselines.flat.words import Words

Batch = dict[str, Tensor]
TRIES = 8  # sentences drawn until one has an answer


@dataclass(frozen=True, eq=False)
class FlatData:
    """Moments of one split, ready to be drawn from.

    Attributes:
        settings: what is done to the senses, and the promised steps (tokens there are none).
        validation: the held-out episodes instead of the others.
    """

    moments: Moments
    words: Words
    statistics: Statistics
    settings: Augmentation
    batching: Batching
    validation: bool = False

    def __post_init__(self) -> None:
        moments = self.moments
        chosen = moments.held_out if self.validation else ~moments.held_out
        if not (chosen & ~moments.still).any():  # a handful of episodes: use what there is
            chosen = np.ones_like(moments.still)
        weight = np.where(moments.step == Step.GRASP, self.batching.grasp_weight, 1.0)
        for name, rows in (("_robot", ~moments.still), ("_stills", moments.still)):
            object.__setattr__(self, name, np.cumsum(weight * (chosen & rows)))

    def batch(self, rng: np.random.Generator, own: bool = False) -> Batch:
        """P pictures of K rows each.

        `pixels` (P, 3, S, S), `wrist` (P, 4, 64, 64), and with the leading axis P K: `words`,
        `word_mask`, `command`, `proprio`, `force`, `prefix`, `prefix_mask`, `target` (16, 5)
        normalised actions, and for the heads `place` (8), `goal` (4) m and rad, `closed`,
        `places` (2, 2) m or NaN, `refuse` 0/1.

        Args:
            own: the recorded goals alone, in the light they were recorded in.
        """
        share = 0.0 if own else self.batching.still_share
        pick = self._draw(rng, self.batching.pictures, share)
        lessons = [lesson for i in pick for lesson in self._lessons(int(i), rng, own)]
        moments = self.moments
        images = np.asarray(moments.cache.fixed[moments.picture[pick]])
        arrays = self._rows(rng, np.repeat(pick, self.batching.rows), lessons)
        ids, mask = self.words([lesson.instruction for lesson in lessons])
        batch = {name: torch.from_numpy(array) for name, array in arrays.items()}
        batch["words"], batch["word_mask"] = torch.from_numpy(ids), torch.from_numpy(mask)
        batch["pixels"] = normalise(torch.from_numpy(images)) if own else augment(images, rng)
        wrist = self._wrist(rng, pick, own)
        batch["wrist"] = torch.from_numpy(wrist).permute(0, 3, 1, 2)  # channels last in memory
        return batch

    def _draw(self, rng: np.random.Generator, count: int, still_share: float) -> NDArray[np.int64]:
        robot: Array = self._robot  # type: ignore[attr-defined]
        stills: Array = self._stills  # type: ignore[attr-defined]
        few = round(count * still_share) if stills[-1] > 0 else 0
        picks = [
            np.searchsorted(total, rng.random(n) * total[-1], side="right")
            for total, n in ((robot, count - few), (stills, few))
        ]
        return np.sort(np.concatenate(picks))  # neighbouring images lie together on disk

    def _lessons(self, index: int, rng: np.random.Generator, own: bool) -> list[Lesson]:
        moment = self.moments[index]
        count = self.batching.rows
        mine = 0 if moment.still else count if own else round(count * self.batching.own_share)
        lessons = [own_lesson(moment, rng) for _ in range(mine)]
        tries = 0
        while len(lessons) < count:
            lesson = free_lesson(moment, rng)
            tries += 1
            if lesson is None and tries > TRIES and not moment.still:
                lesson = own_lesson(moment, rng)
            if lesson is not None:
                lessons.append(lesson)
        return lessons

    def _rows(
        self, rng: np.random.Generator, index: NDArray[np.int64], lessons: list[Lesson]
    ) -> dict[str, NDArray[np.float32]]:
        moments, settings, stats = self.moments, self.settings, self.statistics
        size = len(index)
        command, increment = jolt(rng, settings, moments.command[index], moments.increment[index])
        closed = moments.closed[index]

        goal = nearest_yaw(np.stack([lesson.target for lesson in lessons]), command)
        told = np.array([lesson.closed for lesson in lessons], np.float64)
        refuse = np.array([lesson.refuse for lesson in lessons])
        true = np.column_stack([goal, told, np.zeros(size)])
        order = Order(true, true, np.zeros(size), refuse)
        promise = draw_promise(rng, settings, order, moments.former[index], command, closed)
        chunk = label_chunks(
            command, increment, closed, goal, told, refuse,
            promise.count, nearest_yaw(promise.target, command), promise.closed,
        )  # fmt: skip
        values = inputs.normalise_actions(chunk, stats)
        mask = inputs.prefix_mask(promise.count)
        force = inputs.force_features(moments.wrench[index], stats)
        force[rng.random(size) < settings.force_share] = 0.0
        return {
            "command": command.astype(np.float32),
            "proprio": inputs.proprio_features(
                moments.measured[index], command, increment, closed, moments.width[index],
                moments.position[index], moments.velocity[index], stats,
            ),
            "force": force,
            "prefix": values * mask[..., None],
            "prefix_mask": mask,
            "target": values,
            "place": place_values(goal, command),
            "goal": goal.astype(np.float32),
            "closed": told.astype(np.float32),
            "places": np.stack([lesson.places for lesson in lessons]),
            "refuse": refuse.astype(np.float32),
        }  # fmt: skip

    def _wrist(
        self, rng: np.random.Generator, pick: NDArray[np.int64], own: bool
    ) -> NDArray[np.float32]:
        images = wrist_pictures(self.moments.cache.wrist[self.moments.frame[pick]])
        if not own:
            tint(rng, self.settings, images)
        return images


def wrist_pictures(images: NDArray[np.uint8]) -> inputs.Floats:
    """(B, 64, 64, 4) RGB in 0..1 of `images` (B, 64, 64, 3), and no token's blob."""
    count = len(images)
    return inputs.wrist_images(images, np.zeros((count, 3)), np.ones(count, bool))
