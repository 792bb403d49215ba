"""Brain and cerebellum on Meta-World, at their two rates."""

import time
from collections import deque

from body.arrays import Array
from body.arrays import Image as Picture
from cerebellum.codec import Codec
from pontine.evaluation.result import Result
from pontine.evaluation.statistics import spread
from pontine.metaworld import plans
from pontine.metaworld.movers import HALT, Mover
from pontine.metaworld.policy import MetaWorldPolicy
from pontine.metaworld.sources import Codes, TokenSource
from pontine.metaworld.speech import show
from sim.suites.metaworld import Look
from sim.suites.metaworld.protocol import STEPS_A_SECOND

TTL = STEPS_A_SECOND  # steps after which tokens no longer move the hand
Made = tuple[int, Codes, Picture | None, Array]  # at which step, from which picture, hand in it


class MetaWorldAgent(MetaWorldPolicy):
    """Tokens every `every` steps, an action at each.

    Args:
        source: of the tokens. mover: of the hand.
        codec: what the tokens mean.
        every: steps between two looks. delay: steps from a look to its tokens' effect.

    Attributes:
        brain_ms, controller_ms: what each look and each plan of this episode took.
        ages: steps, at every step, since the picture of the tokens in force.
        thoughts: of this episode, with the step each was first seen at.
    """

    def __init__(
        self, source: TokenSource, mover: Mover, codec: Codec, every: int, delay: int = 0
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
        self.brain_ms: list[float] = []
        self.controller_ms: list[float] = []
        self.ages: list[int] = []
        self.thoughts: list[tuple[int, str]] = []

    def act(self, look: Look) -> Array:
        if self._step % self._every == 0:
            begun = time.perf_counter()
            codes = self.source.codes(look, self._step)
            self.brain_ms.append(1e3 * (time.perf_counter() - begun))
            thought = self.source.thought
            if thought and (not self.thoughts or self.thoughts[-1][1] != thought):
                self.thoughts.append((self._step, thought))
            self._coming.append((self._step, codes, look.picture, look.state[:3].copy()))
        while self._coming and self._coming[0][0] + self._delay <= self._step:
            self._made, codes, picture, hand = self._coming.popleft()
            self.mover.take(plans.decode(self.codec, codes) if codes else None, picture, hand)
        age = self._step - self._made
        self._step += 1
        if self._made < 0 or age > TTL + self._delay:
            return HALT
        self.ages.append(age)
        begun = time.perf_counter()
        action = self.mover.act(look.state, age)
        if self.mover.planned:
            self.controller_ms.append(1e3 * (time.perf_counter() - begun))
        return action

    def account(self, result: Result) -> None:
        """Write into `result` what the episode's looks and plans came to."""
        result.controller_ms = self.controller_ms
        result.brain_ms = self.brain_ms if self.source.sees else []
        result.brain_calls = len(result.brain_ms)
        result.thoughts = [
            {"stamp": round(step / STEPS_A_SECOND, 3), "thought": show(thought)}
            for step, thought in self.thoughts
        ]
        result.token_age_ms = spread([1e3 * age / STEPS_A_SECOND for age in self.ages])
