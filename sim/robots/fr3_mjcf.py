"""The Franka FR3 as an MjSpec subtree: frames from `RobotSpec.dh`, primitive geometry.

Masses, centres of mass and inertia tensors of links 1-7: `franka_description`,
robots/fr3/inertials.yaml (Apache-2.0), rounded to 1e-6. Link 0 is static, so it has none.
The geometry is ours: capsules along the links, close to the maker's coarse collision model.
"""

from typing import NamedTuple

import mujoco
import numpy as np

from body import RobotSpec
from body.arrays import Array
from sim.robots.gripper import add_gripper
from sim.robots.poses import matrix_to_quat

# Robot geoms meet the table and objects (bit 0), never one another.
ROBOT_CONTYPE, ROBOT_CONAFFINITY = 2, 1


class Link(NamedTuple):
    """mass kg; com m; inertia xx yy zz xy xz yz kg m2 about the com; capsules (p, q, radius)."""

    mass: float
    com: tuple[float, ...]
    inertia: tuple[float, ...]
    capsules: tuple[tuple[tuple[float, ...], tuple[float, ...], float], ...]


LINKS = (
    Link(2.927465, (0.0, -0.018125, -0.038604),
         (0.023927, 0.022482, 0.006350, 0.000013, -0.000114, -0.001995),
         (((0, 0, -0.19), (0, 0, -0.05), 0.06),)),
    Link(2.935537, (0.003183, -0.074322, 0.008815),
         (0.041939, 0.025145, 0.061702, 0.000203, 0.004078, -0.004225),
         (((0, 0, -0.06), (0, 0, 0.06), 0.06), ((0, -0.02, 0), (0, -0.13, 0), 0.06))),
    Link(2.244901, (0.040702, -0.004820, -0.028973),
         (0.024101, 0.019741, 0.019044, 0.002405, -0.001208, -0.002104),
         (((0, 0, -0.19), (0, 0, -0.10), 0.06), ((0.02, 0, -0.09), (0.0825, 0, 0), 0.055))),
    Link(2.615596, (-0.045910, 0.063049, -0.008519),
         (0.034530, 0.028882, 0.041255, 0.013226, 0.006216, -0.000976),
         (((0, 0, -0.06), (0, 0, 0.06), 0.06), ((-0.0825, 0.06, 0), (-0.0825, 0.12, 0), 0.055))),
    Link(2.327121, (-0.001604, 0.029254, -0.097297),
         (0.051610, 0.047877, 0.016424, -0.005715, -0.006802, 0.010674),
         (((0, 0, -0.27), (0, 0, -0.20), 0.055), ((0, 0.06, -0.18), (0, 0.08, -0.05), 0.03),
          ((0, 0, -0.06), (0, 0, 0.02), 0.05))),
    Link(1.817038, (0.059713, -0.041029, -0.010169),
         (0.005412, 0.014058, 0.016081, 0.006193, 0.001422, -0.001314),
         (((0, 0, -0.05), (0, 0, 0.02), 0.05), ((0.03, 0, 0), (0.088, 0, 0), 0.05))),
    Link(0.627143, (0.004523, 0.008626, -0.016163),
         (0.000211, 0.000177, 0.000060, -0.000024, 0.000046, 0.000087),
         (((0, 0, 0.02), (0, 0, 0.07), 0.042),)),
)  # fmt: skip

# Servo gains of our own: stiff enough to lag about 20 mm at 0.4 m/s, as the real arm does.
KP = (4500.0, 4500.0, 3500.0, 3500.0, 2000.0, 2000.0, 2000.0)
ARMATURE = 0.1
WHITE = (0.86, 0.87, 0.88, 1.0)
DARK = (0.30, 0.31, 0.33, 1.0)


def add_fr3(spec: mujoco.MjSpec, robot: RobotSpec) -> None:
    """Put the arm, its gripper, actuators and sensors into `spec`, base frame = world frame.

    Names: joints as `robot.joint_names`, bodies `link0`..`link7`, `hand`, site `tool`,
    actuators 0..6 joint position (rad) and 7 gripper width (m).
    """
    base = spec.worldbody.add_body(name="link0")
    _capsule(base, (-0.08, 0, 0.06), (0, 0, 0.06), 0.06, WHITE)
    _capsule(base, (0, 0, 0.06), (0, 0, 0.15), 0.06, WHITE)
    parent = base
    for index, (link, (a, d, alpha)) in enumerate(zip(LINKS, robot.dh, strict=True)):
        # Modified DH: rotate by alpha about x, then the joint, then shift d along the new z.
        body = parent.add_body(
            name=f"link{index + 1}",
            pos=[a, -d * np.sin(alpha), d * np.cos(alpha)],
            quat=[np.cos(alpha / 2), np.sin(alpha / 2), 0, 0],
        )
        body.explicitinertial = True
        body.mass, body.ipos, body.fullinertia = link.mass, link.com, link.inertia
        body.gravcomp = 1.0
        body.add_joint(
            name=robot.joint_names[index],
            type=mujoco.mjtJoint.mjJNT_HINGE,
            axis=[0, 0, 1],
            range=[robot.position_lower[index], robot.position_upper[index]],
            limited=1,
            armature=ARMATURE,
        )
        for start, end, radius in link.capsules:
            _capsule(body, start, end, radius, WHITE if index % 2 == 0 else DARK)
        _position_actuator(spec, robot, index)
        parent = body
    _add_hand(spec, parent, robot)


def _add_hand(spec: mujoco.MjSpec, parent: mujoco.MjsBody, robot: RobotSpec) -> None:
    hand = parent.add_body(
        name="hand",
        pos=robot.flange_to_hand[:3, 3],
        quat=matrix_to_quat(robot.flange_to_hand[:3, :3]),
    )
    add_gripper(spec, hand, robot)
    mount = robot.hand_to_tool[:3, :3]
    for name, camera in robot.cameras.items():
        body, frame = (hand, mount) if camera.mount == "hand" else (spec.worldbody, np.eye(3))
        body.add_camera(
            name=name,
            pos=frame @ camera.position,
            quat=matrix_to_quat(frame @ camera.rotation),
            fovy=camera.fovy,
        )


def _position_actuator(spec: mujoco.MjSpec, robot: RobotSpec, index: int) -> None:
    actuator = spec.add_actuator(
        name=robot.joint_names[index],
        target=robot.joint_names[index],
        trntype=mujoco.mjtTrn.mjTRN_JOINT,
        forcelimited=1,
        forcerange=[-robot.effort[index], robot.effort[index]],
    )
    actuator.set_to_position(kp=KP[index], kv=KP[index] / 10)


def _capsule(
    body: mujoco.MjsBody,
    start: tuple[float, ...],
    end: tuple[float, ...],
    radius: float,
    rgba: tuple[float, ...] | Array,
) -> None:
    body.add_geom(
        type=mujoco.mjtGeom.mjGEOM_CAPSULE,
        fromto=[*start, *end],
        size=[radius, 0, 0],
        rgba=rgba,
        contype=ROBOT_CONTYPE,
        conaffinity=ROBOT_CONAFFINITY,
    )
