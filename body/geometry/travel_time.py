"""How long the law of travel needs, for one hand, in plain floats.

:func:`body.geometry.motion.time_to_go` unrolls the law on arrays. Asked about a single hand at
every replanning, numpy's cost of a call outweighs the arithmetic twentyfold; this is the same law
with the same operations in the same order, and gives the same number (a test compares them).
"""

from collections.abc import Sequence
from math import sqrt

from body.geometry import motion

LONGEST = 80  # policy steps: 4 s
Floats = tuple[float, ...]


def travel_time(command: Sequence[float], target: Sequence[float], held: bool = False) -> float:
    """Seconds from rest at `command` to `target`, each x, y, z (m), yaw (rad); at most 4 s.

    Args:
        held: the hand is closed, and stays so.
    """
    place = tuple(float(value) for value in command)
    goal = tuple(float(value) for value in target)
    increment: Floats = (0.0, 0.0, 0.0, 0.0)
    seconds = 0.0
    for _ in range(LONGEST):
        if _arrived(place, goal):
            break
        seconds += motion.DT
        increment = _step(place, increment, goal, held)
        place = tuple(a + b for a, b in zip(place, increment, strict=True))
    return seconds


def _arrived(command: Floats, target: Floats) -> bool:
    x, y, z = (target[i] - command[i] for i in range(3))
    near = motion.ARRIVED_LOW if target[2] < motion.LOW else motion.ARRIVED_HIGH
    turned = abs(target[3] - command[3]) < motion.ARRIVED_YAW
    return sqrt(x * x + y * y + z * z) < near and turned


def _step(command: Floats, increment: Floats, target: Floats, held: bool) -> Floats:
    """:func:`body.geometry.motion.step` of one hand."""
    height, goal = command[2], target[2]
    x, y = target[0] - command[0], target[1] - command[1]
    funnel = min(max(4.0 * (sqrt(x * x + y * y) - 0.008), 0.0), 0.13)
    if held and height < motion.LOW:
        funnel = 0.0
    lowered = min(goal + funnel, max(goal, 0.16)) if goal < motion.LOW else goal
    z = lowered - height
    if goal - height > 0.04 and height < 0.10:
        x, y = 0.2 * x, 0.2 * y
    distance = sqrt(x * x + y * y + z * z)
    top = motion.SPEED
    if height < motion.LOW and goal < motion.LOW:
        top = motion.SPEED_HELD if held else motion.SPEED_LOW
    scale = min(min(top, 0.3 * distance + 0.0008), distance) / max(distance, 1e-9)
    move = _limit_change((x * scale, y * scale, z * scale), increment[:3])
    turn = target[3] - command[3]
    size = min(min(motion.SPEED_YAW, 0.3 * abs(turn) + 0.005), abs(turn))
    change = (size if turn > 0 else -size) - increment[3]
    return (*move, increment[3] + min(max(change, -motion.YAW_UP), motion.YAW_UP))


def _limit_change(wish: Floats, previous: Floats) -> Floats:
    change = tuple(a - b for a, b in zip(wish, previous, strict=True))
    faster = _norm(wish) > _norm(previous)
    bound = motion.SPEED_UP if faster else motion.SLOW_DOWN
    share = min(1.0, bound / max(_norm(change), 1e-12))
    return tuple(a + b * share for a, b in zip(previous, change, strict=True))


def _norm(vector: Floats) -> float:
    x, y, z = vector
    return sqrt(x * x + y * y + z * z)
