"""Where on a table an arm can put its tool straight down."""

from dataclasses import dataclass

import numpy as np

from body.contract.errors import RangeError

SCENE_X, SCENE_Y = (0.30, 0.70), (-0.25, 0.25)  # m, base frame: where things stand


@dataclass(frozen=True)
class Reach:
    """A sector of a ring, about the base frame's x axis.

    Attributes:
        centre: (x, y) m, in the base frame: where the first joint's axis meets the table.
        near, far: radii, m.
        turn: rad to either side.
    """

    centre: tuple[float, float]
    near: float
    far: float
    turn: float

    def __post_init__(self) -> None:
        if not 0 <= self.near < self.far or not 0 < self.turn <= np.pi:
            raise RangeError(
                "a reach needs 0 <= near < far (m) and 0 < turn <= pi (rad), got "
                f"{self.near}, {self.far}, {self.turn}"
            )

    def holds(self, x: float, y: float) -> bool:
        """(x, y), m, lies within."""
        ahead, aside = x - self.centre[0], y - self.centre[1]
        radius, angle = np.hypot(ahead, aside), np.arctan2(aside, ahead)
        return bool(self.near <= radius <= self.far and abs(angle) <= self.turn)
