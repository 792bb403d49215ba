"""How smooth the motion is that is commanded, before interpolator and limiter."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from body.contract.arrays import Array
from body.geometry.motion import DT, SLOW_DOWN
from pontine.evaluation.result import Result
from pontine.evaluation.statistics import percentiles

LAWFUL = SLOW_DOWN / DT  # m/s, the largest change of speed in a step that the law itself makes


class Smoothness:
    """Of one episode; call :meth:`add` at every step of the policy.

    Args:
        start: (4,) tool pose at rest. period: s between two steps.

    Attributes:
        boundary_steps: m/s, change of the tool's commanded velocity into each plan's first own
            step, hence where the plan before and this one join.
        jerks: m/s3, size of the third difference of the commanded place, every step.
        largest_step: m/s, largest change of velocity from a step to the next, at joins or not.
    """

    def __init__(self, start: Array, period: float = DT) -> None:
        self._period = period
        self._places = [np.array(start[:3])]
        self.boundary_steps: list[float] = []
        self.jerks: list[float] = []
        self.largest_step = 0.0

    def add(self, pose: Array, joined: bool) -> None:
        """`pose` (4,) commanded for the end of this step; `joined`: it is a plan's own first."""
        self._places = [*self._places[-3:], np.array(pose[:3])]
        if len(self._places) < 4:
            return
        a, b, c = np.diff(self._places, axis=0)
        change = float(np.linalg.norm(c - b)) / self._period
        self.largest_step = max(self.largest_step, change)
        if joined:
            self.boundary_steps.append(round(change, 5))
        self.jerks.append(round(float(np.linalg.norm(c - 2 * b + a)) / self._period**3, 3))

    def into(self, result: Result) -> None:
        """Write the figures into `result`."""
        result.boundary_steps, result.jerks = self.boundary_steps, self.jerks
        result.largest_velocity_step = round(self.largest_step, 5)


def smoothness(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Figures over many episodes' `boundary_steps` and `jerks`."""
    steps = np.concatenate([r["boundary_steps"] for r in rows] or [[]])
    jerks = np.concatenate([r["jerks"] for r in rows] or [[]])
    figures: dict[str, Any] = {}
    if len(steps):
        figures["boundaries"] = len(steps)
        figures["boundary_step_m_s"] = {"mean": round(float(steps.mean()), 4)} | percentiles(
            steps.tolist(), (50, 99, 100)
        )
        beyond = float((steps > 1.05 * LAWFUL).mean())
        figures["boundaries_beyond_the_law"] = round(beyond, 5)
    if len(jerks):
        figures["jerk_m_s3"] = {"mean": round(float(jerks.mean()), 2)} | percentiles(
            jerks.tolist(), (50, 99)
        )
    return figures
