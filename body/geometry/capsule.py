"""Capsules (a segment with a radius) fixed to the links of an arm, and how near they come.

The distance of two segments is Ericson's (Real-Time Collision Detection, 2005, section 5.1.9).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from body.contract.arrays import Array, finite_array, finite_number
from body.contract.errors import RangeError


@dataclass(frozen=True, eq=False)
class Capsule:
    """A rounded cylinder on one link.

    Attributes:
        frame: index of the joint frame it is fixed to; -1 is the base.
        start, end: (3,) m, ends of its axis in that frame.
        radius: m.
        name: for messages.
    """

    frame: int
    start: Array
    end: Array
    radius: float
    name: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", finite_array("start", self.start, (3,)))
        object.__setattr__(self, "end", finite_array("end", self.end, (3,)))
        if finite_number("radius", self.radius) <= 0:
            raise RangeError(f"{self.name}: radius must be positive, got {self.radius}")


class CapsuleModel:
    """The pairs of an arm's capsules that may not touch: those more than `apart` frames apart."""

    def __init__(self, capsules: Sequence[Capsule], apart: int = 2) -> None:
        self.capsules = tuple(capsules)
        self._frames = np.array([capsule.frame for capsule in capsules])
        self._ends = np.stack([np.stack([c.start, c.end]) for c in capsules])
        pairs = [
            (i, j)
            for i, j in combinations(range(len(capsules)), 2)
            if abs(capsules[i].frame - capsules[j].frame) > apart
        ]
        self._first, self._second = np.array(pairs).T
        radii = np.array([capsule.radius for capsule in capsules])
        self._reach = radii[self._first] + radii[self._second]

    def nearest(self, frames: Array) -> tuple[float, str]:
        """Least distance (m, negative: they overlap) and the names of the pair, for the poses
        (J, 4, 4) of the joint frames in the base frame."""
        poses = np.concatenate([frames, np.eye(4)[None]])[self._frames]
        ends = np.einsum("cij,ckj->cki", poses[:, :3, :3], self._ends) + poses[:, None, :3, 3]
        a, b = ends[self._first], ends[self._second]
        gaps = segment_distance(a[:, 0], a[:, 1], b[:, 0], b[:, 1]) - self._reach
        least = int(gaps.argmin())
        names = (self.capsules[k[least]].name for k in (self._first, self._second))
        return float(gaps[least]), " and ".join(names)


def segment_distance(p1: Array, q1: Array, p2: Array, q2: Array) -> Array:
    """(...) distance between segments p1-q1 and p2-q2, each (..., 3); points are allowed."""
    d1, d2, r = q1 - p1, q2 - p2, p1 - p2
    a, e = (d1 * d1).sum(-1), (d2 * d2).sum(-1)
    b, c, f = (d1 * d2).sum(-1), (d1 * r).sum(-1), (d2 * r).sum(-1)
    tiny, point = 1e-15, 1e-30  # m^4: parallel; m^2: no length
    parallel = a * e - b * b
    s = np.clip((b * f - c * e) / np.where(parallel > tiny, parallel, np.inf), 0.0, 1.0)
    t = np.clip((b * s + f) / np.maximum(e, point), 0.0, 1.0)
    s = np.clip((b * t - c) / np.maximum(a, point), 0.0, 1.0)
    return np.linalg.norm(p1 + d1 * s[..., None] - p2 - d2 * t[..., None], axis=-1)
