"""Which joints of a model are the arm: those between its foot and its flange, hinges all."""

from dataclasses import dataclass

import mujoco
import numpy as np

from body.contract.arrays import Array
from body.robots.anatomy import Mount

HINGE = int(mujoco.mjtJoint.mjJNT_HINGE)
KINDS = {
    int(mujoco.mjtJoint.mjJNT_FREE): "free",
    int(mujoco.mjtJoint.mjJNT_BALL): "ball",
    int(mujoco.mjtJoint.mjJNT_SLIDE): "slide",
    HINGE: "hinge",
}
SITE = "attachment_site"  # as MuJoCo Menagerie calls it
LEAST_HINGES = 4
FAR = 0.02  # m along an axis
OF_A_HAND = ("grip", "jaw", "finger", "hand", "thumb", "claw")
AXES = {"x": (0, 1.0), "y": (1, 1.0), "z": (2, 1.0), "-x": (0, -1.0), "-y": (1, -1.0),
        "-z": (2, -1.0)}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Flange:
    """Where a hand hangs.

    Attributes:
        body: id of the body that carries it.
        pose: (4, 4) in that body's frame, m; z points away from the arm.
    """

    body: int
    pose: Array


def name_of(model: mujoco.MjModel, kind: mujoco.mjtObj, index: int) -> str:
    """The name of an element, or its number where it has none."""
    return str(mujoco.mj_id2name(model, kind, index) or f"number {index}")


def body_name(model: mujoco.MjModel, body: int) -> str:
    return name_of(model, mujoco.mjtObj.mjOBJ_BODY, body)


def joint_name(model: mujoco.MjModel, joint: int) -> str:
    return name_of(model, mujoco.mjtObj.mjOBJ_JOINT, joint)


def find_flange(model: mujoco.MjModel, mount: Mount) -> Flange | None:
    """Where `mount` is on the model; None: it has no such site or body."""
    pose = np.eye(4)
    site = mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_SITE, mount.name)
    body = mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_BODY, mount.name)
    if site >= 0:
        body = int(model.site_bodyid[site])
        turn = np.zeros(9)
        mujoco.mju_quat2Mat(turn, model.site_quat[site])
        pose[:3, :3], pose[:3, 3] = turn.reshape(3, 3), model.site_pos[site]
    elif body < 0:
        return None
    axis, sign = AXES[mount.points]
    z = np.eye(3)[axis] * sign
    x = np.eye(3)[(axis + 1) % 3]
    local, cosine, sine = np.eye(4), np.cos(mount.turn), np.sin(mount.turn)
    local[:3, :3] = np.column_stack([x * cosine + np.cross(z, x) * sine,
                                     np.cross(z, x) * cosine - x * sine, z])  # fmt: skip
    local[:3, 3] = mount.shift * z
    return Flange(body, pose @ local)


def path_to(model: mujoco.MjModel, body: int) -> list[int]:
    """Ids of the bodies from the world's child down to `body`."""
    path: list[int] = []
    while body:
        path.insert(0, body)
        body = int(model.body_parentid[body])
    return path


def joints_of(model: mujoco.MjModel, bodies: list[int]) -> list[int]:
    """Ids of the joints of `bodies`, in their order."""
    found: list[int] = []
    for body in bodies:
        start, count = int(model.body_jntadr[body]), int(model.body_jntnum[body])
        found += range(start, start + count)
    return found


def below(model: mujoco.MjModel, body: int) -> list[int]:
    """Ids of `body` and of all that hangs on it."""
    return [b for b in range(1, model.nbody) if body in path_to(model, b)]


def tips(model: mujoco.MjModel, hinges_only: bool = True) -> list[int]:
    """Bodies that look like the last link of an arm: where hinges end, or a hand's begin.

    Args:
        hinges_only: leave out those that stand on joints of other kinds.
    """
    found = []
    for body in _ends(model, 0, 0):
        joints = joints_of(model, path_to(model, body))
        hinges = [j for j in joints if model.jnt_type[j] == HINGE]
        if len(hinges) >= LEAST_HINGES and (len(hinges) == len(joints) or not hinges_only):
            found.append(body)
    return found


def _ends(model: mujoco.MjModel, body: int, last: int) -> list[int]:
    """Last links below `body`, whose nearest link on the way is `last`. Where it forks into
    branches too short for arms, a hand begins."""
    arms = [
        child
        for child in range(1, model.nbody)
        if model.body_parentid[child] == body and _hinges_down(model, child)
    ]
    if len(arms) > 1:
        arms = [child for child in arms if _hinges_down(model, child) >= LEAST_HINGES]
    if not arms:
        return [last] if last else []
    return [
        end
        for child in arms
        for end in _ends(model, child, child if model.body_jntnum[child] else last)
    ]


def _hinges_down(model: mujoco.MjModel, body: int) -> int:
    """The most hinges on a way down from `body`, itself included, but for a hand's."""
    own = [j for j in joints_of(model, [body]) if model.jnt_type[j] == HINGE]
    own = [j for j in own if not _of_a_hand(model, j)]
    children = [b for b in range(1, model.nbody) if model.body_parentid[b] == body]
    return len(own) + max((_hinges_down(model, child) for child in children), default=0)


def _of_a_hand(model: mujoco.MjModel, joint: int) -> bool:
    body = int(model.jnt_bodyid[joint])
    leaf = not any(model.body_jntnum[b] for b in below(model, body) if b != body)
    names = joint_name(model, joint).lower() + " " + body_name(model, body).lower() * leaf
    return any(word in names for word in OF_A_HAND)


def guess(model: mujoco.MjModel, body: int) -> tuple[str, float]:
    """The axis of `body` along which a hand seems to hang on it, and how far out, m."""
    joint = int(model.body_jntadr[body])
    along = model.jnt_axis[joint]
    axis = int(np.abs(along).argmax())
    start = model.jnt_pos[joint][axis]
    ends = [(model.body_ipos[body][axis], 0.0)]
    for geom in range(model.ngeom):
        if model.geom_bodyid[geom] == body:
            turn = np.zeros(9)
            mujoco.mju_quat2Mat(turn, model.geom_quat[geom])
            centre, half = model.geom_aabb[geom][:3], model.geom_aabb[geom][3:]
            middle = model.geom_pos[geom] + turn.reshape(3, 3) @ centre
            ends.append((middle[axis], float(np.abs(turn.reshape(3, 3)[axis]) @ half)))
    high = max(middle + half for middle, half in ends) - start
    low = start - min(middle - half for middle, half in ends)
    # a hand's own foot marks the flange; else the last link goes on as the one before it did
    for child in range(1, model.nbody):
        out = model.body_pos[child][axis] - start
        foot = model.body_parentid[child] == body and not model.body_jntnum[child]
        if foot and abs(out) > FAR and any(model.body_jntnum[b] for b in below(model, child)):
            return "-"[: int(out < 0)] + "xyz"[axis], round(abs(float(out)), 3)
    turn = np.zeros(9)
    mujoco.mju_quat2Mat(turn, model.body_quat[body])
    onward = float((turn.reshape(3, 3).T @ model.body_pos[body])[axis])
    if onward > FAR or (abs(onward) <= FAR and high >= low):
        return "xyz"[axis], round(float(max(high, 0.0)), 3)
    return "-" + "xyz"[axis], round(float(max(low, 0.0)), 3)
