"""What to write into the file of an arm that has no good posture, or that reaches too little."""

from dataclasses import replace
from itertools import product
from typing import NamedTuple

import numpy as np

from body.contract.arrays import Array
from body.contract.robot_spec import RobotSpec
from body.geometry.kinematics import Kinematics
from body.robots.anatomy import ModelFile
from body.robots.reach import Reach
from body.robots.reachable import GRID, YAWS, find_homes, survey, widest_reach

ENOUGH = 0.2  # of where things are put: with less, a plinth is looked for
LITTLE_ROOM = 1.2  # rad of the last joint, to turn the hand
AHEAD, PLINTHS = (0.0, 0.1, 0.2, 0.28), (0.0, 0.12, 0.24, 0.36)  # m: where a small arm may stand
COARSE = 5


class _Stand(NamedTuple):
    """An arm's home, the share of where things are put that is reached from it, and a sector."""

    home: Array
    share: float
    reach: Reach | None
    turn: float = 0.0


def advice(spec: RobotSpec) -> list[str]:
    """Lines for the robot's file: a home; where the arm does not reach all over the table, a reach;
    where it reaches too little, a better place; where its last joint has no room, a turned hand.
    `spec.home` and `spec.reach` are not looked at."""
    best, lines = _turned_best(spec), []
    if best is None or best.share < ENOUGH:
        facing = 0.0 if best is None else _facing(spec, best.home)
        steps = [(x, 0.0, z, facing) for x, z in product(AHEAD, PLINTHS)]
        tried = [_stand(_moved(spec, step), COARSE, (0.0,)) for step in steps]
        shares = [0.0 if stand is None else stand.share for stand in tried]
        step = steps[int(np.argmax(shares))]
        moved = _turned_best(_moved(spec, step))
        if moved is not None and (best is None or moved.share > best.share):
            best = moved
            lines.append(_place_line(spec, step))
    if best is None:
        return ["# no posture points the tool straight down over the table: look at flange, points,"
                " shift and place"]  # fmt: skip
    if best.turn:
        lines.append(_turn_line(spec, best.turn))
    lines.append(f"home=[{', '.join(f'{value:.4f}' for value in best.home)}],  # found by search")
    if best.reach is None:
        lines.append("# it reaches straight down at no place where things are put")
    elif best.share < 1.0:
        reach = best.reach
        centre = f"({reach.centre[0]}, {reach.centre[1]})"
        said = f"reach=Reach({centre}, near={reach.near}, far={reach.far}, turn={reach.turn}),"
        lines.append(
            f"{said}  # {best.share:.0%} of the table; from body.robots.reach import Reach"
        )
    return lines


def _turned_best(spec: RobotSpec) -> _Stand | None:
    """As it is; or with the hand a quarter turned, where the last joint has little room."""
    best = _stand(spec, GRID, YAWS)
    if best is None or best.share == 1.0 or not _wound(spec, best.home):
        return best
    for turn in (-np.pi / 2, np.pi / 2):
        other = _stand(_turned(spec, turn), GRID, YAWS)
        if other is not None and other.share > best.share:
            best = other._replace(turn=turn)
    return best


def _stand(spec: RobotSpec, grid: int, yaws: tuple[float, ...]) -> _Stand | None:
    best = None
    for home in find_homes(spec):
        standing = replace(spec, home=home, reach=None)
        found = survey(standing, grid, yaws)
        reach, share = widest_reach(standing, found)
        if best is None or share > best.share:
            best = _Stand(home, 1.0 if found.all() else share, reach)
        if found.all():
            break
    return best


def _wound(spec: RobotSpec, home: Array) -> bool:
    room = min(home[-1] - spec.position_lower[-1], spec.position_upper[-1] - home[-1])
    return bool(room < LITTLE_ROOM)


def _facing(spec: RobotSpec, home: Array) -> float:
    """rad, a multiple of a quarter turn: how to turn the foot so that the arm looks ahead."""
    middle = (spec.position_lower[0] + spec.position_upper[0]) / 2
    upward = Kinematics(spec).frames(home)[0, 2, 2]
    return float(np.round((home[0] - middle) * upward / (np.pi / 2)) * np.pi / 2)


def _moved(spec: RobotSpec, by: tuple[float, float, float, float]) -> RobotSpec:
    base = np.eye(4) if spec.base is None else spec.base
    step = _about_z(by[3])
    step[:3, 3] = by[:3]
    return replace(spec, base=step @ base)


def _turned(spec: RobotSpec, turn: float) -> RobotSpec:
    return replace(spec, flange_to_hand=spec.flange_to_hand @ _about_z(turn))


def _about_z(angle: float) -> Array:
    pose, cosine, sine = np.eye(4), np.cos(angle), np.sin(angle)
    pose[:2, :2] = [[cosine, -sine], [sine, cosine]]
    return pose


def _place_line(spec: RobotSpec, step: tuple[float, float, float, float]) -> str:
    said = ", ".join(f"{value:.4g}" for value in step)
    if isinstance(spec.anatomy, ModelFile):
        old = _about_z(spec.anatomy.place[3])
        old[:3, 3] = spec.anatomy.place[:3]
        new = _about_z(step[3])
        new[:3, 3] = step[:3]
        place = [*(new @ old)[:3, 3], spec.anatomy.place[3] + step[3]]
        said = ", ".join(f"{value:.4f}" for value in place)
        return f"place=({said}),  # on a plinth: x, y, z m and yaw rad of the file's world"
    return f"# stand it elsewhere: base moved by ({said}), x, y, z m and yaw rad"


def _turn_line(spec: RobotSpec, turn: float) -> str:
    if isinstance(spec.anatomy, ModelFile):
        total = spec.anatomy.mount.turn + turn
        return f"turn={total:.4f},  # of the hand on the flange, rad: its last joint has more room"
    return f"# turn flange_to_hand by {turn:.4f} rad about its z: the last joint has more room"
