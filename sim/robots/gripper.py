"""The parallel gripper: two fingers on one tendon, force and torque sensed at the tool."""

import mujoco
import numpy as np

from body import RobotSpec
from body.robots.anatomy import Hand
from sim.robots.poses import matrix_to_quat

FINGER_INERTIA = (4e-6, 4e-6, 1e-6)
PAD_HALF = (0.010, 0.004, 0.012)
GRIP_KP, GRIP_KV = 350.0, 20.0
HAND_GREY, PAD_BLACK = (0.82, 0.82, 0.82, 1.0), (0.12, 0.12, 0.12, 1.0)
CONTYPE, CONAFFINITY = 2, 1


def add_gripper(spec: mujoco.MjSpec, hand: mujoco.MjsBody, robot: RobotSpec, anatomy: Hand) -> None:
    """Fill the `hand` body: geometry, fingers closing along its y, tool site, sensors."""
    hand.explicitinertial = True
    hand.mass, hand.ipos, hand.inertia = anatomy.mass, anatomy.com, anatomy.inertia
    hand.gravcomp = 1.0
    hand.add_geom(
        type=mujoco.mjtGeom.mjGEOM_BOX, pos=[0, 0, anatomy.box[2]], size=anatomy.box,
        rgba=HAND_GREY, contype=CONTYPE, conaffinity=CONAFFINITY,
    )  # fmt: skip
    tool = robot.hand_to_tool
    hand.add_site(name="tool", pos=tool[:3, 3], quat=matrix_to_quat(tool[:3, :3]), group=4)
    tendon = spec.add_tendon(name="width")
    for name, side in (("left", 1.0), ("right", -1.0)):
        _add_finger(hand, name, side, tool[2, 3], robot.gripper_open / 2, anatomy)
        tendon.wrap_joint(f"finger_{name}", 1.0)
    equality = spec.add_equality(
        type=mujoco.mjtEq.mjEQ_JOINT, name1="finger_left", name2="finger_right",
        objtype=mujoco.mjtObj.mjOBJ_JOINT, solref=[0.005, 1.0],
    )  # fmt: skip
    equality.data[:5] = [0, 1, 0, 0, 0]
    actuator = spec.add_actuator(
        name="gripper", target="width", trntype=mujoco.mjtTrn.mjTRN_TENDON,
        forcelimited=1, forcerange=[-anatomy.force, anatomy.force],
    )  # fmt: skip
    actuator.set_to_position(kp=GRIP_KP, kv=GRIP_KV)
    for name, kind in (("force", mujoco.mjtSensor.mjSENS_FORCE),
                       ("torque", mujoco.mjtSensor.mjSENS_TORQUE)):  # fmt: skip
        spec.add_sensor(name=name, type=kind, objtype=mujoco.mjtObj.mjOBJ_SITE, objname="tool")


def _add_finger(
    hand: mujoco.MjsBody, name: str, side: float, tool_z: float, travel: float, anatomy: Hand
) -> None:
    finger = hand.add_body(name=f"finger_{name}")
    finger.explicitinertial = True
    finger.mass, finger.ipos = anatomy.finger_mass, [0, side * 0.01, tool_z - 0.02]
    finger.inertia = FINGER_INERTIA
    finger.gravcomp = 1.0
    finger.add_joint(
        name=f"finger_{name}", type=mujoco.mjtJoint.mjJNT_SLIDE, axis=[0, side, 0],
        range=[0, travel], limited=1, armature=0.1, damping=5.0,
    )  # fmt: skip
    # Set back from the pad, so that only pads touch what is held.
    top = anatomy.finger_top
    half = (tool_z - PAD_HALF[2] - top) / 2
    finger.add_geom(
        type=mujoco.mjtGeom.mjGEOM_BOX, pos=[0, side * 0.011, top + half],
        size=[0.010, 0.007, half], rgba=PAD_BLACK, contype=CONTYPE, conaffinity=CONAFFINITY,
    )  # fmt: skip
    finger.add_geom(
        name=f"pad_{name}", type=mujoco.mjtGeom.mjGEOM_BOX,
        pos=[0, side * PAD_HALF[1], tool_z], size=PAD_HALF, rgba=PAD_BLACK,
        friction=[1.5, 0.05, 0.001], condim=4, priority=1, solref=[0.01, 1.0],
        contype=CONTYPE, conaffinity=CONAFFINITY,
    )  # fmt: skip


def hand_weight(anatomy: Hand, gravity: float = 9.81) -> tuple[float, np.ndarray]:
    """Weight (N) and lever (3,) m in the hand frame of all that hangs below the wrist sensor."""
    mass = anatomy.mass + 2 * anatomy.finger_mass
    return mass * gravity, np.array(anatomy.com) * anatomy.mass / mass


class Motor:
    """What the gripper's servo is sent, at every physics step, for the opening that it is told.

    Attributes:
        told: m, the last opening told.
    """

    def __init__(self, most: float, width: float) -> None:
        self._most = most
        self.told = self._at = width

    def turn(self, told: float, width: float) -> float:
        """m, for a hand told `told` m that is open by `width` m."""
        # A hand told to open opens from where it is, instead of first unwinding its squeeze.
        rise = told - self.told
        self.told = told
        if rise <= 0:
            self._at = told
        else:
            self._at = max(min(self._at + rise, self._most), told, min(width, self._most))
        return self._at
