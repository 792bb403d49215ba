"""The named things on the table: their shapes, sizes and colours, and how MuJoCo builds them."""

from dataclasses import dataclass

import mujoco
import numpy as np

from body.contract.arrays import Array
from episodes.vocabulary import FIXTURES, KINDS
from sim.robots.poses import yaw_quat
from sim.worlds.fixtures import KINDS_OF_FIXTURE, Disc, add_fixture, grip_pose

CUBE = KINDS.index("cube")
RGB = {
    "red": (0.85, 0.10, 0.10), "green": (0.10, 0.60, 0.16), "blue": (0.12, 0.25, 0.85),
    "yellow": (0.92, 0.82, 0.10), "purple": (0.52, 0.14, 0.66), "orange": (0.96, 0.48, 0.06),
}  # fmt: skip

BOWL_INNER, BOWL_OUTER, BOWL_HEIGHT, BOWL_FLOOR = 0.062, 0.070, 0.040, 0.006
PLATE_RADIUS, PLATE_RIM, PLATE_HEIGHT, PLATE_FLOOR = 0.075, 0.068, 0.012, 0.008
LIGHT_MASS, HEAVY_MASS = 0.08, 0.30
OBJECT_CONTYPE, OBJECT_CONAFFINITY = 1, 3
_SEGMENTS = 16
_SOLREF = (0.01, 1.0)
# Sliding, torsional, rolling; rolling keeps a ball where it was put.
_FRICTION = (1.0, 0.005, 0.002)

_SURFACE: dict[str, object] = {
    "friction": _FRICTION, "solref": _SOLREF,
    "contype": OBJECT_CONTYPE, "conaffinity": OBJECT_CONAFFINITY,
}  # fmt: skip


@dataclass(frozen=True)
class SceneObject:
    """One thing on the table.

    Attributes:
        kind, colour: names out of the `KINDS` and `COLOURS` of :mod:`episodes.vocabulary`.
        x, y, yaw: where its centre stands in the base frame, m and rad.
        width: m; edge, diameter, or outer diameter of a bowl or plate; of a fixture, what the
            fingers close on.
        height: m.
        rgb: the shade it is painted in.
        moved: how far a fixture's part has been moved at first, m or rad.
    """

    kind: str
    colour: str
    x: float
    y: float
    yaw: float
    width: float
    height: float
    rgb: tuple[float, float, float]
    moved: float = 0.0

    @property
    def pair(self) -> tuple[str, str]:
        return self.colour, self.kind

    @property
    def name(self) -> str:
        return f"{self.colour} {self.kind}"

    @property
    def footprint(self) -> float:
        """Radius of the circle about the centre that holds it, m."""
        if self.fixed:
            discs = KINDS_OF_FIXTURE[self.kind].discs
            return float(max(np.hypot(x, y) + radius for x, y, radius in discs))
        return self.width / 2 * (np.sqrt(2) if self.kind == "cube" else 1.0)

    @property
    def fixed(self) -> bool:
        """It stands fast, and only a part of it moves."""
        return self.kind in FIXTURES

    @property
    def discs(self) -> tuple[Disc, ...]:
        """What it covers of the table: x, y (m, base frame) and radius of each."""
        if not self.fixed:
            return ((self.x, self.y, self.footprint),)
        cos, sin = np.cos(self.yaw), np.sin(self.yaw)
        return tuple(
            (float(self.x + cos * x - sin * y), float(self.y + sin * x + cos * y), radius)
            for x, y, radius in KINDS_OF_FIXTURE[self.kind].discs
        )

    def clears(self, other: "SceneObject", clearance: float) -> bool:
        """`other` stands at least `clearance`, m, from it."""
        return all(
            bool(np.hypot(x - u, y - v) >= radius + wide + clearance)
            for x, y, radius in self.discs
            for u, v, wide in other.discs
        )

    @property
    def grips(self) -> tuple[Array, ...]:
        """(3,) m each: where hands take hold of it; of a fixture, at both ends of its travel."""
        if not self.fixed:
            return (np.array([self.x, self.y, self.height / 2]),)
        place = np.array([self.x, self.y, 0.0])
        ends = KINDS_OF_FIXTURE[self.kind].travel
        return tuple(grip_pose(self.kind, place, self.yaw, end)[0] for end in ends)


def add_object(spec: mujoco.MjSpec, item: SceneObject, index: int) -> None:
    """Add `item` as free body `object{index}`, its frame at half its height; or as a fixture."""
    if item.fixed:
        spot, rgba = (item.x, item.y), (*item.rgb, 1.0)
        add_fixture(spec, f"object{index}", item.kind, spot, item.yaw, rgba, _SURFACE)
        return
    body = spec.worldbody.add_body(
        name=f"object{index}",
        pos=[item.x, item.y, item.height / 2],
        quat=yaw_quat(item.yaw),
    )
    body.add_freejoint(name=f"object{index}")
    half, tall = item.width / 2, item.height / 2
    box, ball, tube = (
        mujoco.mjtGeom.mjGEOM_BOX, mujoco.mjtGeom.mjGEOM_SPHERE, mujoco.mjtGeom.mjGEOM_CYLINDER,
    )  # fmt: skip
    if item.kind == "cube":
        _geom(body, item, box, [half, half, tall], LIGHT_MASS)
    elif item.kind == "ball":
        _geom(body, item, ball, [half, 0, 0], LIGHT_MASS)
    elif item.kind == "cylinder":
        _geom(body, item, tube, [half, tall, 0], LIGHT_MASS)
    elif item.kind == "bowl":
        _dish(body, item, BOWL_INNER, BOWL_OUTER, BOWL_FLOOR)
    else:
        _dish(body, item, PLATE_RIM, PLATE_RADIUS, PLATE_FLOOR)


def _dish(
    body: mujoco.MjsBody, item: SceneObject, inner: float, outer: float, floor: float
) -> None:
    """A disc with a ring of boxes around it; the ring clears the table, so contacts stay few."""
    tall, gap = item.height / 2, 0.001
    disc = mujoco.mjtGeom.mjGEOM_CYLINDER
    _geom(body, item, disc, [inner + 0.004, floor / 2, 0], 0.6 * HEAVY_MASS,
          [0, 0, -tall + floor / 2])  # fmt: skip
    middle, thick = (inner + outer) / 2, (outer - inner) / 2
    tangent = outer * np.tan(np.pi / _SEGMENTS)
    size, mass = [thick, tangent, tall - gap / 2], 0.4 * HEAVY_MASS / _SEGMENTS
    for k in range(_SEGMENTS):
        angle = 2 * np.pi * k / _SEGMENTS
        pos = [middle * np.cos(angle), middle * np.sin(angle), gap / 2]
        _geom(body, item, mujoco.mjtGeom.mjGEOM_BOX, size, mass, pos, yaw_quat(angle))


def _geom(
    body: mujoco.MjsBody,
    item: SceneObject,
    shape: mujoco.mjtGeom,
    size: list[float],
    mass: float,
    pos: list[float] | None = None,
    quat: np.ndarray | None = None,
) -> None:
    rolls = 6 if shape == mujoco.mjtGeom.mjGEOM_SPHERE else 3
    body.add_geom(
        type=shape, size=size, mass=mass, pos=pos or [0, 0, 0],
        quat=[1, 0, 0, 0] if quat is None else quat, rgba=[*item.rgb, 1.0],
        condim=rolls, **_SURFACE,
    )  # fmt: skip
