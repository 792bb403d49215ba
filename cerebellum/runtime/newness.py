"""Whether a picture is news: a camera that hangs repeats itself, and its stamp does not tell."""

import numpy as np

from body.contract.arrays import Array, Image

MOVED = np.array([0.002, 0.002, 0.002, 0.02])  # m, m, m, rad: a hand so far on sees something else


class Newness:
    """Remembers the last new picture of a camera in the hand, and where the hand was then."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._picture: Image | None = None
        self._pose = np.zeros(4)

    def is_stale(self, picture: Image, pose: Array) -> bool:
        """Whether `picture` is, bit by bit, the one before, though the hand has moved since.

        Shown where things were, the network would put the token right by what is no longer so.

        Args:
            pose: (4,) the tool's x, y, z (m) and yaw (rad), base frame, as `picture` is handed in.
        """
        if self._picture is not None and np.array_equal(self._picture, picture):
            return bool((np.abs(pose - self._pose) > MOVED).any())
        # copies: between processes pictures come in one buffer, written anew
        self._picture, self._pose = picture.copy(), np.array(pose)
        return False
