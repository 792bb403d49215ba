"""The law by which a hand travels to a waypoint: the expert follows it, the controller learns it.

It speaks of the commanded tool pose alone (no physics), so it can be unrolled into the future.
Per policy step: at most `SPEED`, slowing in proportion to what is left, with bounded changes of
speed; straight down only above the target (a funnel), straight up before sideways. The gripper
is applied on arrival, and then the hand holds. A hand that is closed and to stay so does not rise
from the table on its way: it draws, pushes or turns what it touches.
"""

import numpy as np
from numpy.typing import NDArray

from body.contract.arrays import Array

Flags = NDArray[np.bool_]

DT = 0.05  # s, one policy step
HORIZON = 16
SPEED = 0.4 * DT  # m per step
SPEED_LOW = 0.25 * DT  # m per step, near the table
SPEED_HELD = 0.12 * DT  # m per step, near the table with the hand closed all the way
SPEED_YAW = 1.5 * DT  # rad per step
SPEED_UP = 0.005  # m per step squared: 2 m/s2
SLOW_DOWN = 0.008  # m per step squared
YAW_UP = 0.03  # rad per step squared
LOW = 0.12  # m above the table: objects stand below this
ARRIVED_LOW = 0.006  # m
ARRIVED_HIGH = 0.012  # m
ARRIVED_YAW = 0.1  # rad


def step(command: Array, increment: Array, target: Array, held: Flags | bool = False) -> Array:
    """One step of the law.

    Args:
        command: (..., 4) commanded tool x, y, z (m), yaw (rad).
        increment: (..., 4) the previous step's increment.
        target: (..., 4) waypoint.
        held: (...) bool: the hand is closed, and stays so when it is there.

    Returns:
        (..., 4) increment.
    """
    offset = target[..., :3] - command[..., :3]
    height, goal = command[..., 2], target[..., 2]
    beside = np.linalg.norm(offset[..., :2], axis=-1)
    funnel = np.clip(4.0 * (beside - 0.008), 0.0, 0.13)
    funnel = np.where(np.asarray(held) & (height < LOW), 0.0, funnel)
    lowered = np.where(goal < LOW, np.minimum(goal + funnel, np.maximum(goal, 0.16)), goal)
    wanted = offset.copy()
    wanted[..., 2] = lowered - height
    rising = (goal - height > 0.04) & (height < 0.10)
    wanted[..., :2] *= np.where(rising, 0.2, 1.0)[..., None]

    distance = np.linalg.norm(wanted, axis=-1)
    below = (height < LOW) & (goal < LOW)
    top = np.where(below, np.where(held, SPEED_HELD, SPEED_LOW), SPEED)
    length = np.minimum(np.minimum(top, 0.3 * distance + 0.0008), distance)
    move = wanted * (length / np.maximum(distance, 1e-9))[..., None]
    move = _limit_change(move, increment[..., :3])

    turn = target[..., 3] - command[..., 3]
    size = np.minimum(np.minimum(SPEED_YAW, 0.3 * np.abs(turn) + 0.005), np.abs(turn))
    wish = np.sign(turn) * size
    turned = increment[..., 3] + np.clip(wish - increment[..., 3], -YAW_UP, YAW_UP)
    return np.concatenate([move, turned[..., None]], axis=-1)


def arrived(command: Array, target: Array) -> Array:
    """(...) bool: the commanded pose is close enough for the gripper to be applied."""
    distance = np.linalg.norm(target[..., :3] - command[..., :3], axis=-1)
    tolerance = np.where(target[..., 2] < LOW, ARRIVED_LOW, ARRIVED_HIGH)
    return (distance < tolerance) & (np.abs(target[..., 3] - command[..., 3]) < ARRIVED_YAW)


def unroll(
    command: Array,
    increment: Array,
    closed: Array,
    target: Array,
    target_closed: Array,
    horizon: int = HORIZON,
) -> Array:
    """The next `horizon` steps towards one waypoint, then holding there.

    Args:
        command, increment, target: (..., 4), see :func:`step`.
        closed, target_closed: (...) gripper told now, and after arrival (bool or 0/1).

    Returns:
        (..., horizon, 5): increments dx, dy, dz (m), dyaw (rad), gripper closed (0 or 1).
    """
    command = np.array(command, dtype=np.float64)
    increment = np.array(increment, dtype=np.float64)
    told = np.array(closed, dtype=np.float64)
    rows = np.zeros((*command.shape[:-1], horizon, 5))
    for k in range(horizon):
        told = np.where(arrived(command, target), target_closed, told)
        increment = step(command, increment, target, keeps(told, target_closed))
        command = command + increment
        rows[..., k, :4] = increment
        rows[..., k, 4] = told
    return rows


def keeps(closed: Array, target_closed: Array) -> Flags:
    """(...) bool: a hand told `closed` (0/1) stays so at a waypoint with `target_closed` (0/1)."""
    return np.asarray((np.asarray(closed) > 0.5) & (np.asarray(target_closed) > 0.5))


def steer(increment: Array, wish: Array, closed: bool, fresh: int) -> Array:
    """(HORIZON, 5): move by `wish` (4,) m and rad a step, and slow down after `fresh` steps.

    Speeds and their changes are bounded as those of :func:`step`; `increment` (4,) is the last.
    """
    wish = np.array(wish, dtype=np.float64)
    speed = float(np.linalg.norm(wish[:3]))
    wish[:3] *= min(1.0, SPEED / max(speed, 1e-12))
    wish[3] = np.clip(wish[3], -SPEED_YAW, SPEED_YAW)
    rows = np.zeros((HORIZON, 5))
    rows[:, 4] = closed
    now = np.array(increment, dtype=np.float64)
    for row in rows[: max(0, fresh)]:
        turned = now[3] + np.clip(wish[3] - now[3], -YAW_UP, YAW_UP)
        now = np.append(_limit_change(wish[:3], now[:3]), turned)
        row[:4] = now
    rest = HORIZON - max(0, fresh)
    if rest > 0:
        rows[HORIZON - rest :] = stop(now, np.array(float(closed)), rest)
    return rows


def stop(increment: Array, closed: Array, horizon: int = HORIZON) -> Array:
    """(..., horizon, 5): slow down to a hold, the gripper left as it is."""
    increment = np.array(increment, dtype=np.float64)
    rows = np.zeros((*increment.shape[:-1], horizon, 5))
    for k in range(horizon):
        move = _limit_change(np.zeros_like(increment[..., :3]), increment[..., :3])
        turn = increment[..., 3] - np.clip(increment[..., 3], -YAW_UP, YAW_UP)
        increment = np.concatenate([move, turn[..., None]], axis=-1)
        rows[..., k, :4] = increment
        rows[..., k, 4] = closed
    return rows


def time_to_go(command: Array, target: Array, held: Flags | bool = False) -> Array:
    """(...) seconds the law needs from rest at `command` to `target` (..., 4), capped at 4 s;
    `held` as in :func:`step`."""
    command = np.array(command, dtype=np.float64)
    increment = np.zeros_like(command)
    seconds = np.zeros(command.shape[:-1])
    for _ in range(80):
        moving = np.logical_not(arrived(command, target))
        if not moving.any():
            break
        seconds += np.where(moving, DT, 0.0)
        increment = step(command, increment, target, held)
        command = command + increment
    return seconds


def _limit_change(wish: Array, previous: Array) -> Array:
    change = wish - previous
    size = np.linalg.norm(change, axis=-1, keepdims=True)
    faster = np.linalg.norm(wish, axis=-1) > np.linalg.norm(previous, axis=-1)
    bound = np.where(faster, SPEED_UP, SLOW_DOWN)[..., None]
    return previous + change * np.minimum(1.0, bound / np.maximum(size, 1e-12))
