"""From tokens and live senses to an action at every step: the proportional law, by itself or with
what the trained controller adds to it."""

from abc import ABC, abstractmethod
from collections import deque
from pathlib import Path

import numpy as np

from body import ActionTokens, ControllerReport, Report
from body.contract.arrays import Array
from body.contract.mailbox import Freshness
from cerebellum import inputs
from cerebellum.codec import Codec
from cerebellum.engines.build import load_engine
from cerebellum.engines.euler import EulerEngine
from cerebellum.engines.protocol import Senses
from episodes import model_folder
from pontine.suites.metaworld import plans
from pontine.suites.metaworld.controller import senses
from sim.suites.metaworld import Look
from sim.suites.metaworld.protocol import STEPS_A_SECOND
from sim.suites.metaworld.view import view

EXECUTED = 4  # steps of a chunk that are carried out before the next is planned
HALT = np.zeros(4)


class HandMover(ABC):
    """A :class:`pontine.agent.agent.TokenFollower` that moves the hand while its tokens are fresh;
    the pictures it may look at are those that tokens were made from.

    Args:
        codec: what the tokens mean.

    Attributes:
        replanned: its last action was the first of a new plan.
    """

    period = 1 / STEPS_A_SECOND

    def __init__(self, codec: Codec) -> None:
        self.codec, self.codec_id = codec, codec.codec_id
        self.replanned = False

    @property
    def report(self) -> ControllerReport:
        """On its way: whether the hand has arrived, the brain sees for itself."""
        return ControllerReport(Report.MOVING, self._stamp)

    @property
    def joined(self) -> bool:
        return self.replanned

    def reset(self, observation: Look) -> None:
        """Begin an episode."""
        self._stamp = -1
        self._seen: deque[Look] = deque()  # with their pictures, until tokens come of them
        self.replanned = False

    def due(self, tokens: ActionTokens | None, state: Freshness = Freshness.FRESH) -> bool:
        """It needs no picture of its own."""
        return False

    def step(
        self, observation: Look, tokens: ActionTokens | None, age: float,
        state: Freshness = Freshness.FRESH,
    ) -> Array:  # fmt: skip
        """(4,) what to do; nothing where there are no tokens, or they are too old.

        Args:
            age: s since the picture that the tokens were made from.
        """
        self.replanned = False
        if observation.picture is not None:
            self._seen.append(observation)
        if tokens is None or state is not Freshness.FRESH:
            return HALT
        if tokens.stamp != self._stamp:
            self._stamp = tokens.stamp
            plan = None if tokens.is_null else plans.decode(self.codec, tokens.codes)
            self.take(plan, self._look(tokens.stamp))
        return self.act(observation.state, round(age * STEPS_A_SECOND))

    def _look(self, stamp: int) -> Look | None:
        """That of `stamp`; those before it are forgotten."""
        while self._seen and self._seen[0].stamp < stamp:
            self._seen.popleft()
        return self._seen[0] if self._seen and self._seen[0].stamp == stamp else None

    @abstractmethod
    def take(self, plan: Array | None, look: Look | None) -> None:
        """New tokens' plan, see :func:`pontine.suites.metaworld.plans.decode` (None: the null
        code), and the look with a picture that they were made from (None: there was none)."""

    @abstractmethod
    def act(self, state: Array, age: int) -> Array:
        """(4,) action in `state` (4,), `age` steps after that look."""


class Playback(HandMover):
    """Plain playback of the tokens, without eyes: steps as they are, an aim by the law."""

    def take(self, plan: Array | None, look: Look | None) -> None:
        self._plan = plan

    def act(self, state: Array, age: int) -> Array:
        plan = self._plan
        if plan is None or (plan.ndim == 2 and age >= len(plan)):
            return HALT
        return np.clip(plan[age], -1.0, 1.0) if plan.ndim == 2 else senses.law(plan, state)


class Network(HandMover):
    """The law and, on top of it, the trained controller in ONNX Runtime.

    Args:
        folder: its model folder; the engine is built at first use.
        mask: senses taken from it: camera, proprio, force.
    """

    def __init__(self, codec: Codec, folder: Path, mask: tuple[str, ...] = ()) -> None:
        super().__init__(codec)
        config = model_folder.load_config(folder)
        self._engine: EulerEngine = load_engine(folder, config)
        self._engine.warm_up()
        self._mask = mask

    def reset(self, observation: Look) -> None:
        super().reset(observation)
        state = np.asarray(observation.state, float)
        self._states = deque([state] * senses.HISTORY, maxlen=senses.HISTORY)
        self._aim: Array | None = None
        self._chunk: Array | None = None
        self._next = 0

    def take(self, plan: Array | None, look: Look | None) -> None:
        self._aim, self._chunk = plan, None
        size = inputs.IMAGE_SIZE
        self._wrist = np.zeros((1, 4, size, size), np.float32)
        if look is not None and look.picture is not None and "camera" not in self._mask:
            cut, corners = senses.windows(view(look.picture)[None], look.state[None, :3])
            known = np.zeros((1, 5)) if plan is None else plan[None]
            null = np.array([plan is None])
            seen = senses.camera_features(cut, corners, known, null)
            self._wrist = np.ascontiguousarray(seen.transpose(0, 3, 1, 2))

    def act(self, state: Array, age: int) -> Array:
        self._states.append(np.asarray(state, float))
        if self._aim is None:
            return HALT
        if self._chunk is None or self._next >= EXECUTED:
            self._chunk, self._next, self.replanned = self._plan(age), 0, True
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
