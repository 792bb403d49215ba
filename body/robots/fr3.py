"""Franka Research 3 with the Franka Hand.

Sources: Franka Control Interface documentation, "Robot and interface specifications",
section "Limits for Franka Research 3" (position, velocity, acceleration and jerk limits, the
position-dependent velocity limits, Denavit-Hartenberg figures); Franka Hand product manual
(80 mm opening, 50 mm/s per finger). Cameras are ours.
"""

import numpy as np

from body.contract.arrays import Array
from body.contract.robot_spec import CameraSpec, RobotSpec
from body.robots.fr3_anatomy import FR3_ANATOMY
from body.robots.fr3_capsules import FR3_CAPSULES

_HALF_PI = np.pi / 2

# Per joint: offset (rad/s), gain (rad/s2), position where the root vanishes (rad), upper; lower.
_OFFSET = np.array([0.30, 0.20, 0.20, 0.30, 0.35, 0.35, 0.35])
_GAIN = np.array([12.0, 5.17, 7.00, 8.00, 34.0, 11.0, 34.0])
_ROOT_UPPER = np.array([2.75010, 1.79180, 2.90650, -0.14580, 2.81010, 4.52050, 3.01960])
_ROOT_LOWER = np.array([-2.75010, -1.79180, -2.90650, -3.04810, -2.81010, 0.54092, -3.01960])
_VELOCITY = np.array([2.62, 2.62, 2.62, 2.62, 5.26, 4.18, 5.26])


def fr3_velocity_limits(q: Array) -> tuple[Array, Array]:
    """Lower and upper velocity limits (J,), rad/s, at position q (J,), rad."""
    upper = np.sqrt(np.maximum(0.0, _GAIN * (_ROOT_UPPER - q))) - _OFFSET
    lower = _OFFSET - np.sqrt(np.maximum(0.0, _GAIN * (q - _ROOT_LOWER)))
    # minimum and maximum: np.clip costs three times as much on seven numbers
    lower = np.minimum(np.maximum(lower, -_VELOCITY), 0.0)
    return lower, np.minimum(np.maximum(upper, 0.0), _VELOCITY)


def _hand_turn() -> Array:
    """The hand is mounted on the flange (0.107 m out) turned by -45 degrees."""
    c = np.sqrt(0.5)
    return np.array([[c, c, 0, 0], [-c, c, 0, 0], [0, 0, 1, 0.107], [0, 0, 0, 1]])


def _tool() -> Array:
    pose = np.eye(4)
    pose[2, 3] = 0.1034
    return pose


FR3 = RobotSpec(
    name="fr3",
    joint_names=tuple(f"fr3_joint{i}" for i in range(1, 8)),
    dh=np.array(
        [
            [0, 0.333, 0],
            [0, 0, -_HALF_PI],
            [0, 0.316, _HALF_PI],
            [0.0825, 0, _HALF_PI],
            [-0.0825, 0.384, -_HALF_PI],
            [0, 0, _HALF_PI],
            [0.088, 0, _HALF_PI],
        ]
    ),
    flange_to_hand=_hand_turn(),
    hand_to_tool=_tool(),
    position_lower=np.array([-2.7437, -1.7837, -2.9007, -3.0421, -2.8065, 0.5445, -3.0159]),
    position_upper=np.array([2.7437, 1.7837, 2.9007, -0.1518, 2.8065, 4.5169, 3.0159]),
    velocity=_VELOCITY,
    acceleration=np.full(7, 10.0),
    jerk=np.full(7, 5000.0),
    effort=np.array([87.0, 87.0, 87.0, 87.0, 12.0, 12.0, 12.0]),
    gripper_open=0.08,
    gripper_speed=0.1,
    home=np.array([0.0, -0.3254, 0.0, -2.5509, 0.0, 2.2255, 0.7854]),
    cameras={
        "fixed": CameraSpec(
            "base", np.array([1.0, 0.0, 0.92]), np.array([0, 1, 0, -0.839, 0, 0.545]), 36.0, 192
        ),
        "wrist": CameraSpec(
            "hand", np.array([0.075, 0.0, 0.03]), np.array([0, 1, 0, 0.91, 0, 0.41]), 70.0, 128
        ),
    },
    source="Franka Control Interface documentation; Franka Hand product manual",
    velocity_limits=fr3_velocity_limits,
    anatomy=FR3_ANATOMY,
    capsules=FR3_CAPSULES,
    chosen=("home", "cameras"),
)
