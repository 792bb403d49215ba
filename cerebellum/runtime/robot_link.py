"""The robot as the command loop knows it."""

from typing import Protocol

import numpy as np

from body.contract.arrays import Array
from cerebellum.runtime.bus import Bus


class RobotLink(Protocol):
    """The robot's side of the loop; neither call may block."""

    def receive(self) -> bool:
        """Fetch the newest state into `q`, `dq`, `width`; False: none has come since the last
        call."""
        ...

    def send(self, q: Array, width: float, now: int) -> None:
        """Command (J,) rad, as the robot counts its turns, and m."""
        ...

    q: Array  # (J,) rad, as the robot counts its turns
    dq: Array  # (J,) rad/s; NaN, or nothing but zeros: not known
    width: float
    stamp: int  # ns, monotonic: when the robot sent that state


class BusRobot:
    """A robot whose driver reads and writes the bus."""

    def __init__(self, bus: Bus) -> None:
        self._state, self._command = bus.state, bus.command
        self.q, self.dq = np.zeros(bus.spec.joints), np.zeros(bus.spec.joints)
        self.width = 0.0
        self.stamp = 0

    def receive(self) -> bool:
        if not self._state.read():
            return False
        self.q[:], self.dq[:] = self._state.value["q"], self._state.value["dq"]
        self.width = float(self._state.value["width"])
        self.stamp = self._state.stamp
        return True

    def send(self, q: Array, width: float, now: int) -> None:
        self._command.value["q"][...] = q
        self._command.value["width"] = width
        self._command.write(now)
