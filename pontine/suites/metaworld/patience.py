"""How long a hand may rest before the brain no longer says what it believes likeliest."""

import numpy as np

from body.contract.arrays import Array
from sim.suites.metaworld.protocol import STEPS_A_SECOND

REST = 0.003  # m: within which a hand is at rest


class Patience:
    """Lost where the hand has rested for `seconds` (0: never), kept again once it moves.

    A brain that remembers nothing and says what it believes likeliest says the same for ever to a
    hand that has come to rest where it was sent. Codes drawn from what it believes get it away.
    """

    def __init__(self, seconds: float) -> None:
        self._steps = round(seconds * STEPS_A_SECOND) or np.inf

    def reset(self, hand: Array) -> None:
        """Begin an episode with the hand at (3,) m."""
        self._place, self._since = hand.copy(), 0

    def lost(self, hand: Array, step: int) -> bool:
        """With the hand at (3,) m at `step` of the episode."""
        if np.linalg.norm(hand - self._place) > REST:
            self._place, self._since = hand.copy(), step
        return step - self._since >= self._steps
