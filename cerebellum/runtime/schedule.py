"""When to plan anew, and which steps of the present plan are already promised.

A plan computed from the observation at step k takes effect after the `delay` steps that are on
their way to the robot while it is being computed (real-time chunking: Black et al. 2025; with the
promised steps as a prefix in training: Black et al. 2025, training-time action conditioning).
"""

import numpy as np

from body.contract.arrays import Array
from body.contract.errors import RangeError
from body.geometry.motion import HORIZON

LONGEST_DELAY = HORIZON // 2
REPLAN = 4  # policy steps between plans, or the delay if that is longer


def pace(delay: int) -> tuple[int, int]:
    """Policy steps between plans that come `delay` steps late, and that delay."""
    return max(REPLAN, delay), delay


class ChunkSchedule:
    """The chunk being executed and the place reached in it.

    Args:
        replan: policy steps between plans, s; below 1 where steps are taken in parts.
        delay: steps promised while planning, d.

    Raises:
        RangeError: not d <= s <= H - d with H = 16, or s not above 0.
    """

    def __init__(self, replan: float = REPLAN, delay: int = 1) -> None:
        self.pace(replan, delay)
        self.clear()

    def pace(self, replan: float, delay: int) -> None:
        """Change both numbers; the chunk stays."""
        if not (replan > 0 and 0 <= delay <= replan <= HORIZON - delay):
            raise RangeError(
                f"chunk schedule: delay {delay} <= replan {replan} <= {HORIZON} - delay must hold, "
                f"so a delay above {LONGEST_DELAY} needs a longer chunk"
            )
        self.replan, self.delay = replan, delay

    def clear(self) -> None:
        """Forget the chunk: the next step plans."""
        self._rows: Array | None = None
        self._joints: Array | None = None
        self._used: float = 0

    @property
    def due(self) -> bool:
        """Whether there is no chunk, or `replan` steps of it have been used."""
        return self._rows is None or self._used >= self.replan - 1e-9

    @property
    def left(self) -> int:
        """Steps of the chunk that have not been used."""
        return 0 if self._rows is None else max(0, HORIZON - int(self._used))

    def promised(self) -> tuple[Array, Array] | None:
        """The next `delay` actions (d, 5) and their joint targets (d, J); None: no chunk."""
        if self._rows is None or self._joints is None:
            return None
        used = int(self._used)
        stop = used + self.delay
        return self._rows[used:stop], self._joints[used:stop]

    def next_after_promised(self) -> Array | None:
        """The action (5,) that would follow the promised ones; None: the chunk ends before."""
        if self._rows is None or self._used + self.delay >= HORIZON:
            return None
        row: Array = self._rows[int(self._used) + self.delay]
        return row

    def put(self, rows: Array, joints: Array) -> None:
        """Execute actions `rows` (16, 5) with joint targets `joints` (16, J) from now on."""
        self._rows, self._joints, self._used = rows, joints, 0

    def take(self) -> tuple[Array, Array, Array]:
        """Use one step: its action (5,), and the actions (16, 5) and joint targets (16, J)
        from it on, the last repeated."""
        if self._rows is None or self._joints is None:
            raise RuntimeError("no chunk has been put; call put() first")
        used = int(self._used)
        index = np.minimum(np.arange(used, used + HORIZON), HORIZON - 1)
        rows = self._rows[index]
        rows[max(0, HORIZON - used) :, :4] = 0.0  # repeated targets: no further motion
        self._used += 1
        return rows[0], rows, self._joints[index]

    def take_part(self, part: float, q: Array) -> tuple[Array, Array, Array]:
        """Use `part` (below 1) of a step, as :meth:`take`, the chunk read between its steps.

        Args:
            q: (J,) joint targets in force when the chunk began.

        Returns:
            the action (5,) of this part; the actions (16, 5) and joint targets (16, J) of this
            part and the 15 after it, each `part` of a step long.
        """
        if self._rows is None or self._joints is None:
            raise RuntimeError("no chunk has been put; call put() first")
        ends = np.arange(HORIZON + 1)
        times = np.minimum(self._used + part * ends, HORIZON)
        ways = np.concatenate([np.zeros((1, 4)), np.cumsum(self._rows[:, :4], axis=0)])
        places = np.stack([np.interp(times, ends, way) for way in ways.T], axis=1)
        told = self._rows[np.minimum(times[:-1].astype(int), HORIZON - 1), 4:]
        targets = np.concatenate([q[None], self._joints])
        joints = np.stack([np.interp(times[1:], ends, joint) for joint in targets.T], axis=1)
        rows = np.concatenate([np.diff(places, axis=0), told], axis=1)
        self._used += part
        return rows[0], rows, joints
