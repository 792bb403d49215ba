"""An arm from its file, put into a world: the arm alone, its servos in order, a body for our hand.

What the file says of contacts, colours and joints reaches its own parts and no others: the hand
begins from the world's own defaults.
"""

from functools import lru_cache
from pathlib import Path

import mujoco
import numpy as np

from body import RobotSpec
from body.robots.anatomy import ModelFile, Mount
from sim.robots.chain import Flange, below, body_name, find_flange, path_to
from sim.robots.gripper import CONAFFINITY, CONTYPE
from sim.robots.model_source import ModelSource, read
from sim.robots.poses import matrix_to_quat, yaw_quat

OPTIONS = tuple(key for key in dir(mujoco.MjOption) if not key.startswith("_"))
PREFIX = "arm/"  # so that nothing in the file is called as something on the table, or as our hand
# kg m2 per Nm/rad: a servo that turns its joint faster than this swings at steps of 2 ms
LEAST_ARMATURE = 2e-5
BEYOND = 0.005  # m past the flange, where our hand begins


def cut_off(model: mujoco.MjModel, flange: Flange) -> list[int]:
    """Bodies on the arm's foot or links from which other joints hang: their topmost ones."""
    path = path_to(model, flange.body)
    cut = []
    for body in below(model, path[0]):
        parent = int(model.body_parentid[body])
        others = [b for b in below(model, body) if model.body_jntnum[b]]
        if body not in path and parent in path and others:
            cut.append(body)
    return cut


def add_model_file(spec: mujoco.MjSpec, robot: RobotSpec, anatomy: ModelFile) -> mujoco.MjsBody:
    """Put the file's arm into `spec` and return a body at its flange, for the hand.

    Its servos keep their gains but stand in the order of the joints; nothing of it meets itself,
    and its weight is compensated, as by a real arm's controller.
    """
    source, flange = _arm(
        anatomy.path, anatomy.packages, anatomy.mount, anatomy.path.stat().st_mtime_ns
    )
    child = source.spec.copy()
    for key in OPTIONS:  # physics are the world's
        setattr(child.option, key, getattr(spec.option, key))
    frame = spec.worldbody.add_frame(pos=anatomy.place[:3], quat=yaw_quat(anatomy.place[3]))
    carrier = body_name(source.model, flange.body)
    spec.attach(child, prefix=PREFIX, frame=frame)
    for index, name in enumerate(robot.joint_names):
        joint = spec.joint(PREFIX + name)
        kp, kv = anatomy.gains[index]
        degrees = child.compiler.degree
        ends = np.array([robot.position_lower[index], robot.position_upper[index]])
        joint.range = np.degrees(ends) if degrees else ends
        joint.limited = 1
        joint.armature = max(joint.armature, LEAST_ARMATURE * kp)
        joint.actfrclimited = 0  # the servo's force is bounded below, by what the robot's spec says
        joint.actgravcomp = False
        effort = robot.effort[index]
        actuator = spec.add_actuator(
            name=PREFIX + name, target=PREFIX + name, trntype=mujoco.mjtTrn.mjTRN_JOINT,
            forcelimited=1, forcerange=[-effort, effort],
        )  # fmt: skip
        actuator.set_to_position(kp=kp, kv=kv)
    hand: mujoco.MjsBody = spec.body(PREFIX + carrier).add_body(
        spec.default, name="hand", pos=flange.pose[:3, 3], quat=matrix_to_quat(flange.pose[:3, :3])
    )
    return hand


@lru_cache(maxsize=4)
def _arm(
    path: Path, packages: tuple[Path, ...], mount: Mount, _stamp: int
) -> tuple[ModelSource, Flange]:
    """The file's arm and nothing else; reading meshes takes a while, and worlds are many."""
    source = read(path, packages)
    spec, model = source.spec, source.model
    flange = find_flange(model, mount)
    assert flange is not None  # it was there when the robot was read
    chain = path_to(model, flange.body)
    kept = set(below(model, chain[0]))
    for body in cut_off(model, flange):
        kept -= set(below(model, body))
    bodies = {int(body.id): body for body in spec.bodies}
    spots = {int(geom.id): geom for geom in spec.geoms}
    _settle(model, kept, bodies, spots, flange)
    for kind in (spec.actuators, spec.sensors, spec.lights, spec.cameras, spec.tendons,
                 spec.equalities, spec.pairs, spec.excludes, spec.skins, spec.flexes):  # fmt: skip
        for element in list(kind):
            spec.delete(element)
    for geom in list(spec.worldbody.geoms):
        spec.delete(geom)
    for body in range(model.nbody - 1, 0, -1):
        if body not in kept:
            spec.delete(bodies[body])
    return source, flange


def _settle(
    model: mujoco.MjModel,
    kept: set[int],
    bodies: dict[int, mujoco.MjsBody],
    geoms: dict[int, mujoco.MjsGeom],
    flange: Flange,
) -> None:
    """Write what the compiler made of masses into the bodies, and who touches whom."""
    outward = np.linalg.inv(flange.pose)
    end = [body for body in below(model, flange.body) if body in kept]
    for index in kept:
        body = bodies[index]
        body.gravcomp = 1.0
        body.mocap = False
        body.explicitinertial = True
        body.mass, body.ipos = model.body_mass[index], model.body_ipos[index]
        body.iquat, body.inertia = model.body_iquat[index], model.body_inertia[index]
        body.fullinertia = [np.nan] * 6
    for index, geom in geoms.items():
        if not geom.contype and not geom.conaffinity:
            continue
        owner = int(model.geom_bodyid[index])
        past = owner in end and _past(model, index, flange.body, outward) > BEYOND
        geom.contype, geom.conaffinity = (0, 0) if past else (CONTYPE, CONAFFINITY)


def _past(model: mujoco.MjModel, geom: int, body: int, outward: np.ndarray) -> float:
    """m that a geom reaches beyond the flange."""
    pose = np.eye(4)
    owner = int(model.geom_bodyid[geom])
    while owner != body:
        pose = _pose(model.body_pos[owner], model.body_quat[owner]) @ pose
        owner = int(model.body_parentid[owner])
    place = outward @ pose @ _pose(model.geom_pos[geom], model.geom_quat[geom])
    centre, half = model.geom_aabb[geom][:3], model.geom_aabb[geom][3:]
    middle = place[:3, :3] @ centre + place[:3, 3]
    return float(middle[2] + np.abs(place[2, :3]) @ half)


def _pose(pos: np.ndarray, quat: np.ndarray) -> np.ndarray:
    pose, turn = np.eye(4), np.zeros(9)
    mujoco.mju_quat2Mat(turn, quat)
    pose[:3, :3], pose[:3, 3] = turn.reshape(3, 3), pos
    return pose
