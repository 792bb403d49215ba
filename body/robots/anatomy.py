"""What an arm and its hand are made of: masses and shapes, for a simulation to build them from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from body.contract.arrays import Array, finite_array, finite_number
from body.contract.errors import RangeError

Rod = tuple[Sequence[float], Sequence[float], float]  # two ends (3,) and a radius, m: a capsule


@dataclass(frozen=True)
class Link:
    """What turns with one joint.

    Attributes:
        mass: kg. com: (3,) m, its centre of mass in the joint's frame.
        inertia: kg m2 about `com` along the joint frame's axes: xx, yy, zz, xy, xz, yz.
        rods: its shape, in the joint's frame.
    """

    mass: float
    com: Sequence[float]
    inertia: Sequence[float]
    rods: tuple[Rod, ...]

    def __post_init__(self) -> None:
        finite_array("com", np.array(self.com), (3,))
        finite_array("inertia", np.array(self.inertia), (6,))
        if finite_number("mass", self.mass) <= 0:
            raise RangeError(f"mass of a link: must be positive, got {self.mass} kg")


@dataclass(frozen=True)
class Hand:
    """A gripper of two parallel fingers, which close along the y axis of the hand's frame.

    Attributes:
        mass: kg, fingers excluded. com: (3,) m. inertia: (3,) kg m2 about it.
        box: (3,) m, half the sides of its body, which stands on the origin.
        finger_mass: kg, of each; they begin `finger_top` m from the origin.
        force: N, the most that the fingers press with.
    """

    mass: float
    com: Sequence[float]
    inertia: Sequence[float]
    box: Sequence[float]
    finger_mass: float
    finger_top: float
    force: float

    def __post_init__(self) -> None:
        for name in ("mass", "finger_mass", "force"):
            if finite_number(name, getattr(self, name)) <= 0:
                raise RangeError(f"{name} of a hand: must be positive, got {getattr(self, name)}")


@dataclass(frozen=True)
class Mount:
    """Where on a model a hand hangs.

    Attributes:
        name: of a site or body.
        points: its axis that points away from the arm ("x", "-x", "y", ...).
        shift: m along that axis. turn: rad about it.
    """

    name: str
    points: str = "z"
    shift: float = 0.0
    turn: float = 0.0


@dataclass(frozen=True)
class ModelFile:
    """An arm that a simulation builds from its MJCF or URDF.

    Attributes:
        path: the file. packages: folders in which a URDF's packages lie.
        mount: where the hand hangs. hand: the gripper.
        gains: of each joint's servo, Nm/rad and Nm s/rad.
        place: where the file's world stands on the table: x, y, z (m), yaw (rad).
        notes: what was left out of the file or assumed, in words.
    """

    path: Path
    mount: Mount
    hand: Hand
    gains: tuple[tuple[float, float], ...]
    place: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    packages: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Anatomy:
    """Of a whole arm.

    Attributes:
        foot: shape of what does not move, in the base frame.
        links: one a joint.
        stiffness: (J,) Nm/rad of the position servos; their damping is a tenth of it, in Nm s/rad.
        hand: the gripper.
        armature: kg m2, of each motor as its joint feels it.
    """

    foot: tuple[Rod, ...]
    links: tuple[Link, ...]
    stiffness: Array
    hand: Hand
    armature: float = 0.1

    def __post_init__(self) -> None:
        stiffness = finite_array("stiffness", self.stiffness, (len(self.links),))
        if (stiffness <= 0).any():
            raise RangeError(f"stiffness: must be positive, got {stiffness}")
        object.__setattr__(self, "stiffness", stiffness)
