"""The oracle of codecs that tell motion: the expert's next 0.8 s instead of its next keyframe."""

import numpy as np

from body import ControllerReport, Observation, Report, Waypoint
from body.geometry.motion import DT, unroll
from cerebellum.runtime.report import (
    CLOSED_TICKS,
    EMPTY,
    NEAR,
    OPENED_TICKS,
    SETTLED_MOVE,
    SHORT_TICKS,
    WIDTH_STILL,
)
from pontine.agent.sources import Oracle


class ChunkOracle(Oracle):
    """Privileged: at each tick the law's way to the expert's waypoint from what is commanded now.

    A chunk names no keyframe, so the cerebellum can only report that it moves. Whether a keyframe
    is reached or missed the oracle judges itself, by the reporter's rules, from look to look.
    """

    def reset(self) -> None:
        super().reset()
        self._waypoint: Waypoint | None = None
        self._before = np.zeros(4), False, 0.0  # pose, gripper told, its width, m
        self._switched = self._moved = -1  # when the gripper's order, the hand last changed, ns
        self._obeyed = False  # the step's tokens were in force at the last look

    def _encode(self, waypoint: Waypoint) -> tuple[int, ...]:
        self._waypoint = waypoint
        state = self.mover.command
        closed, after = np.array(float(state.closed)), np.array(float(waypoint.closed))
        target = state.target(waypoint.pose)
        return self.codec.encode(unroll(state.pose, state.increment, closed, target, after))

    def _status(self, observation: Observation, report: ControllerReport) -> Report:
        waypoint, command, now = self._waypoint, self.mover.command, observation.stamp
        pose, closed, width = self._before
        self._before = command.pose, command.closed, observation.gripper_width
        moved = float(np.linalg.norm(command.pose[:3] - pose[:3])) >= SETTLED_MOVE
        if command.closed != closed or self._switched < 0:
            self._switched = now
        obeyed = report.token_stamp >= self._since >= 0
        if moved or not (obeyed and self._obeyed):
            self._moved = now  # at rest until its orders come is not short of the place
        self._obeyed = obeyed
        if waypoint is None:
            return Report.MOVING
        ticks = (now - self._switched) * 1e-9 / DT
        applied = command.closed == waypoint.closed and ticks >= (
            CLOSED_TICKS if waypoint.closed else OPENED_TICKS
        )
        if applied and waypoint.closed and observation.gripper_width <= EMPTY:
            return Report.MISSED
        if self._moved == now:
            return Report.MOVING
        near = np.linalg.norm(command.pose[:3] - waypoint.position) < NEAR
        rest = abs(observation.gripper_width - width) < WIDTH_STILL
        if near and applied and rest:
            return Report.HOLDING if waypoint.closed else Report.ARRIVED
        if near and not rest and ticks * DT <= self.world.robot.gripper_stroke:
            return Report.MOVING
        short = (now - self._moved) * 1e-9 / DT >= SHORT_TICKS
        return Report.MISSED if short else Report.MOVING
