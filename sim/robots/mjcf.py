"""A robot of one's own from its MJCF: read into a RobotSpec, and put into a world with our hand.

The file describes the arm alone, without table, floor or gripper, with a position actuator for
every joint and a site at the flange (the arms of MuJoCo Menagerie do, `attachment_site`). What an
MJCF does not say, the limits of speed above all, is given beside it; see docs/add-a-robot.md.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import mujoco
import numpy as np

from body import CameraSpec, RobotFileError, RobotSpec
from body.anatomy import Hand, Mjcf
from body.dh import from_axes
from body.fr3 import FR3
from body.fr3_anatomy import FR3_ANATOMY
from body.reach import Reach
from sim.robots.gripper import CONAFFINITY, CONTYPE

AFFINE = int(mujoco.mjtBias.mjBIAS_AFFINE)
PREFIX = "arm/"  # so that nothing in the file is called as something on the table


def from_mjcf(
    path: Path | str,
    *,
    name: str,
    velocity: Sequence[float],
    acceleration: Sequence[float],
    jerk: Sequence[float],
    home: Sequence[float],
    flange: str = "attachment_site",
    hand: Hand = FR3_ANATOMY.hand,
    hand_to_tool: np.ndarray = FR3.hand_to_tool,
    gripper_open: float = FR3.gripper_open,
    gripper_speed: float = FR3.gripper_speed,
    cameras: Mapping[str, CameraSpec] = FR3.cameras,
    reach: Reach | None = None,
) -> RobotSpec:
    """Read the arm of an MJCF file; its base frame is the file's world.

    Args:
        velocity, acceleration, jerk: (J,) rad/s, rad/s2, rad/s3.
        home: (J,) rad, the tool pointing straight down over the table.
        flange: site that carries the hand; its z points away from the arm.
        hand, hand_to_tool, gripper_open, gripper_speed: of the hand (the FR3's).

    Raises:
        RobotFileError: the file cannot be read, or lacks something; names what to write there.
    """
    path = Path(path)
    model = _compile(path)
    site = mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_SITE, flange)
    if site < 0:
        sites = ", ".join(model.site(i).name for i in range(model.nsite)) or "none"
        raise RobotFileError(
            path,
            f"has no site {flange!r} (it has {sites})",
            f'write <site name="{flange}"/> into the last link, or name another',
        )
    joints = _chain(path, model, int(model.site_bodyid[site]))
    data = mujoco.MjData(model)
    data.qpos[:] = 0.0
    mujoco.mj_kinematics(model, data)
    tool = np.eye(4)
    tool[:3, :3], tool[:3, 3] = data.site_xmat[site].reshape(3, 3), data.site_xpos[site]
    figures = from_axes(data.xanchor[joints], data.xaxis[joints], tool)
    servos = [_servo(path, model, joint) for joint in joints]
    gains = tuple(
        (float(model.actuator_gainprm[i, 0]), float(-model.actuator_biasprm[i, 2])) for i in servos
    )
    lower, upper = model.jnt_range[joints].T
    return RobotSpec(
        name=name,
        joint_names=tuple(model.joint(int(joint)).name for joint in joints),
        dh=figures.dh, offset=figures.offset, base=figures.base,
        flange_to_hand=figures.flange, hand_to_tool=hand_to_tool,
        position_lower=lower, position_upper=upper, velocity=np.asarray(velocity, float),
        acceleration=np.asarray(acceleration, float), jerk=np.asarray(jerk, float),
        effort=np.array([_effort(path, model, joint) for joint in servos]),
        gripper_open=gripper_open, gripper_speed=gripper_speed, home=np.asarray(home, float),
        cameras=cameras, source=str(path), reach=reach,
        anatomy=Mjcf(path.resolve(), flange, hand, gains),
    )  # fmt: skip


def add_mjcf(spec: mujoco.MjSpec, robot: RobotSpec, anatomy: Mjcf) -> mujoco.MjsBody:
    """Put the file's arm into `spec` and return a body at its flange, for the hand.

    Its servos keep their gains but stand in the order of the joints; nothing of it meets itself,
    and its weight is compensated, as by a real arm's controller.
    """
    child = mujoco.MjSpec.from_file(str(anatomy.path))
    for kind in (child.keys, child.actuators, child.sensors, child.lights, child.cameras):
        for element in list(kind):
            child.delete(element)
    for body in child.bodies[1:]:
        body.gravcomp = 1.0
    for geom in child.geoms:
        if geom.contype or geom.conaffinity:
            geom.contype, geom.conaffinity = CONTYPE, CONAFFINITY
    spec.attach(child, prefix=PREFIX, frame=spec.worldbody.add_frame())
    for name, effort, (kp, kv) in zip(robot.joint_names, robot.effort, anatomy.gains, strict=True):
        spec.joint(PREFIX + name).name = name
        actuator = spec.add_actuator(
            name=name, target=name, trntype=mujoco.mjtTrn.mjTRN_JOINT,
            forcelimited=1, forcerange=[-effort, effort],
        )  # fmt: skip
        actuator.set_to_position(kp=kp, kv=kv)
    site = spec.site(PREFIX + anatomy.flange)
    carrier: mujoco.MjsBody = site.parent
    hand = carrier.add_body(name="hand", pos=site.pos, quat=site.quat)
    return hand


def _compile(path: Path) -> mujoco.MjModel:
    if not path.is_file():
        raise RobotFileError(path, "is no file", "give the path of an arm's .xml")
    try:
        return mujoco.MjModel.from_xml_path(str(path))
    except ValueError as error:
        raise RobotFileError(path, f"is not read by MuJoCo: {error}", "mend it") from error


def _chain(path: Path, model: mujoco.MjModel, body: int) -> np.ndarray:
    """Ids of the joints from the base to `body`, which must be all there are."""
    joints: list[int] = []
    while body:
        start, count = int(model.body_jntadr[body]), int(model.body_jntnum[body])
        joints = [*range(start, start + count), *joints]
        body = int(model.body_parentid[body])
    names = [model.joint(i).name for i in range(model.njnt)]
    others = [name for i, name in enumerate(names) if i not in joints]
    if others:
        raise RobotFileError(
            path,
            f"has joints beside the arm: {', '.join(others)}",
            "leave the gripper out: Pontine hangs one on the flange",
        )
    for joint in joints:
        if model.jnt_type[joint] != mujoco.mjtJoint.mjJNT_HINGE:
            raise RobotFileError(
                path,
                f"has a joint that is no hinge: {names[joint]}",
                "only serial arms of hinges are known",
            )
        if not model.jnt_limited[joint]:
            raise RobotFileError(
                path,
                f"does not limit joint {names[joint]}",
                f'write range="lower upper" into <joint name="{names[joint]}"/>',
            )
    if not joints:
        raise RobotFileError(path, "has no joint on the way to its flange", "name another site")
    return np.array(joints)


def _servo(path: Path, model: mujoco.MjModel, joint: int) -> int:
    """Id of the position actuator that drives `joint`."""
    name = model.joint(int(joint)).name
    for i in range(model.nu):
        drives = model.actuator_trntype[i] == mujoco.mjtTrn.mjTRN_JOINT
        if drives and model.actuator_trnid[i, 0] == joint:
            gain, bias = model.actuator_gainprm[i, 0], model.actuator_biasprm[i]
            if model.actuator_biastype[i] == AFFINE and gain > 0 and np.isclose(bias[1], -gain):
                return i
    raise RobotFileError(
        path,
        f"has no position actuator for joint {name}",
        f'write <position joint="{name}" kp="..." kv="..."/> under <actuator>',
    )


def _effort(path: Path, model: mujoco.MjModel, servo: int) -> float:
    """The most that `servo` turns its joint with, Nm."""
    joint = int(model.actuator_trnid[servo, 0])
    bounds = []
    if model.actuator_forcelimited[servo]:
        bounds.append(np.abs(model.actuator_forcerange[servo]).min())
    if model.jnt_actfrclimited[joint]:
        bounds.append(np.abs(model.jnt_actfrcrange[joint]).min())
    if not bounds:
        name = model.joint(joint).name
        raise RobotFileError(
            path,
            f"does not limit the torque of joint {name}",
            f'write forcerange="-NM NM" into <position joint="{name}"/>',
        )
    return float(min(bounds))
