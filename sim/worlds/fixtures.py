"""Things that stand fast and have a part that moves: a drawer, a button, a knob.

The frame of each lies on the table in its middle; a drawer opens along its x axis. Of a fixture
the objects array tells where its part is to be taken hold of or pressed, and how far it has moved.
"""

from dataclasses import dataclass

import mujoco
import numpy as np

from body.contract.arrays import Array
from sim.robots.poses import yaw_quat

GREY = (0.42, 0.40, 0.38, 1.0)
FINGERS = 0.06  # m to either side of a part that an open hand needs
BOX, TUBE = mujoco.mjtGeom.mjGEOM_BOX, mujoco.mjtGeom.mjGEOM_CYLINDER

Rgba = tuple[float, ...]
Disc = tuple[float, float, float]  # x, y (m, own frame) and radius


@dataclass(frozen=True)
class Fixture:
    """One kind of fixture; lengths in m, of its own frame.

    Attributes:
        grip: (3,) where the hand takes hold of or presses the part, at rest.
        width: what the fingers close on (0: nothing).
        slides: unit vector along which the part slides; None: it turns about z.
        travel: (least, most) m or rad. friction: N or Nm. spring: N/m.
        discs: what it covers of the table, the way of its part and the hand's fingers included.
    """

    grip: tuple[float, float, float]
    width: float
    slides: tuple[float, float, float] | None
    travel: tuple[float, float]
    friction: float
    discs: tuple[Disc, ...]
    spring: float = 0.0


SHELL, DEPTH, ACROSS, TALL = 0.005, 0.12, 0.12, 0.06  # m, of the drawer's cabinet
BASE, BASE_TALL = 0.07, 0.03  # m, of what button and knob stand on
CAP_RADIUS, CAP_TALL = 0.022, 0.015
KINDS_OF_FIXTURE = {
    "drawer": Fixture(
        grip=(0.096, 0.0, 0.040), width=0.024, slides=(1.0, 0.0, 0.0), travel=(0.0, 0.07),
        friction=1.0, discs=((0.0, 0.0, 0.078), (0.10, 0.0, FINGERS), (0.15, 0.0, FINGERS)),
    ),
    "button": Fixture(
        grip=(0.0, 0.0, BASE_TALL + CAP_TALL), width=0.0, slides=(0.0, 0.0, -1.0),
        travel=(0.0, 0.012), friction=0.1, spring=250.0, discs=((0.0, 0.0, FINGERS),),
    ),
    "knob": Fixture(
        grip=(0.0, 0.0, 0.052), width=0.024, slides=None, travel=(-1.6, 1.6), friction=0.05,
        discs=((0.0, 0.0, FINGERS),),
    ),
}  # fmt: skip


def grip_pose(kind: str, place: Array, yaw: float, moved: float) -> tuple[Array, float]:
    """Where the part's grip is, (3,) m, and its yaw, rad, in the frame that the fixture stands in.

    Args:
        place: (3,) m and `yaw`, rad: of the fixture. moved: of its part, m or rad.
    """
    fixture = KINDS_OF_FIXTURE[kind]
    own = np.array(fixture.grip)
    if fixture.slides is None:
        yaw_of_part = yaw + moved
    else:
        yaw_of_part = yaw
        own = own + moved * np.array(fixture.slides)
    cos, sin = np.cos(yaw), np.sin(yaw)
    turned = np.array([cos * own[0] - sin * own[1], sin * own[0] + cos * own[1], own[2]])
    return place + turned, yaw_of_part


def add_fixture(
    spec: mujoco.MjSpec, name: str, kind: str, place: tuple[float, float], yaw: float,
    rgba: Rgba, surface: dict[str, object],
) -> None:  # fmt: skip
    """Add a fixture: its part is body `name` on joint `name`, what stands is body `name`_base.

    Args:
        surface: what geoms of the table's things have in common.
    """
    fixture = KINDS_OF_FIXTURE[kind]
    base = spec.worldbody.add_body(name=f"{name}_base", pos=[*place, 0.0], quat=yaw_quat(yaw))
    part = base.add_body(name=name)
    sliding = fixture.slides is not None
    part.add_joint(
        name=name, axis=fixture.slides if fixture.slides is not None else (0.0, 0.0, 1.0),
        type=mujoco.mjtJoint.mjJNT_SLIDE if sliding else mujoco.mjtJoint.mjJNT_HINGE,
        range=fixture.travel, limited=1, frictionloss=fixture.friction,
        damping=2.0 if sliding else 0.02, stiffness=fixture.spring, armature=1e-4,
    )  # fmt: skip

    def boxes(
        body: mujoco.MjsBody, colour: tuple[float, ...], *shapes: tuple[Array, Array]
    ) -> None:
        for low, high in shapes:
            body.add_geom(type=BOX, pos=(low + high) / 2, size=(high - low) / 2, mass=0.02,
                          rgba=colour, **surface)  # fmt: skip

    if kind == "drawer":
        boxes(base, GREY, *_cabinet())
        boxes(part, rgba, *_tray())
    else:
        half = BASE / 2
        boxes(base, GREY, (np.array([-half, -half, 0.0]), np.array([half, half, BASE_TALL])))
    if kind == "button":
        part.add_geom(type=TUBE, pos=[0, 0, BASE_TALL], size=[CAP_RADIUS, CAP_TALL, 0], mass=0.02,
                      rgba=rgba, **surface)  # fmt: skip
    elif kind == "knob":
        part.add_geom(type=TUBE, pos=[0, 0, BASE_TALL + 0.004], size=[0.032, 0.003, 0], mass=0.02,
                      rgba=rgba, **surface)  # fmt: skip
        boxes(part, rgba, (np.array([-0.028, -0.012, 0.034]), np.array([0.028, 0.012, 0.068])))
    spec.add_exclude(bodyname1=f"{name}_base", bodyname2=name)


def _cabinet() -> list[tuple[Array, Array]]:
    """(low, high) corners: a top, two sides and a back."""
    x, y = DEPTH / 2, ACROSS / 2
    return [
        (np.array([-x, -y, TALL - SHELL]), np.array([x, y, TALL])),
        (np.array([-x, -y, 0.0]), np.array([x, SHELL - y, TALL - SHELL])),
        (np.array([-x, y - SHELL, 0.0]), np.array([x, y, TALL - SHELL])),
        (np.array([-x, SHELL - y, 0.0]), np.array([SHELL - x, y - SHELL, TALL - SHELL])),
    ]


def _tray() -> list[tuple[Array, Array]]:
    """(low, high) corners: front, floor, sides, neck, and the fin that is taken hold of."""
    x, y, low, high = DEPTH / 2, ACROSS / 2 - SHELL - 0.002, 0.004, TALL - SHELL - 0.004
    return [
        (np.array([x, -y, low]), np.array([x + 0.006, y, high])),
        (np.array([-x + 0.012, -y, low]), np.array([x, y, low + 0.004])),
        (np.array([-x + 0.012, -y, low]), np.array([x, 0.004 - y, high - 0.01])),
        (np.array([-x + 0.012, y - 0.004, low]), np.array([x, y, high - 0.01])),
        (np.array([x + 0.006, -0.006, 0.025]), np.array([0.079, 0.006, 0.045])),
        (np.array([0.078, -0.012, 0.016]), np.array([0.114, 0.012, 0.066])),
    ]
