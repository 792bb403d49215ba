"""The description of a robot: names, kinematics, limits, cameras."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from body.contract.arrays import Array, finite_array
from body.contract.errors import RangeError, ShapeError, UnknownJointError
from body.geometry.capsule import CapsuleModel
from body.robots.anatomy import Anatomy, ModelFile
from body.robots.reach import Reach

VelocityLimits = Callable[[Array], tuple[Array, Array]]


@dataclass(frozen=True, eq=False)
class CameraSpec:
    """A pinhole camera fixed to the base or to the hand.

    Attributes:
        mount: "base" or "hand" (the tool frame's orientation, origin at the flange's hand frame).
        position: (3,) m in the mount's frame.
        xyaxes: (6,) image right and image up in the mount's frame (MuJoCo's convention:
            the camera looks along its own -z).
        fovy: vertical field of view, degrees.
        pixels: side of its square pictures.
    """

    mount: str
    position: Array
    xyaxes: Array
    fovy: float
    pixels: int = 128

    def __post_init__(self) -> None:
        if self.mount not in ("base", "hand"):
            raise RangeError(f"camera mount must be 'base' or 'hand', got {self.mount!r}")
        object.__setattr__(self, "position", finite_array("position", self.position, (3,)))
        object.__setattr__(self, "xyaxes", finite_array("xyaxes", self.xyaxes, (6,)))

    @property
    def rotation(self) -> Array:
        """(3, 3) camera axes (right, up, backward) as columns, in the mount's frame."""
        right = self.xyaxes[:3] / np.linalg.norm(self.xyaxes[:3])
        up = self.xyaxes[3:] - right * (right @ self.xyaxes[3:])
        up = up / np.linalg.norm(up)
        return np.column_stack([right, up, np.cross(right, up)])


@dataclass(frozen=True, eq=False)
class RobotSpec:
    """An arm of J revolute joints with a parallel gripper.

    Attributes:
        name: identifies the robot in model folders ("fr3").
        joint_names: J unique names, in the order of every joint array.
        dh: (J, 3) modified (Craig) Denavit-Hartenberg a (m), d (m), alpha (rad).
        offset: (J,) rad, theta = q + offset (None: zeros).
        base: (4, 4) pose, in the base frame, of the frame that `dh` begins from (None: the same).
        flange_to_hand: (4, 4) pose of the hand frame in the last joint's frame.
        hand_to_tool: (4, 4) pose of the tool frame (between the pads) in the hand frame.
        position_lower, position_upper: (J,) rad.
        velocity, acceleration, jerk: (J,) rad/s, rad/s2, rad/s3, symmetric bounds.
        velocity_limits: (q) -> lower, upper (J,) rad/s, where the maker publishes limits that
            depend on position; None: the symmetric bounds.
        effort: (J,) Nm.
        gripper_open, gripper_speed: largest opening m, speed m/s of the opening.
        home: (J,) rad, the resting posture.
        cameras: name to camera.
        anatomy: masses and shapes, or the file of a model (None: it cannot be simulated).
        capsules: around the links, for telling when the arm touches itself (None: not told).
        reach: where things are put for it (None: all over the table).
        chosen: names of fields whose values are ours because the maker published none.
        source: where the figures come from.
    """

    name: str
    joint_names: tuple[str, ...]
    dh: Array
    flange_to_hand: Array
    hand_to_tool: Array
    position_lower: Array
    position_upper: Array
    velocity: Array
    acceleration: Array
    jerk: Array
    effort: Array
    gripper_open: float
    gripper_speed: float
    home: Array
    cameras: Mapping[str, CameraSpec]
    source: str
    velocity_limits: VelocityLimits | None = None
    offset: Array | None = None
    base: Array | None = None
    anatomy: Anatomy | ModelFile | None = None
    capsules: CapsuleModel | None = None
    reach: Reach | None = None
    chosen: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        joints = len(self.joint_names)
        if len(set(self.joint_names)) != joints:
            raise UnknownJointError(f"{self.name}: a joint name stands twice: {self.joint_names}")
        shapes: dict[str, tuple[int, ...]] = {
            "dh": (joints, 3), "flange_to_hand": (4, 4), "hand_to_tool": (4, 4),
        }  # fmt: skip
        for key in ("position_lower", "position_upper", "velocity", "acceleration", "jerk",
                    "effort", "home"):  # fmt: skip
            shapes[key] = (joints,)
        if self.offset is not None:
            shapes["offset"] = (joints,)
        if self.base is not None:
            shapes["base"] = (4, 4)
        for key, shape in shapes.items():
            object.__setattr__(self, key, finite_array(key, getattr(self, key), shape))
        if (self.position_lower >= self.position_upper).any():
            raise RangeError(f"{self.name}: position_lower must lie below position_upper")
        for key in ("velocity", "acceleration", "jerk", "effort"):
            if (getattr(self, key) <= 0).any():
                raise RangeError(f"{self.name}: {key} must be positive")
        if (self.home < self.position_lower).any() or (self.home > self.position_upper).any():
            raise RangeError(f"{self.name}: home lies outside the position limits")
        if isinstance(self.anatomy, Anatomy) and len(self.anatomy.links) != joints:
            raise ShapeError(f"{self.name}: {len(self.anatomy.links)} links for {joints} joints")

    @property
    def joints(self) -> int:
        return len(self.joint_names)

    @property
    def gripper_stroke(self) -> float:
        """s that the fingers take from open to shut."""
        return self.gripper_open / self.gripper_speed

    @property
    def fingerprint(self) -> str:
        """Hash of all that decides whether a trained controller fits: names and kinematics."""
        digest = hashlib.sha256("|".join((self.name, *self.joint_names)).encode())
        for key in ("dh", "flange_to_hand", "hand_to_tool", "offset", "base"):
            if getattr(self, key) is not None:
                digest.update(np.round(getattr(self, key), 9).tobytes())
        return digest.hexdigest()[:16]

    def velocity_bounds(self, q: Array) -> tuple[Array, Array]:
        """Lower and upper joint velocity (J,), rad/s, permitted at position q (J,), rad."""
        if self.velocity_limits is None:
            return -self.velocity, self.velocity
        return self.velocity_limits(q)

    def order(self, names: Sequence[str]) -> list[int]:
        """Indices that bring values given in the order of `names` into this robot's order.

        Raises:
            UnknownJointError: `names` is not a permutation of `joint_names`.
        """
        if sorted(names) != sorted(self.joint_names):
            unknown = sorted(set(names) - set(self.joint_names))
            missing = sorted(set(self.joint_names) - set(names))
            raise UnknownJointError(f"{self.name}: unknown joints {unknown}, missing {missing}")
        return [list(names).index(name) for name in self.joint_names]

    def check_shape(self, name: str, q: Array) -> None:
        """Raise :class:`ShapeError` unless `q` is (J,)."""
        if np.shape(q) != (self.joints,):
            raise ShapeError(f"{name}: expected ({self.joints},), got {np.shape(q)}")
