"""How a thing moves about the table by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from body.contract.arrays import Array
from sim.worlds.objects import SceneObject

CLEAR = 0.012  # m between the moving thing and any other
STRETCH = (0.05, 0.25)  # m, of one straight piece
TRIES = 300


@dataclass(frozen=True)
class Path:
    """Straight pieces at one speed.

    Attributes:
        index: of the object that moves.
        points: (x, y) m, from where it stands at first: the corners, (0, 0) the first of them.
        speed: m/s.
    """

    index: int
    points: tuple[tuple[float, float], ...]
    speed: float

    def at(self, seconds: float) -> tuple[Array, Array]:
        """(2,) m from where it stood at first, and (2,) m/s; at its end it rests."""
        left = seconds * self.speed
        points = np.array(self.points)
        for start, end in pairwise(points):
            length = float(np.linalg.norm(end - start))
            if left < length:
                along = (end - start) / length
                return start + left * along, self.speed * along
            left -= length
        return points[-1], np.zeros(2)


def draw_path(
    rng: np.random.Generator,
    items: Sequence[SceneObject],
    index: int,
    speed: float,
    seconds: float,
    room: tuple[tuple[float, float], tuple[float, float]],
) -> Path | None:
    """A random way of `seconds` for object `index` among `items`; None where they are too close.

    Args:
        speed: m/s. room: ranges of x and y, m, that it keeps to.
    """
    item = items[index]
    discs = [disc for i, other in enumerate(items) if i != index for disc in other.discs]
    start = here = np.array([item.x, item.y])
    points, left = [(0.0, 0.0)], speed * seconds
    for _ in range(TRIES):
        if left <= 0:
            return Path(index, tuple(points), speed)
        angle, length = rng.uniform(-np.pi, np.pi), float(rng.uniform(*STRETCH))
        there = here + length * np.array([np.cos(angle), np.sin(angle)])
        inside = all(low <= v <= high for v, (low, high) in zip(there, room, strict=True))
        if inside and clear_of(here, there, discs, item.footprint + CLEAR):
            here = there
            points.append((float(there[0] - start[0]), float(there[1] - start[1])))
            left -= length
    return None


def clear_of(
    start: Array, end: Array, discs: Sequence[tuple[float, float, float]], margin: float
) -> bool:
    """No disc comes within `margin` of the way from `start` to `end`."""
    way = end - start
    for x, y, radius in discs:
        place = np.array([x, y])
        share = np.clip((place - start) @ way / (way @ way), 0.0, 1.0)
        if np.linalg.norm(place - start - share * way) < radius + margin:
            return False
    return True
