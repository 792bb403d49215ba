"""From tokens and live senses to an action at every step: the proportional law, by itself or with
what the trained controller adds to it."""

from collections import deque
from pathlib import Path
from typing import Protocol

import numpy as np

from body.arrays import Array
from body.arrays import Image as Picture
from cerebellum import inputs
from cerebellum.engines.build import load_engine
from cerebellum.engines.euler import EulerEngine
from cerebellum.engines.protocol import Senses
from episodes import model_folder
from pontine.metaworld.controller import senses
from sim.suites.metaworld.protocol import STEPS_A_SECOND
from sim.suites.metaworld.view import view

EXECUTED = 4  # steps of a chunk that are carried out before the next is planned
HALT = np.zeros(4)


class Mover(Protocol):
    """What moves the hand.

    Attributes:
        sees: it needs the pictures that tokens are made from.
        planned: its last action was the first of a new plan.
    """

    sees: bool
    planned: bool

    def reset(self, state: Array) -> None:
        """Begin an episode in `state` (4,)."""

    def take(self, plan: Array | None, picture: Picture | None, hand: Array) -> None:
        """What new tokens say, as :func:`pontine.metaworld.plans.decode` reads them (None: the null
        code); the picture they were made from and the hand (3,) m in it."""

    def act(self, state: Array, age: int) -> Array:
        """(4,) action in `state` (4,), `age` steps after that picture."""


class Playback:
    """Plain playback of the tokens, without eyes: steps as they are, an aim by the law."""

    sees, planned = False, False

    def reset(self, state: Array) -> None:
        self._plan: Array | None = None

    def take(self, plan: Array | None, picture: Picture | None, hand: Array) -> None:
        self._plan = plan

    def act(self, state: Array, age: int) -> Array:
        plan = self._plan
        if plan is None or (plan.ndim == 2 and age >= len(plan)):
            return HALT
        return np.clip(plan[age], -1.0, 1.0) if plan.ndim == 2 else senses.law(plan, state)


class Network:
    """The law and, on top of it, the trained controller in ONNX Runtime.

    Args:
        folder: its model folder; the engine is built at first use.
        mask: senses taken from it: camera, proprio, force.
    """

    sees = True

    def __init__(self, folder: Path, mask: tuple[str, ...] = ()) -> None:
        config = model_folder.load_config(folder)
        self._engine: EulerEngine = load_engine(folder, config)
        self._engine.warm_up()
        self._mask = mask
        self.planned = False

    def reset(self, state: Array) -> None:
        self._states = deque([np.asarray(state, float)] * senses.HISTORY, maxlen=senses.HISTORY)
        self._aim: Array | None = None
        self._chunk: Array | None = None
        self._next = 0

    def take(self, plan: Array | None, picture: Picture | None, hand: Array) -> None:
        self._aim, self._chunk = plan, None
        size = inputs.IMAGE_SIZE
        self._wrist = np.zeros((1, 4, size, size), np.float32)
        if picture is not None and "camera" not in self._mask:
            cut, corners = senses.windows(view(picture)[None], hand[None])
            known = np.zeros((1, 5)) if plan is None else plan[None]
            null = np.array([plan is None])
            seen = senses.camera_features(cut, corners, known, null)
            self._wrist = np.ascontiguousarray(seen.transpose(0, 3, 1, 2))

    def act(self, state: Array, age: int) -> Array:
        self._states.append(np.asarray(state, float))
        if self._aim is None:
            return HALT
        self.planned = self._chunk is None or self._next >= EXECUTED
        if self._chunk is None or self.planned:
            self._chunk, self._next = self._plan(age), 0
        more = self._chunk[self._next, senses.CHANNELS]
        self._next += 1
        return np.clip(senses.law(self._aim, self._states[-1]) + more, -1.0, 1.0)

    def _plan(self, age: int) -> Array:
        assert self._aim is not None
        states = np.stack(self._states)[None]
        ages, null = np.array([age / STEPS_A_SECOND]), np.array([False])
        read = Senses.zeros(0)
        told = senses.token_features(self._aim[None], ages, null, states[:, -1, :3])
        own = senses.proprio_features(states)
        if "proprio" in self._mask:
            own = np.zeros_like(own)
        decided = Senses(told, own, read.force, self._wrist, read.prefix, read.prefix_mask,
                         read.gate_override, read.noise)  # fmt: skip
        return np.asarray(self._engine.infer(decided)[0], float)
