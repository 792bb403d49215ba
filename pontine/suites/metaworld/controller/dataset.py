"""Batches for Meta-World's controller, drawn from the training cache with fresh augmentation.

What it learns is what must be added, at each of the coming steps, to the proportional law's answer
to the tokens it was told: nothing, where they are right and stay so.

Batch number i is a function of (seed, i) alone, so a resumed run sees the same data.
"""

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from body.contract.arrays import Array
from body.geometry.motion import HORIZON
from cerebellum import inputs
from cerebellum.codec.aim import AimCodec
from episodes.cache import Cache
from episodes.splits import BRAIN_ONE_IN, held_out
from pontine.suites.metaworld.controller import senses
from pontine.suites.metaworld.controller.config import Disturbance
from pontine.suites.metaworld.controller.senses import CHANNELS
from sim.suites.metaworld.protocol import STEPS_A_SECOND

CLIP = 4.0


@dataclass(frozen=True, eq=False)
class Steps:
    """A recording step by step; N frames of 8 steps.

    Attributes:
        states: (N, 8, 4). actions: (N, 8, 4) the expert's answers. aims: (N, 5).
        first, last: (N,) first and last frame of each frame's episode. held_out: (N,) bool.
        views: (N, 192, 192, 3).
    """

    states: NDArray[np.float64]
    actions: NDArray[np.float64]
    aims: NDArray[np.float64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    held_out: NDArray[np.bool_]
    views: NDArray[np.uint8]

    @classmethod
    def of(cls, cache: Cache) -> "Steps":
        """Of a training cache of Meta-World."""
        start = np.asarray(cache.episode_start)
        lengths = np.diff(start)
        return cls(
            np.asarray(cache["state.steps"], float), np.asarray(cache["action"], float),
            np.asarray(cache["plan.aim"], float), np.repeat(start[:-1], lengths),
            np.repeat(start[1:] - 1, lengths),
            held_out(np.asarray(cache["episode_index"], np.int64), BRAIN_ONE_IN), cache.fixed,
        )  # fmt: skip

    def flat(self, values: Array, frame: NDArray[np.int64], step: NDArray[np.int64]) -> Array:
        """`values` (N, 8, ...) at `step` (may lie outside 0..7) of `frame`, within its episode."""
        count = values.shape[1]
        at = np.clip(frame * count + step, self.first[frame] * count,
                     self.last[frame] * count + count - 1)  # fmt: skip
        return np.asarray(values.reshape(-1, *values.shape[2:])[at])


@dataclass(frozen=True, eq=False)
class ControllerSteps:
    """Draws batches as :class:`cerebellum.dataset.ControllerData` does."""

    steps: Steps
    codec: AimCodec
    settings: Disturbance = field(default_factory=Disturbance)
    seed: int = 0
    validation: bool = False

    def __post_init__(self) -> None:
        chosen = self.steps.held_out if self.validation else ~self.steps.held_out
        if not chosen.any():  # a handful of episodes: use what there is
            chosen = np.ones_like(chosen)
        object.__setattr__(self, "_frames", np.flatnonzero(chosen))

    def batch(self, number: int, size: int) -> dict[str, Tensor]:
        """Batch `number` of `size` samples, as :func:`cerebellum.flow.losses` wants it."""
        rng = np.random.default_rng((self.seed, int(self.validation), number))
        arrays = self.arrays(rng, size)
        batch = {name: torch.from_numpy(array) for name, array in arrays.items()}
        batch["wrist"] = batch["wrist"].permute(0, 3, 1, 2)  # stays channels last in memory
        return batch

    def arrays(self, rng: np.random.Generator, size: int) -> dict[str, NDArray[np.float32]]:
        steps, settings = self.steps, self.settings
        frames: NDArray[np.int64] = self._frames  # type: ignore[attr-defined]
        frame = np.sort(rng.choice(frames, size))
        step = rng.integers(0, steps.states.shape[1], size)
        late = (rng.random(size) < settings.late) & (frame > steps.first[frame])
        made = frame - late
        null = rng.random(size) < settings.null

        true = steps.aims[made]
        scale = rng.uniform(0, settings.noise_mm, (size, 1)) * 1e-3
        scale[rng.random(size) < settings.exact] = 0.0
        told = true.copy()
        told[:, :3] += rng.normal(0.0, 1.0, (size, 3)) * scale
        told = self.codec.decode_rows(self.codec.encode_rows(told))
        age = (step + 8 * late) / STEPS_A_SECOND

        history = np.arange(1 - senses.HISTORY, 1)
        states = steps.flat(steps.states, frame[:, None], step[:, None] + history)
        place = states[:, -1, :3]
        coming = (frame[:, None], step[:, None] + np.arange(HORIZON))
        ahead, then = steps.flat(steps.actions, *coming), steps.flat(steps.states, *coming)
        target = np.zeros((size, HORIZON, inputs.ACTION_SIZE), np.float32)
        target[..., CHANNELS] = ahead - senses.law(told[:, None], then)

        hands = steps.states[made, 0, :3]
        cut, corners = senses.windows(steps.views[made], hands)
        camera = senses.camera_features(cut, corners, told, null)
        self._tint(rng, camera)
        correction = np.zeros((size, inputs.CORRECTION_SIZE), np.float32)
        correction[:, :3] = np.clip((true - told)[:, :3] / 0.02, -CLIP, CLIP)
        place_true = senses.token_features(true, age, np.zeros(size, bool), place)
        return {
            "token": senses.token_features(told, age, null, place),
            "proprio": senses.proprio_features(states),
            "force": np.zeros((size, inputs.FORCE_SIZE), np.float32),
            "wrist": camera,
            "prefix": np.zeros_like(target),
            "prefix_mask": np.zeros((size, HORIZON), np.float32),
            "target": target,
            "place": place_true[:, :8],
            "correction": correction,
            "known": (~null).astype(np.float32),
        }  # fmt: skip

    def _tint(self, rng: np.random.Generator, camera: NDArray[np.float32]) -> None:
        size, most = len(camera), self.settings.tint
        gain = rng.uniform(1 - most, 1 + most, (size, 1, 1, 3)).astype(np.float32)
        shift = rng.uniform(-most, most, (size, 1, 1, 1)).astype(np.float32)
        camera[..., :3] = np.clip(camera[..., :3] * gain + 0.5 * shift, 0.0, 1.0)
        camera[rng.random(size) < self.settings.dark] = 0.0
