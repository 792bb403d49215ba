"""How the cerebellum fares with its orders: moving, arrived, holding, missed."""

from collections import deque

import numpy as np

from body.contract.arrays import Array
from body.contract.tokens import ControllerReport, Report
from body.contract.waypoint import Waypoint, wrap_half_turn
from body.geometry import motion
from cerebellum.state import CommandState

SETTLED_MOVE = 0.004  # m the command may travel in SETTLED_TICKS and still count as settled
SETTLED_TICKS = 4
NEAR = 0.06  # m from the token's place: the token may be wrong, the camera corrects it
NEAR_SHUT = 0.03  # m likewise, of a hand that was shut before: less than what it pulls and pushes
NEW_ORDER = 0.03  # m between two tokens' places that makes the second another order
SETTLED_TURN, NEAR_YAW, NEW_YAW = 0.03, 0.5, 0.5  # rad, likewise
OPENED_TICKS = 6
CLOSED_TICKS = 8
SHORT_TICKS = 20  # settled, but away from the place or with the gripper not applied in its time
EMPTY = 0.015  # m: narrower than anything there is to hold
WIDTH_STILL = 0.001  # m in 3 ticks: the fingers have come to rest


class Reporter:
    """Watches command and fingers, one :meth:`update` a policy step.

    A hand that was closed high above the table is a fist: it holds nothing and has missed nothing.

    Args:
        stroke: s that the fingers take from open to shut; so long they are waited for.
    """

    def __init__(self, stroke: float) -> None:
        self._stroke_ticks = round(stroke / motion.DT)
        self.reset()

    def reset(self, closed: bool = False) -> None:
        """Forget everything; `closed` is the gripper's present order."""
        self._poses: deque[Array] = deque(maxlen=SETTLED_TICKS + 1)
        self._widths: deque[float] = deque(maxlen=4)
        self._order: Waypoint | None = None
        self._near = NEAR
        self._closed = closed
        self._fist = False
        self._gripper_ticks = 10 * CLOSED_TICKS
        self._short = 0

    def update(
        self, waypoint: Waypoint | None, stamp: int, command: CommandState, width: float
    ) -> ControllerReport:
        """Report on the order `waypoint` (None: none) whose tokens bear `stamp`."""
        if command.closed != self._closed:  # above everything there is nothing to be missed
            self._fist = command.closed and bool(command.pose[2] >= motion.LOW)
        self._gripper_ticks = self._gripper_ticks + 1 if command.closed == self._closed else 0
        self._closed = command.closed
        self._widths.append(width)
        if waypoint is None:
            self._order = None
            self._poses.clear()
            self._short = 0
            return ControllerReport(Report.MOVING, stamp)
        if self._is_new(waypoint):
            self._near = NEAR_SHUT if waypoint.closed and command.closed else NEAR
            self._poses.clear()
            self._short = 0
        self._order = waypoint
        self._poses.append(command.pose)
        return ControllerReport(self._status(waypoint, command, width), stamp)

    def _is_new(self, waypoint: Waypoint) -> bool:
        before = self._order
        if before is None or before.closed != waypoint.closed:
            return True
        turned = _turn(before.yaw, waypoint.yaw) > NEW_YAW
        return bool(turned or np.linalg.norm(before.position - waypoint.position) > NEW_ORDER)

    def _status(self, waypoint: Waypoint, command: CommandState, width: float) -> Report:
        gripping = waypoint.closed and command.closed and self._gripper_ticks >= CLOSED_TICKS
        empty = gripping and width <= EMPTY
        if empty and not self._fist:
            return Report.MISSED
        settled = (
            len(self._poses) == SETTLED_TICKS + 1
            and np.linalg.norm(self._poses[-1][:3] - self._poses[0][:3]) < SETTLED_MOVE
            and abs(self._poses[-1][3] - self._poses[0][3]) < SETTLED_TURN
        )
        if not settled:
            self._short = 0
            return Report.MOVING
        near = bool(np.linalg.norm(command.pose[:3] - waypoint.position) < self._near)
        near &= _turn(float(command.pose[3]), waypoint.yaw) < NEAR_YAW
        told = gripping if waypoint.closed else self._opened(command)
        rest = self._fingers_rest()
        if near and told and rest:
            self._short = 0
            return Report.HOLDING if waypoint.closed and not empty else Report.ARRIVED
        if near and not rest and self._gripper_ticks <= self._stroke_ticks:
            return Report.MOVING
        self._short += 1
        return Report.MISSED if self._short >= SHORT_TICKS else Report.MOVING

    def _opened(self, command: CommandState) -> bool:
        return not command.closed and self._gripper_ticks >= OPENED_TICKS

    def _fingers_rest(self) -> bool:
        return len(self._widths) == 4 and max(self._widths) - min(self._widths) < WIDTH_STILL


def _turn(yaw: float, other: float) -> float:
    """rad between two yaws of a hand, which is the same hand after half a turn."""
    return abs(wrap_half_turn(yaw - other))
