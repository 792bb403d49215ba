"""What a sweep is: evaluations that differ in one or two settings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Point:
    """One evaluation of a sweep.

    Attributes:
        x: where it stands on the sweep's axis. curve: which curve (or row of a heat map) it is on.
        eval: changes of an :class:`pontine.evaluation.config.EvalConfig`. stack: of its `stack`.
    """

    x: float | str
    curve: float | str = ""
    eval: dict[str, Any] = field(default_factory=dict)
    stack: dict[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Name of its folder."""
        parts = [str(part).replace("/", "-") for part in (self.curve, self.x) if part != ""]
        return "_".join(parts)


@dataclass(frozen=True)
class Sweep:
    """A question, and the points that answer it.

    Attributes:
        x, curve: names and units of what is turned. heat: draw a map instead of curves.
        ages: also draw success over the age of the tokens.
        points: made when asked for, so that a sweep may read what is installed.
    """

    name: str
    title: str
    question: str
    x: str
    points: Callable[[], list[Point]]
    curve: str = ""
    heat: bool = False
    ages: bool = False
