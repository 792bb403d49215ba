"""What the brain reads and writes about Meta-World, as token ids.

Prompt:  <image>  instruction  <act> x 4 (hand x, y, z, opening)
Answer:  <think> object <loc> x 3 goal <loc> x 3 </think> <act> x 5 </s>

The hand's place is told in the bins of aims, so that an aim can be set against it.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from body.contract.arrays import Array
from brain.atomic import LOCATIONS
from cerebellum.codec.aim import AimCodec, uniform_bins

if TYPE_CHECKING:
    from brain.tokenizer import Vocabulary

RANGES = ((-0.45, 0.45), (0.3, 1.0), (-0.05, 0.5))  # m, of places told in a thought
ROLES = ("hand", "object", "second", "goal")
THOUGHT_ROLES = ("object", "goal")
OPENINGS = 16
AIMS = AimCodec()
_PLACE = re.compile(r"<loc_(\d+)>\s*<loc_(\d+)>\s*<loc_(\d+)>")


@dataclass(frozen=True)
class Speech:
    """Words and numbers of one vocabulary."""

    vocabulary: "Vocabulary"

    def prompt(self, instruction: str, state: Array) -> list[int]:
        """Ids up to where the answer begins; `state` (4,) hand x, y, z (m), opening (0 to 1)."""
        words = " ".join(instruction.replace("<", " ").replace(">", " ").split())
        return [*self.vocabulary.encode(words), *self.state(state)]

    def state(self, state: Array) -> list[int]:
        """The four ids of :meth:`prompt` that tell of the hand."""
        opening = int(np.clip(np.floor(state[3] * OPENINGS), 0, OPENINGS - 1))
        bins = [*AIMS.place_bins(np.asarray(state[:3])), opening]
        return [self.vocabulary.acts[int(code)] for code in bins]

    def place(self, place: Array) -> list[int]:
        """Three ids of `place` (3,) m."""
        return [self.vocabulary.locations[i] for i in location_bins(place)]

    def thought(self, target: Array, goal: Array) -> list[int]:
        """Ids from `<think>` to `</think>`, of two places (3,) m."""
        told: list[int] = []
        for role, place in zip(THOUGHT_ROLES, (target, goal), strict=True):
            told += [*self.vocabulary.encode(role), *self.place(place)]
        return [self.vocabulary.think, *told, self.vocabulary.thought_end]

    def given(self, thought: str) -> list[int]:
        """Ids of a thought's text, as :meth:`thought` has them."""
        inner = self.vocabulary.encode(thought)
        return [self.vocabulary.think, *inner, self.vocabulary.thought_end]


def location_bins(place: Array) -> list[int]:
    """Three bins of `place` (3,) m; the border's where it lies outside."""
    return [int(i) for i in uniform_bins(place, RANGES, LOCATIONS)]


def show(thought: str) -> str:
    """A thought for people: three location tokens become `(x, y, z) m`."""
    low, high = np.array(RANGES).T

    def metres(match: re.Match[str]) -> str:
        bins = np.array([int(number) for number in match.groups()])
        x, y, z = low + (bins + 0.5) * (high - low) / LOCATIONS
        return f"({x:+.3f}, {y:.3f}, {z:.3f}) m"

    return _PLACE.sub(metres, thought)
