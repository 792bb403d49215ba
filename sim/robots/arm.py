"""An arm as an MjSpec subtree: from the figures of its RobotSpec, or from its own file."""

import mujoco
import numpy as np

from body import RobotMismatchError, RobotSpec
from body.robots.anatomy import Anatomy, ModelFile, Rod
from sim.robots.graft import PREFIX, add_model_file
from sim.robots.gripper import add_gripper
from sim.robots.poses import matrix_to_quat

# Robot geoms meet the table and objects (bit 0), never one another.
ROBOT_CONTYPE, ROBOT_CONAFFINITY = 2, 1
WHITE = (0.86, 0.87, 0.88, 1.0)
DARK = (0.30, 0.31, 0.33, 1.0)


def add_arm(spec: mujoco.MjSpec, robot: RobotSpec) -> None:
    """Put the arm, its gripper, actuators and sensors into `spec`, base frame = world frame.

    Names: joints and their actuators `arm/` and the robot's name for them, bodies `link0`..`linkJ`
    of an arm from figures, `hand`, site `tool`; actuators 0..J-1 joint position (rad) and J
    gripper width (m).

    Raises:
        RobotMismatchError: `robot` has no anatomy.
    """
    anatomy = robot.anatomy
    if anatomy is None:
        raise RobotMismatchError(
            f"{robot.name} cannot be simulated: give its RobotSpec an anatomy "
            "(body/robots/anatomy.py)"
        )
    if isinstance(anatomy, ModelFile):
        hand = add_model_file(spec, robot, anatomy)
    else:
        hand = _add_links(spec, robot, anatomy)
    add_gripper(spec, hand, robot, anatomy.hand)
    mount = robot.hand_to_tool[:3, :3]
    for name, camera in robot.cameras.items():
        body, frame = (hand, mount) if camera.mount == "hand" else (spec.worldbody, np.eye(3))
        body.add_camera(
            name=name,
            pos=frame @ camera.position,
            quat=matrix_to_quat(frame @ camera.rotation),
            fovy=camera.fovy,
        )


def _add_links(spec: mujoco.MjSpec, robot: RobotSpec, anatomy: Anatomy) -> mujoco.MjsBody:
    """The arm's links; returns the body of the hand."""
    parent = spec.worldbody.add_body(name="link0")
    for rod in anatomy.foot:
        _capsule(parent, rod, WHITE)
    start = np.eye(4) if robot.base is None else robot.base
    for index, (link, (a, d, alpha)) in enumerate(zip(anatomy.links, robot.dh, strict=True)):
        # Modified DH: rotate by alpha about x, then the joint, then shift d along the new z.
        pos = np.array([a, -d * np.sin(alpha), d * np.cos(alpha)])
        quat = np.array([np.cos(alpha / 2), np.sin(alpha / 2), 0, 0])
        if robot.offset is not None:
            quat = _times(quat, _about_z(robot.offset[index]))
        if index == 0 and robot.base is not None:
            pos = start[:3, :3] @ pos + start[:3, 3]
            quat = _times(matrix_to_quat(start[:3, :3]), quat)
        body = parent.add_body(name=f"link{index + 1}", pos=pos, quat=quat)
        body.explicitinertial = True
        body.mass, body.ipos, body.fullinertia = link.mass, link.com, link.inertia
        body.gravcomp = 1.0
        body.add_joint(
            name=PREFIX + robot.joint_names[index],
            type=mujoco.mjtJoint.mjJNT_HINGE,
            axis=[0, 0, 1],
            range=[robot.position_lower[index], robot.position_upper[index]],
            limited=1,
            armature=anatomy.armature,
        )
        for rod in link.rods:
            _capsule(body, rod, WHITE if index % 2 == 0 else DARK)
        _position_actuator(spec, robot, anatomy, index)
        parent = body
    hand: mujoco.MjsBody = parent.add_body(
        name="hand",
        pos=robot.flange_to_hand[:3, 3],
        quat=matrix_to_quat(robot.flange_to_hand[:3, :3]),
    )
    return hand


def _position_actuator(spec: mujoco.MjSpec, robot: RobotSpec, anatomy: Anatomy, index: int) -> None:
    actuator = spec.add_actuator(
        name=PREFIX + robot.joint_names[index],
        target=PREFIX + robot.joint_names[index],
        trntype=mujoco.mjtTrn.mjTRN_JOINT,
        forcelimited=1,
        forcerange=[-robot.effort[index], robot.effort[index]],
    )
    stiffness = float(anatomy.stiffness[index])
    actuator.set_to_position(kp=stiffness, kv=stiffness / 10)


def _capsule(body: mujoco.MjsBody, rod: Rod, rgba: tuple[float, ...]) -> None:
    start, end, radius = rod
    body.add_geom(
        type=mujoco.mjtGeom.mjGEOM_CAPSULE,
        fromto=[*start, *end],
        size=[radius, 0, 0],
        rgba=rgba,
        contype=ROBOT_CONTYPE,
        conaffinity=ROBOT_CONAFFINITY,
    )


def _about_z(angle: float) -> np.ndarray:
    return np.array([np.cos(angle / 2), 0, 0, np.sin(angle / 2)])


def _times(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    product = np.zeros(4)
    mujoco.mju_mulQuat(product, np.asarray(first, float), np.asarray(second, float))
    return product
