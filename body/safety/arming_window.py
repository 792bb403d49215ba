"""What the robot said of itself of late: an arm is armed at rest, where all readings agree.

Commands begin from rest at the last reading. An arm that moves would be jerked, and readings that
do not agree are those of two arms.
"""

from collections import deque

import numpy as np

from body.contract.arrays import Array
from body.contract.robot_spec import RobotSpec
from body.safety.success_rate import REFUSAL, WINDOW

STILL = 0.01  # rad between any two readings: twice the noise that a judge of readings allows
SLOW = 0.1  # rad/s on average
ENOUGH = round(REFUSAL * WINDOW)  # readings


class ArmingWindow:
    """The last `WINDOW` readings that were believed, none refused between them."""

    def __init__(self, spec: RobotSpec) -> None:
        self._names = spec.joint_names
        self._own: deque[Array] = deque(maxlen=WINDOW)
        self._dq: deque[Array] = deque(maxlen=WINDOW)

    def add(self, own: Array, dq: Array) -> None:
        """A reading (J,) rad, as the robot counts, and rad/s."""
        self._own.append(own)
        self._dq.append(dq)

    def clear(self) -> None:
        """A reading was refused: what agrees begins anew."""
        self._own.clear()
        self._dq.clear()

    @property
    def complete(self) -> bool:
        """Whether there are as many as arming wants."""
        return len(self._own) >= ENOUGH

    def motion(self) -> str:
        """Which joint does not rest; "": all do."""
        spread = np.ptp(np.array(self._own), axis=0)
        pace = np.abs(np.mean(self._dq, axis=0))
        i = int(np.argmax(np.maximum(spread / STILL, pace / SLOW)))
        if spread[i] <= STILL and pace[i] <= SLOW:
            return ""
        return (
            f"{self._names[i]} moved over {spread[i]:.3f} rad, at {pace[i]:.2f} rad/s, during the "
            f"last {len(self._own)} readings; let it come to rest"
        )
