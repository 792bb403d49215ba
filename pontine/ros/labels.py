"""What training needs and no topic says: commanded tool poses, keyframes, steps of a plan.

Derived from the commands that were sent (kinematics), and from the tokens (codec):

- `observation.command`: tool pose of the commanded joints, and its change over the last 50 ms.
- `plan.waypoint`: the keyframe that the tokens name. Where the order was carried out, the place at
  which the command came to rest instead: there the hand's own camera had corrected the tokens.
  Without fresh tokens: stay.
- `plan.step`: told apart by what the order does to the gripper and where it leads. Training draws
  its noise by it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from body.contract.arrays import Array
from body.geometry import motion
from body.geometry.kinematics import Kinematics
from cerebellum.codec import WaypointCodec
from cerebellum.runtime.driver import OPEN
from cerebellum.runtime.report import EMPTY, NEW_ORDER
from cerebellum.state import nearest_yaw
from episodes.vocabulary import Step
from pontine.ros.align import Stamps, latest
from pontine.ros.streams import Stretch
from pontine.ros.takes import PERIOD, Orders
from sim.recording import times_to_go

CORRECTED = 0.03  # m at most, that the camera moves a token's place
RESTING = 0.002  # m a step, of a command that has come to rest
DONE = 1  # the tokens' intent
SOON = 0.05  # s


@dataclass(frozen=True, eq=False)
class Commanded:
    """Of T frames: pose, increment (T, 4) m, rad; closed (T,) 0/1; action (T, J + 1) rad, m: the
    command 50 ms later."""

    pose: Array
    increment: Array
    closed: Array
    action: Array


def commanded(stretch: Stretch, times: Stamps, kinematics: Kinematics) -> Commanded:
    """What had been commanded by each frame."""
    stamps = stretch.commands.stamps
    sent = np.array(stretch.commands.values)
    before = np.concatenate([times[:1] - PERIOD, times])
    rows = np.maximum(latest(stamps, before), 0)
    poses = kinematics.tool_pose(sent[rows])
    poses[:, 3] = np.unwrap(poses[:, 3], period=np.pi)
    widths = np.array(stretch.grippers.values)
    width = widths[np.maximum(latest(stretch.grippers.stamps, before), 0)]
    after = times + PERIOD
    action = np.column_stack([
        sent[latest(stamps, after)], widths[latest(stretch.grippers.stamps, after)]
    ])  # fmt: skip
    increment = np.diff(poses, axis=0)
    return Commanded(poses[1:], increment, _told(width, kinematics.spec.gripper_open), action)


def _told(width: Array, widest: float) -> Array:
    """(T,) 0/1 the gripper's order, from T + 1 commanded openings: they travel for 0.8 s."""
    told = np.zeros(len(width))
    told[0] = width[0] < OPEN * widest
    for i in range(1, len(width)):
        change = width[i] - width[i - 1]
        told[i] = told[i - 1] if change == 0 else change < 0
    return told[1:]


def plan(
    orders: Orders, command: Commanded, width: Array, codec: WaypointCodec, reached: bool
) -> dict[str, NDArray]:
    """The columns `plan.waypoint`, `plan.chunk`, `plan.step` and `plan.previous_step`.

    Args:
        width: (T,) m, measured. reached: take the place at which the command came to rest.
    """
    known = orders.codes[:, 0] >= 0
    rows = np.column_stack([command.pose, command.closed, np.full(len(known), SOON)])
    rows[known] = codec.decode_rows(orders.codes[known])
    starts = segments(rows, known)
    steps = np.zeros(len(known), np.int64)
    previous = np.full(len(known), -1)
    released = False
    for i, start in enumerate(starts):
        end = starts[i + 1] if i + 1 < len(starts) else len(known)
        part = slice(start, end)
        if known[start] and reached:
            rows[part, :4] = _place(rows[part], command, end - 1)
        step = Step.DONE
        if known[start] and orders.intent[start] != DONE:
            step = _step(rows[start], command, float(width[start]), start, released)
        released |= step is Step.RELEASE
        steps[part] = step
        previous[part] = steps[start - 1] if start else -1
    target = nearest_yaw(rows[:, :4], command.pose)
    rows[:, :4] = target
    held = motion.keeps(command.closed, rows[:, 4])
    rows[:, 5] = times_to_go(command.pose, command.increment, target, held)
    chunk = motion.unroll(command.pose, command.increment, command.closed, target, rows[:, 4])
    return {
        "plan.waypoint": rows, "plan.chunk": chunk, "plan.step": steps,
        "plan.previous_step": previous,
    }  # fmt: skip


def segments(rows: Array, known: NDArray[np.bool_]) -> list[int]:
    """First frames of each order: another place, another gripper, or tokens gone or back."""
    starts = [0]
    for i in range(1, len(rows)):
        moved = known[i] and np.linalg.norm(rows[i, :3] - rows[i - 1, :3]) > NEW_ORDER
        if known[i] != known[i - 1] or (known[i] and (moved or rows[i, 4] != rows[i - 1, 4])):
            starts.append(i)
    return starts


def _place(rows: Array, command: Commanded, last: int) -> Array:
    """(n, 4) where the order led: see the module."""
    pose = command.pose[last]
    named = nearest_yaw(rows[-1, :4], pose)
    near = np.linalg.norm(named[:3] - pose[:3]) < CORRECTED
    rests = np.linalg.norm(command.increment[last, :3]) < RESTING
    applied = command.closed[last] == rows[-1, 4]
    return np.broadcast_to(pose, rows[:, :4].shape) if near and rests and applied else rows[:, :4]


def _step(row: Array, command: Commanded, width: float, start: int, released: bool) -> Step:
    closes, told = row[4] > 0.5, command.closed[start] > 0.5
    if closes and not told:
        return Step.GRASP
    if closes:
        beside = np.linalg.norm(row[:2] - command.pose[start, :2])
        return Step.LIFT if beside < NEW_ORDER else Step.CARRY
    if told and width > EMPTY:
        return Step.RELEASE
    return Step.RETREAT if released and row[2] >= motion.LOW else Step.ABOVE
