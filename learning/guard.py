"""No step with a number that is none: training stops where the first appears."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from learning.errors import TrainingStoppedError


def guard(
    checkpoint: Path,
    step: int,
    figures: Mapping[str, float],
    batch: Mapping[str, Any] | None = None,
) -> None:
    """Stop unless every figure of a step is finite.

    Args:
        checkpoint: file from which the same command goes on.
        step: its number, from 1.
        figures: loss, norm of the gradient, norm of the weights ...
        batch: what was learned from; its arrays (B, ...) that are not finite are named.

    Raises:
        TrainingStoppedError: naming the step, the figure, and what of the batch is at fault.
    """
    wrong = [name for name, value in figures.items() if not np.isfinite(value)]
    if not wrong:
        return
    told = f"{wrong[0]} is {figures[wrong[0]]} at step {step}"
    if faults := [text for name, values in (batch or {}).items()
                  if (text := _fault(name, values))]:  # fmt: skip
        told += f"; of its batch, {', '.join(faults)}"
        remedy = "look at these recordings (pontine data check), and build the cache again"
    else:
        told += "; its batch is finite" if batch else ""
        remedy = (
            "a lower learning rate or another seed keeps numbers finite; the same command "
            f"goes on from {checkpoint.name}, the last step that was good"
        )
    raise TrainingStoppedError(checkpoint.parent, told, remedy)


def _fault(name: str, values: Any) -> str:
    try:
        array = np.asarray(values)
    except (TypeError, ValueError, RuntimeError):  # no array, or one on another device
        return ""
    if array.dtype.kind != "f" or np.isfinite(array).all():
        return ""
    rows = np.unique(np.argwhere(~np.isfinite(array))[:, 0]) if array.ndim else [0]
    return f"{name} of sample {', '.join(str(row) for row in rows[:5])}"
