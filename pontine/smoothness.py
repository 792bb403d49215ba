"""How smooth plans join: what is commanded at the policy rate, before interpolator and limiter."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from body.arrays import Array
from body.motion import DT, SLOW_DOWN
from pontine.statistics import percentiles

LAWFUL = SLOW_DOWN / DT  # m/s, the largest change of speed in a step that the law itself makes


@dataclass
class Smoothness:
    """Of one episode; call :meth:`add` at every policy step.

    Attributes:
        boundary_steps: m/s, change of the tool's commanded velocity into each plan's first own
            step, hence where the plan before and this one join.
        jerks: m/s3, size of the third difference of the commanded place, every step.
    """

    boundary_steps: list[float] = field(default_factory=list)
    jerks: list[float] = field(default_factory=list)
    _moves: list[Array] = field(default_factory=list)

    def add(self, increment: Array, joined: bool) -> None:
        """`increment` (4,) of this step; `joined`: it is the first of a plan's own."""
        self._moves = [*self._moves[-2:], np.array(increment[:3])]
        if len(self._moves) < 3:
            return
        a, b, c = self._moves
        if joined:
            self.boundary_steps.append(round(float(np.linalg.norm(c - b)) / DT, 5))
        self.jerks.append(round(float(np.linalg.norm(c - 2 * b + a)) / DT**3, 3))


def smoothness(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Figures over many episodes' `boundary_steps` and `jerks`."""
    steps = np.concatenate([r["boundary_steps"] for r in rows] or [[]])
    jerks = np.concatenate([r["jerks"] for r in rows] or [[]])
    if not len(steps):
        return {}
    return {
        "boundaries": len(steps),
        "boundary_step_m_s": {"mean": round(float(steps.mean()), 4)}
        | percentiles(steps.tolist(), (50, 99, 100)),
        "boundaries_beyond_the_law": round(float((steps > 1.05 * LAWFUL).mean()), 5),
        "jerk_m_s3": {"mean": round(float(jerks.mean()), 2)}
        | percentiles(jerks.tolist(), (50, 99)),
    }
