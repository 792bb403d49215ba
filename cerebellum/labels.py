"""The right chunk for any commanded state and any waypoint, from the law in body.geometry.motion.

Labels never come from the recorded future: tokens mean "go there, apply the gripper, hold", and
the recording goes on to the next keyframe.
"""

import numpy as np
from numpy.typing import NDArray

from body.contract.arrays import Array
from body.geometry import motion


def label_chunks(
    command: Array,
    increment: Array,
    closed: Array,
    target: Array,
    target_closed: Array,
    null: NDArray[np.bool_],
    committed: NDArray[np.int64],
    committed_target: Array,
    committed_closed: Array,
) -> Array:
    """(B, 16, 5) actions, see :func:`body.geometry.motion.unroll`.

    Args:
        command, increment: (B, 4). closed: (B,) 0/1.
        target, target_closed: (B, 4), (B,): where the law goes after the committed steps.
        null: (B,) no order: slow down to a hold after the committed steps.
        committed: (B,) number of steps already under way when the chunk is computed.
        committed_target, committed_closed: (B, 4), (B,): where those steps were heading, and the
            gripper there (an older belief, or an older order).
    """
    command, increment = np.array(command), np.array(increment)
    told = np.array(closed, dtype=np.float64)
    rows = np.zeros((len(command), motion.HORIZON, 5))
    for k in range(motion.HORIZON):
        early = k < committed
        aim = np.where(early[:, None], committed_target, target)
        halted = null & ~early
        there = np.where(halted, False, motion.arrived(command, aim))
        after = np.where(early, committed_closed, target_closed)
        told = np.where(there, after, told)
        move = motion.step(command, increment, aim, motion.keeps(told, after))
        if halted.any():
            move[halted] = motion.stop(increment[halted], told[halted], 1)[:, 0, :4]
        increment = move
        command = command + increment
        rows[:, k, :4] = increment
        rows[:, k, 4] = told
    return rows
