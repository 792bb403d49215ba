"""Where on the table an arm puts its tool straight down: by inverse kinematics, from its home."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from body.contract.arrays import Array
from body.contract.robot_spec import RobotSpec
from body.geometry.kinematics import Kinematics, down_rotation
from body.robots.reach import SCENE_X, SCENE_Y, Reach

Flags = NDArray[np.bool_]
HEIGHTS = (0.02, 0.20)  # m: where things are taken hold of, and carried
YAWS = (-0.8, 0.0, 0.8)  # rad: a cube is taken by one of two pairs of faces
NEAR_M, NEAR_RAD = 0.003, 0.03  # that count as reached
ITERATIONS, SEEDS, HOMES = 80, 32, 3
GRID = 9  # points of a side of the table's region
NARROW = 0.1  # m: a ring less wide holds no things side by side
ABOVE = ((0.42, 0.28), (0.42, 0.22), (0.5, 0.2), (0.35, 0.2), (0.25, 0.2))  # m: x and z of homes


def down(kinematics: Kinematics, pose: Array, q: Array) -> Flags:
    """(...) bool: q (..., J), rad, holds the tool at `pose` (..., 4), straight down."""
    tool = kinematics.forward(q)
    off = np.linalg.norm(tool[..., :3, 3] - pose[..., :3], axis=-1)
    turn = np.einsum("...ji,...jk->...ik", down_rotation(pose[..., 3]), tool[..., :3, :3])
    cosine = (np.trace(turn, axis1=-2, axis2=-1) - 1) / 2
    return np.asarray((off < NEAR_M) & (cosine > np.cos(NEAR_RAD)))


def reached(kinematics: Kinematics, poses: Array, home: Array) -> Flags:
    """(N,) bool: which of `poses` (N, 4) are found from `home` (J,), or from one beside."""
    q = kinematics.inverse(poses, home, ITERATIONS)
    found = down(kinematics, poses, q)
    if found.any() and not found.all():
        lost = np.flatnonzero(~found)
        apart = np.linalg.norm(poses[lost, None, :3] - poses[None, found, :3], axis=-1)
        beside = q[np.flatnonzero(found)[apart.argmin(1)]]
        again = kinematics.inverse(poses[lost], beside, ITERATIONS)
        found[lost] = down(kinematics, poses[lost], again)
    return found


def home_fault(spec: RobotSpec) -> str:
    """Why `spec.home` is no posture to begin from; "" if it is one."""
    kinematics = Kinematics(spec)
    tool = kinematics.forward(spec.home)
    pose = kinematics.tool_pose(spec.home)
    lean = np.degrees(np.arccos(np.clip(-tool[2, 2], -1, 1)))
    where = f"the tool at x {pose[0]:.2f}, y {pose[1]:.2f}, z {pose[2]:.2f} m"
    if lean > np.degrees(NEAR_RAD):
        return f"home holds {where}, {lean:.0f} degrees from straight down"
    if tool[0, 0] * np.cos(pose[3]) + tool[1, 0] * np.sin(pose[3]) < 0:
        return f"home holds {where}, turned by half a turn (the tool's x axis points to the base)"
    if pose[2] < HEIGHTS[0]:
        return f"home holds {where}, in the table"
    return ""


def unreached(spec: RobotSpec) -> list[str]:
    """Where the tool does not go although things stand there, in words: corners of the table's
    region, or points of it within `spec.reach`."""
    spots = _spots(GRID if spec.reach else 2)
    if spec.reach is not None:
        spots = [spot for spot in spots if spec.reach.holds(*spot)]
    if not spots:
        return ["any point"]
    poses = np.array([[x, y, z, 0.0] for (x, y), z in product(spots, HEIGHTS)])
    found = reached(Kinematics(spec), poses, spec.home).reshape(len(spots), len(HEIGHTS))
    return [f"({x:.2f}, {y:.2f})" for (x, y), ok in zip(spots, found, strict=True) if not ok.all()]


def survey(spec: RobotSpec, grid: int = GRID, yaws: tuple[float, ...] = YAWS) -> Flags:
    """(grid, grid) bool over x and y of the table's region: reached at all heights and yaws."""
    spots = _spots(grid)
    poses = np.array([[x, y, z, yaw] for (x, y), z, yaw in product(spots, HEIGHTS, yaws)])
    found = reached(Kinematics(spec), poses, spec.home)
    return np.asarray(found.reshape(grid, grid, -1).all(-1))


def widest_reach(spec: RobotSpec, found: Flags) -> tuple[Reach | None, float]:
    """The sector that holds most of what a :func:`survey` found and nothing else, and how much
    of the table's region that is (0 to 1)."""
    frame = Kinematics(spec).frames(spec.home)[0]
    centre = (round(float(frame[0, 3]), 3), round(float(frame[1, 3]), 3))
    xs, ys = np.linspace(*SCENE_X, len(found)), np.linspace(*SCENE_Y, len(found))
    ahead, aside = np.meshgrid(xs - centre[0], ys - centre[1], indexing="ij")
    radius, angle = np.hypot(ahead, aside), np.abs(np.arctan2(aside, ahead))
    best: tuple[int, Reach | None] = (0, None)
    rings = np.arange(0.0, 0.9, 0.03)
    for turn in (0.5, 0.8, 1.2, 1.6, 2.2, 3.1):
        within = angle <= turn
        for near, far in combinations(rings, 2):
            inside = within & (radius >= near) & (radius <= far)
            if (count := int(inside.sum())) > best[0] and not (inside & ~found).any():
                if far - near < NARROW:
                    continue
                # the survey's points lie 5 cm apart: keep off the rim
                inner = round(float(near) + 0.02, 2) if near else 0.0
                best = count, Reach(centre, inner, round(float(far) - 0.01, 2), turn)
    return best[1], best[0] / found.size


def find_homes(spec: RobotSpec) -> list[Array]:
    """(J,) rad each, rounded, the likeliest first: over the table, the tool straight down, the
    links high and far from their limits. `spec.home` is not looked at."""
    middle = (spec.position_lower + spec.position_upper) / 2
    draws = np.random.default_rng(0).uniform(
        np.maximum(spec.position_lower, -np.pi), np.minimum(spec.position_upper, np.pi),
        (SEEDS, spec.joints),
    )  # fmt: skip
    seeds = np.clip(np.vstack([middle, draws]), spec.position_lower, spec.position_upper)
    zero = np.clip(np.zeros(spec.joints), spec.position_lower, spec.position_upper)
    searcher = Kinematics(replace(spec, home=zero))
    width = spec.position_upper - spec.position_lower
    for x, z in ABOVE:
        pose = np.broadcast_to(np.array([x, 0.0, z, 0.0]), (len(seeds), 4))
        q = searcher.inverse(pose, seeds, 120)
        good = down(searcher, pose, q)
        if good.any():
            q = q[good]
            heights = searcher.frames(q)[:, :-1, 2, 3]
            room = (np.minimum(q - spec.position_lower, spec.position_upper - q) / width).min(1)
            score = 10 * np.minimum(heights.min(1), 0.1) + 4 * heights.mean(1)
            score += 5 * np.minimum(room, 0.2) - 0.5 * np.abs(q[:, 0])
            found: list[Array] = []
            for i in np.argsort(-score):
                if all(np.abs(q[i] - other).max() > 0.5 for other in found):
                    low, high = spec.position_lower, spec.position_upper
                    ends = np.ceil(low * 1e4) / 1e4, np.floor(high * 1e4) / 1e4
                    found.append(np.clip(np.round(q[i], 4), *ends) + 0.0)
            return found[:HOMES]
    return []


def _spots(grid: int) -> list[tuple[float, float]]:
    return list(product(np.linspace(*SCENE_X, grid), np.linspace(*SCENE_Y, grid)))
