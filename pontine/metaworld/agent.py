"""Brain and cerebellum on Meta-World, at their two rates."""

from collections import deque

from body.arrays import Array
from body.arrays import Image as Picture
from cerebellum.codec.aim import AimCodec
from pontine.metaworld.movers import HALT, Mover
from pontine.metaworld.policy import MetaWorldPolicy
from pontine.metaworld.sources import Codes, TokenSource
from sim.suites.metaworld import Look

STEPS_A_SECOND = 80
TTL = STEPS_A_SECOND  # steps after which tokens no longer move the hand
Made = tuple[int, Codes, Picture | None, Array]  # at which step, from which picture, hand in it


class MetaWorldAgent(MetaWorldPolicy):
    """Tokens every `every` steps, an action at each.

    Args:
        source: of the tokens. mover: of the hand.
        codec: what the tokens mean.
        every: steps between two looks. delay: steps from a look to its tokens' effect.
    """

    def __init__(
        self, source: TokenSource, mover: Mover, codec: AimCodec, every: int, delay: int = 0
    ) -> None:
        self.source, self.mover, self.codec = source, mover, codec
        self._every, self._delay = every, delay
        self._step = 0

    @property
    def looks(self) -> bool:
        return (self.source.sees or self.mover.sees) and self._step % self._every == 0

    def reset(self, look: Look, instruction: str) -> None:
        self.source.reset(look, instruction)
        self.mover.reset(look.state)
        self._step, self._made = 0, -1
        self._coming: deque[Made] = deque()

    def act(self, look: Look) -> Array:
        if self._step % self._every == 0:
            codes = self.source.codes(look, self._step)
            self._coming.append((self._step, codes, look.picture, look.state[:3].copy()))
        while self._coming and self._coming[0][0] + self._delay <= self._step:
            self._made, codes, picture, hand = self._coming.popleft()
            self.mover.take(self.codec.aim(codes) if codes else None, picture, hand)
        age = self._step - self._made
        self._step += 1
        if self._made < 0 or age > TTL + self._delay:
            return HALT
        return self.mover.act(look.state, age)
