"""Brain and cerebellum on Meta-World, at their two rates."""

from collections import deque

import numpy as np

from body.arrays import Array
from cerebellum.codec.aim import AimCodec, heading
from pontine.metaworld.policy import MetaWorldPolicy
from pontine.metaworld.sources import Codes, TokenSource
from sim.suites.metaworld import Look

STEPS_A_SECOND = 80
TTL = STEPS_A_SECOND  # steps after which tokens no longer move the hand


class MetaWorldAgent(MetaWorldPolicy):
    """Tokens every `every` steps, an action at each.

    Args:
        source: of the tokens.
        codec: what they mean.
        every: steps between two looks. delay: steps from a look to its tokens' effect.
    """

    def __init__(self, source: TokenSource, codec: AimCodec, every: int, delay: int = 0) -> None:
        self.source, self.codec = source, codec
        self._every, self._delay = every, delay
        self._step = 0

    @property
    def looks(self) -> bool:
        return self.source.sees and self._step % self._every == 0

    def reset(self, look: Look, instruction: str) -> None:
        self.source.reset(look, instruction)
        self._step, self._made = 0, 0
        self._coming: deque[tuple[int, Codes]] = deque()
        self._aim: Array | None = None

    def act(self, look: Look) -> Array:
        if self._step % self._every == 0:
            self._coming.append((self._step, self.source.codes(look, self._step)))
        while self._coming and self._coming[0][0] + self._delay <= self._step:
            self._made, codes = self._coming.popleft()
            self._aim = self.codec.aim(codes) if codes else None
        stale = self._step - self._made > TTL + self._delay
        self._step += 1
        if self._aim is None or stale:
            return np.zeros(4)
        return np.append(heading(self._aim, look.state[:3]), self._aim[4])
