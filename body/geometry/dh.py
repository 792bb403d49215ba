"""Denavit-Hartenberg figures of a serial arm from its joints' axes in space.

Craig's convention (Introduction to Robotics, 3rd ed., section 3.4): frame i turns with joint i
about its z axis; its x axis is the common normal from that axis to the next; link i - 1 is
described by a (length of the normal) and alpha (angle between the axes), joint i by theta and d.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from body.contract.arrays import Array, finite_array
from body.contract.errors import RangeError

PARALLEL = 1e-6  # sine of the angle below which two axes count as parallel


@dataclass(frozen=True, eq=False)
class Figures:
    """What :class:`body.RobotSpec` is to be given.

    Attributes:
        dh: (J, 3). offset: (J,) rad. base: (4, 4).
        flange: (4, 4) pose of the tool, as it was given, in the last joint's frame.
    """

    dh: Array
    offset: Array
    base: Array
    flange: Array


def from_axes(points: Array, axes: Array, tool: Array) -> Figures:
    """The figures of an arm that, at q = 0, has these axes.

    Args:
        points: (J, 3) m, a point on each axis, in the base frame, from the base to the tool.
        axes: (J, 3) directions, about which positive q turns.
        tool: (4, 4) pose of the tool at q = 0.

    Raises:
        RangeError: an axis has no direction.
    """
    points = finite_array("points", points, (None, 3))
    count = len(points)
    axes = finite_array("axes", axes, (count, 3))
    lengths = np.linalg.norm(axes, axis=1)
    if (lengths < 1e-9).any():
        raise RangeError(f"axis {int(lengths.argmin())} has no direction: {axes[lengths.argmin()]}")
    axes = axes / lengths[:, None]
    frames = [_frame(points[i], axes[i], *_next(points, axes, i)) for i in range(count)]
    rows, offsets = [(0.0, 0.0, 0.0)], [0.0]
    for before, after in pairwise(frames):
        step = np.linalg.inv(before) @ after
        alpha = np.arctan2(-step[1, 2], step[2, 2])
        d = step[2, 3] * np.cos(alpha) - step[1, 3] * np.sin(alpha)
        rows.append((float(step[0, 3]), float(d), float(alpha)))
        offsets.append(float(np.arctan2(-step[0, 1], step[0, 0])))
    flange = np.asarray(np.linalg.inv(frames[-1]) @ tool, np.float64)
    return Figures(np.array(rows), np.array(offsets), frames[0], flange)


def _next(points: Array, axes: Array, i: int) -> tuple[Array, Array]:
    """Foot on axis i of the common normal to axis i + 1, and the normal's direction."""
    point, z = points[i], axes[i]
    if i + 1 == len(points):
        return point, _across(z)
    other, w = points[i + 1], axes[i + 1]
    between, normal = other - point, np.cross(z, w)
    sine = np.linalg.norm(normal)
    if sine < PARALLEL:
        apart = between - z * (z @ between)
        distance = np.linalg.norm(apart)
        return point, apart / distance if distance > PARALLEL else _across(z)
    normal = normal / sine
    along = np.linalg.solve(np.column_stack([z, -w, normal]), between)
    return point + z * along[0], normal * (1.0 if along[2] >= 0 else -1.0)


def _across(z: Array) -> Array:
    """A direction at right angles to `z`."""
    other = np.eye(3)[int(np.abs(z).argmin())]
    across = other - z * (z @ other)
    return np.asarray(across / np.linalg.norm(across))


def _frame(point: Array, z: Array, foot: Array, x: Array) -> Array:
    frame = np.eye(4)
    frame[:3, :3] = np.column_stack([x, np.cross(z, x), z])
    frame[:3, 3] = foot
    return frame
