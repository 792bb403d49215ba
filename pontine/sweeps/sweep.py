"""What a sweep is: evaluations that differ in one or two settings."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from pontine.evaluation.config import EvalConfig


@dataclass(frozen=True)
class Point:
    """One evaluation of a sweep.

    Attributes:
        x: where it stands on the sweep's axis. curve: which curve (or row of a heat map) it is on.
        eval: changes of :class:`EvalConfig`. stack: changes of its `stack`.
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

    def config(self, base: EvalConfig) -> EvalConfig:
        """`base` with this point's changes."""
        return replace(base, stack=replace(base.stack, **self.stack), **self.eval)


@dataclass(frozen=True)
class Sweep:
    """A question, and the points that answer it.

    Attributes:
        x, curve: names and units of what is turned. heat: draw a map instead of curves.
        ages: also draw success over the age of the tokens.
        suite: what it is run on.
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
    suite: str = "tabletop"

    @property
    def task(self) -> tuple[str, ...]:
        """Where nothing else is asked for: swapped sentences need single things."""
        return ("basic",) if self.suite == "tabletop" else ("all",)
