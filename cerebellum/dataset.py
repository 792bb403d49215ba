"""Batches for the controller, drawn from the training cache with fresh augmentation.

Batch number i is a function of (seed, i) alone, so a resumed run sees the same data.
"""

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from body.contract.arrays import Array
from body.contract.robot_spec import RobotSpec
from body.geometry.project import project
from cerebellum import inputs
from cerebellum.augment import CONTACT, Augmentation, draw_order, draw_promise, jolt, tint
from cerebellum.codec.waypoint import WaypointCodec
from cerebellum.frames import Frames
from cerebellum.labels import label_chunks
from cerebellum.state import nearest_yaw
from cerebellum.statistics import Statistics
from episodes.splits import CONTROLLER_ONE_IN, held_out

Batch = dict[str, Tensor]


@dataclass(frozen=True, eq=False)
class ControllerData:
    """Frames of one split, ready to be drawn from.

    Attributes:
        frames: all recorded frames. wrist: (cache rows, 64, 64, 3) uint8, memory-mapped.
        codec: tokens are passed through it, so that training sees its rounding.
        validation: draw from the held-out episodes instead of the others.
        contact_weight: how much likelier a frame of a step at an object is to be drawn.
    """

    frames: Frames
    wrist: NDArray[np.uint8]
    codec: WaypointCodec
    statistics: Statistics
    spec: RobotSpec
    settings: Augmentation = field(default_factory=Augmentation)
    seed: int = 0
    validation: bool = False
    contact_weight: float = 2.0

    def __post_init__(self) -> None:
        kept = held_out(self.frames.episode, CONTROLLER_ONE_IN)
        chosen = kept if self.validation else ~kept
        if not chosen.any():  # a handful of episodes: use what there is
            chosen = np.ones_like(kept)
        weight = np.where(np.isin(self.frames.step, CONTACT), self.contact_weight, 1.0) * chosen
        object.__setattr__(self, "_cumulative", np.cumsum(weight))

    def batch(self, number: int, size: int) -> Batch:
        """Batch `number` of `size` samples: the network's inputs, `target` (B, 16, 5)
        normalised actions, `place` (B, 8) and `correction` (B, 4) what the auxiliary heads
        should say, and `known` (B,) whether they can."""
        rng = np.random.default_rng((self.seed, int(self.validation), number))
        arrays = self.arrays(rng, size)
        batch = {name: torch.from_numpy(array) for name, array in arrays.items()}
        batch["wrist"] = batch["wrist"].permute(0, 3, 1, 2)  # stays channels last in memory
        return batch

    def arrays(self, rng: np.random.Generator, size: int) -> dict[str, NDArray[np.float32]]:
        """A batch as numpy arrays, `wrist` as (B, 64, 64, 4)."""
        frames, settings, stats = self.frames, self.settings, self.statistics
        cumulative: Array = self._cumulative  # type: ignore[attr-defined]
        pick = np.searchsorted(cumulative, rng.random(size) * cumulative[-1], side="right")
        pick = np.sort(pick)  # neighbouring images lie together on disk

        command, increment = jolt(rng, settings, frames.command[pick], frames.increment[pick])
        closed = frames.closed[pick]
        order = draw_order(
            rng, settings, frames.waypoint[pick], frames.previous[pick], frames.since[pick],
            frames.step[pick], frames.previous_step[pick], command,
        )  # fmt: skip
        target = nearest_yaw(order.true[:, :4], command)
        told = self.codec.decode_rows(self.codec.encode_rows(order.token))

        promise = draw_promise(rng, settings, order, frames.previous[pick], command, closed)
        chunk = label_chunks(
            command, increment, closed, target, order.true[:, 4], order.null,
            promise.count, nearest_yaw(promise.target, command), promise.closed,
        )  # fmt: skip
        values = inputs.normalise_actions(chunk, stats)
        mask = inputs.prefix_mask(promise.count)

        force = inputs.force_features(frames.wrench[pick], stats)
        force[rng.random(size) < settings.force_share] = 0.0
        return {
            "token": inputs.token_features(told, order.age, order.null, command),
            "proprio": inputs.proprio_features(
                frames.measured[pick], command, increment, closed, frames.width[pick],
                frames.position[pick], frames.velocity[pick], stats,
            ),
            "force": force,
            "wrist": self._wrist(rng, pick, told, order.null),
            "prefix": values * mask[..., None],
            "prefix_mask": mask,
            "target": values,
            "place": place_values(target, command),
            "correction": correction_values(target, told, command),
            "known": (~order.null).astype(np.float32),
        }  # fmt: skip

    def _wrist(
        self,
        rng: np.random.Generator,
        pick: NDArray[np.int64],
        told: Array,
        null: NDArray[np.bool_],
    ) -> NDArray[np.float32]:
        frames = self.frames
        camera = self.spec.cameras["wrist"]
        pixel = project(
            camera, frames.hand[pick].astype(np.float64), told[:, :3], inputs.IMAGE_SIZE
        )
        images = inputs.wrist_images(self.wrist[frames.row[pick]], pixel, null)
        tint(rng, self.settings, images)
        return images


def correction_values(target: Array, told: Array, command: Array) -> NDArray[np.float32]:
    """(B, 4) true minus told waypoint: x, y, z in 20 mm, yaw in 0.15 rad."""
    off = (target - nearest_yaw(told[:, :4], command)) / [0.02, 0.02, 0.02, 0.15]
    return np.clip(off, -4.0, 4.0).astype(np.float32)


def place_values(target: Array, command: Array) -> NDArray[np.float32]:
    """(B, 8) where the true waypoint lies from the command, as the token features write it."""
    rows = np.concatenate([target, np.zeros((len(target), 2))], axis=1)
    none = np.zeros(len(target))
    return inputs.token_features(rows, none, none.astype(bool), command)[:, :8]
