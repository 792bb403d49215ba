"""A robot of one's own from its MJCF or URDF, read into a RobotSpec; see docs/add-a-robot.md.

What such a file does not say, the limits of speed above all, is given beside it; all that is
missing is asked for at once.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import mujoco
import numpy as np

from body import CameraSpec, RangeError, RobotFileError, RobotSpec
from body.geometry.dh import from_axes
from body.robots.anatomy import Hand, ModelFile, Mount
from body.robots.fr3 import FR3
from body.robots.reach import Reach
from body.robots.so101 import SO101
from sim.robots import servos
from sim.robots.chain import (
    AXES,
    HINGE,
    KINDS,
    SITE,
    Flange,
    body_name,
    find_flange,
    guess,
    joint_name,
    joints_of,
    path_to,
    tips,
)  # fmt: skip
from sim.robots.graft import cut_off
from sim.robots.missing import Missing
from sim.robots.model_source import ModelSource, read
from sim.robots.poses import yaw_pose

SMALL = 35.0  # Nm: an arm too weak for the FR3's hand
MOST = 20  # links named in a message
Values = float | Sequence[float]  # of all joints alike, or of each


def from_model_file(
    path: Path | str,
    *,
    name: str = "",
    flange: str = SITE,
    points: str = "z",
    shift: float = 0.0,
    turn: float = 0.0,
    place: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0),
    velocity: Values | None = None,
    acceleration: Values | None = None,
    jerk: Values | None = None,
    home: Sequence[float] | None = None,
    position_lower: Values | None = None,
    position_upper: Values | None = None,
    effort: Values | None = None,
    stiffness: Values | None = None,
    like: RobotSpec | None = None,
    hand: Hand | None = None,
    hand_to_tool: np.ndarray | None = None,
    gripper_open: float | None = None,
    gripper_speed: float | None = None,
    cameras: Mapping[str, CameraSpec] | None = None,
    reach: Reach | None = None,
    packages: Sequence[Path | str] = (),
) -> RobotSpec:
    """Read the arm of an MJCF or URDF: the hinges between its foot and its flange.

    Whatever else the file holds is left out: its own gripper, other arms, tables, lights.

    Args:
        name: of the robot ("": the file's, without its ending).
        flange: site or body that carries the hand; `shift` m along its axis `points` ("x", "-x",
            "y", ...), which points away from the arm, turned by `turn` rad about it; the fingers
            close along the hand's y.
        place: where the file's world stands on the table: x, y, z (m), yaw (rad).
        velocity, acceleration, jerk: rad/s, rad/s2, rad/s3. A URDF says its velocities.
        home: (J,) rad, the tool pointing straight down over the table.
        position_lower, position_upper, effort: rad, Nm; where the file does not say them, or says
            others.
        stiffness: Nm/rad of the simulated servos, with a tenth of it as damping, instead of
            the file's.
        like: the robot whose hand and cameras it gets, but for those given here (None: the FR3, or
            the SO-101 where no joint turns with more than 35 Nm).
        reach: where things are put for it (None: all over the table).
        packages: folders in which `package://NAME/...` of a URDF is looked for.

    Raises:
        RobotFileError: the file cannot be read, is no arm of hinges, or lacks something; names
            everything, and what to write.
    """
    path = Path(path)
    if points not in AXES:
        raise RobotFileError(path, f"points={points!r} is no axis", f"one of {', '.join(AXES)}")
    folders = tuple(Path(folder) for folder in packages)
    source = read(path, folders)
    model = source.model
    missing = Missing(path)
    mount = Mount(flange, points, shift, turn)
    if flange == SITE and find_flange(model, mount) is None:
        mount = _guessed(path, model, missing)
    end, joints = _arm(path, model, mount)
    names = tuple(joint_name(model, joint) for joint in joints)
    data = mujoco.MjData(model)
    data.qpos[:] = 0.0
    mujoco.mj_kinematics(model, data)
    stand, tool = yaw_pose(place), np.eye(4)
    tool[:3, :3], tool[:3, 3] = data.xmat[end.body].reshape(3, 3), data.xpos[end.body]
    figures = from_axes(
        data.xanchor[joints] @ stand[:3, :3].T + stand[:3, 3],
        data.xaxis[joints] @ stand[:3, :3].T,
        stand @ tool @ end.pose,
    )
    told = [servos.limits(model, joint) for joint in joints]
    lower = missing.values("position_lower", names, position_lower, [t and t[0] for t in told])
    upper = missing.values("position_upper", names, position_upper, [t and t[1] for t in told])
    torque = missing.values(
        "effort", names, effort, [servos.effort(model, joint) for joint in joints]
    )
    own = [servos.gains(model, joint) for joint in joints]
    stiff = missing.values("stiffness", names, stiffness, [g and g[0] for g in own], torque)
    gains = [
        g if g is not None and stiffness is None else (float(kp), float(kp) / 10)
        for g, kp in zip(own, stiff, strict=True)
    ]
    if like is None:
        like = SO101 if torque.max() <= SMALL else FR3
    hand = like.anatomy.hand if hand is None and like.anatomy is not None else hand
    if hand is None:
        raise RangeError(f"like={like.name}: it has no hand to lend; give hand=")
    spec = RobotSpec(
        name=name or path.stem,
        joint_names=names,
        dh=figures.dh, offset=figures.offset, base=figures.base,
        flange_to_hand=figures.flange,
        hand_to_tool=like.hand_to_tool if hand_to_tool is None else hand_to_tool,
        position_lower=lower, position_upper=upper,
        velocity=missing.values("velocity", names, velocity, list(map(source.velocity.get, names))),
        acceleration=missing.values("acceleration", names, acceleration),
        jerk=missing.values("jerk", names, jerk),
        effort=torque,
        gripper_open=like.gripper_open if gripper_open is None else gripper_open,
        gripper_speed=like.gripper_speed if gripper_speed is None else gripper_speed,
        home=(lower + upper) / 2 if home is None else np.asarray(home, float),
        cameras=like.cameras if cameras is None else cameras,
        source=str(path), reach=reach,
        anatomy=ModelFile(
            path.resolve(), mount, hand, tuple(gains),
            (place[0], place[1], place[2], place[3]), folders, _notes(source, model, end),
        ),
    )  # fmt: skip
    missing.check(spec, needs_home=home is None)
    return spec


def _arm(path: Path, model: mujoco.MjModel, mount: Mount) -> tuple[Flange, list[int]]:
    """The flange, and the ids of the joints from the foot to it."""
    end = find_flange(model, mount)
    if end is None:
        raise RobotFileError(path, f"has no site or body {mount.name!r}", _flanges(model))
    joints = joints_of(model, path_to(model, end.body))
    if not joints:
        raise RobotFileError(path, f"has no joint on the way to {mount.name!r}", _flanges(model))
    others = [
        f"{joint_name(model, j)} ({KINDS[int(model.jnt_type[j])]})"
        for j in joints
        if model.jnt_type[j] != HINGE
    ]
    if others:
        raise RobotFileError(
            path,
            f"has joints on the way to {mount.name!r} that are no hinges: {', '.join(others)}",
            "only arms of hinges on a fixed foot are known: in a copy, delete a mobile base's "
            "joints, or name the flange of another arm",
        )
    nameless = [body_name(model, int(model.jnt_bodyid[j])) for j in joints
                if not model.joint(j).name]  # fmt: skip
    if nameless:
        raise RobotFileError(
            path,
            f"has joints without a name, on {', '.join(nameless)}",
            'write <joint name="..."/>: models and messages know joints by name',
        )
    coupled = _coupled(model, path_to(model, end.body), joints)
    if coupled:
        raise RobotFileError(
            path,
            f"couples joints of the arm with others: {', '.join(coupled)}",
            "only arms whose every hinge has a motor of its own are known",
        )
    return end, joints


def _coupled(model: mujoco.MjModel, path: list[int], joints: list[int]) -> list[str]:
    """Equality constraints between parts of the arm itself."""
    found = []
    for i in range(model.neq):
        ends = {int(model.eq_obj1id[i]), int(model.eq_obj2id[i])} - {-1}
        kind = int(model.eq_type[i])
        of_joints = kind == int(mujoco.mjtEq.mjEQ_JOINT)
        if of_joints and ends & set(joints) and ends <= set(joints):
            found.append(" and ".join(joint_name(model, j) for j in sorted(ends)))
        closes = kind in (int(mujoco.mjtEq.mjEQ_CONNECT), int(mujoco.mjtEq.mjEQ_WELD))
        if closes and model.eq_objtype[i] == mujoco.mjtObj.mjOBJ_BODY and ends & set(path[:-1]):
            found.append(" and ".join(body_name(model, b) for b in sorted(ends)))
    return found


def _guessed(path: Path, model: mujoco.MjModel, missing: Missing) -> Mount:
    """Where the hand hangs, where the file has one arm and does not mark its end."""
    ends = tips(model)
    if not ends and (moved := tips(model, hinges_only=False)):
        _arm(path, model, Mount(body_name(model, moved[0])))  # refuses by name
    if len(ends) != 1:
        raise RobotFileError(path, f"has no site {SITE!r}", _flanges(model))
    axis, out = guess(model, ends[0])
    name = body_name(model, ends[0])
    missing.add(
        f"where the hand hangs (no site {SITE!r}; {_choice(model)})",
        f'flange="{name}", points="{axis}", shift={out},  # site or link; m along its axis',
    )
    return Mount(name, axis, out)


def _flanges(model: mujoco.MjModel) -> str:
    """What may be meant, to paste."""
    guesses = "".join(
        f'\n    flange="{body_name(model, body)}", points="{axis}", shift={out},'
        for body in tips(model)
        for axis, out in [guess(model, body)]
    )
    if not guesses:
        return f"name the site or link that carries the hand ({_choice(model)})"
    return f"name the flange of one arm, for instance (guessed; {_choice(model)}){guesses}"


def _choice(model: mujoco.MjModel) -> str:
    sites = [model.site(i).name for i in range(model.nsite)]
    links = [body_name(model, b) for b in range(1, model.nbody) if model.body_jntnum[b]]
    shown = ", ".join(links[:MOST]) + ", ..." * (len(links) > MOST)
    return f"sites: {', '.join(filter(None, sites)) or 'none'}; links: {shown or 'none'}"


def _notes(source: ModelSource, model: mujoco.MjModel, end: Flange) -> tuple[str, ...]:
    """What of the file does not come into the world."""
    notes = list(source.notes)
    path = path_to(model, end.body)
    for body in [*cut_off(model, end), *range(1, model.nbody)]:
        top = int(model.body_parentid[body]) == 0 and body != path[0]
        if top or body in cut_off(model, end):
            note = f"left out: {body_name(model, body)} and what hangs on it"
            if note not in notes:
                notes.append(note)
    return tuple(notes)
