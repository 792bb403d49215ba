"""What keeps a training run from poisoning itself: no step with a number that is none, and
checkpoints that are whole and finite, with the one before kept.

It knows no training library: trainers hand over figures, and functions that write and read files.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from episodes.errors import EpisodesError
from episodes.replacing import replacing

BEFORE = ".before"
State = dict[str, Any]


class TrainingStoppedError(EpisodesError):
    """A loss, gradient or weight is NaN or infinite: training went no further."""


class CheckpointError(EpisodesError):
    """No checkpoint of a run can be used."""


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


def finite(state: Any) -> bool:
    """Whether every number in nested dictionaries, lists and tensors is finite."""
    if isinstance(state, Mapping):
        return all(finite(value) for value in state.values())
    if isinstance(state, list | tuple):
        return all(finite(value) for value in state)
    if isinstance(state, float):
        return bool(np.isfinite(state))
    if hasattr(state, "isfinite"):  # a tensor of any library
        return bool(state.isfinite().all())
    if isinstance(state, np.ndarray) and state.dtype.kind == "f":
        return bool(np.isfinite(state).all())
    return True


def save(path: Path, state: State, write: Callable[[State, Path], object]) -> None:
    """Write a checkpoint; the one before stays beside it.

    Raises:
        TrainingStoppedError: `state` holds NaN or infinity, so that nothing was written.
    """
    if not finite({k: v for k, v in state.items() if k != "figures"}):
        problem = "weights or the optimiser's state are not finite, so no checkpoint was written"
        remedy = "the same command goes on from the checkpoint before; try a lower learning rate"
        raise TrainingStoppedError(path, problem, remedy)
    with replacing(path) as partial:
        write(state, partial)
        if path.exists():
            path.replace(_before(path))


def load(path: Path, read: Callable[[Path], State], needs: Iterable[str] = ()) -> State | None:
    """The newest checkpoint that is whole and finite; None where a run has not begun.

    Args:
        read: reads one; whatever it raises on a damaged file is taken for damage.
        needs: entries that it must have.

    Raises:
        CheckpointError: there are some, and none can be used.
    """
    faults: list[str] = []
    for file in (path, _before(path)):
        if not file.exists():
            continue
        try:
            state = read(file)
            lacking = [name for name in needs if name not in state]
            fault = f"lacks {lacking[0]}" if lacking else ""
        except Exception as error:  # a damaged archive fails in many ways
            fault = f"cannot be read ({str(error).splitlines()[0] if str(error) else error!r})"
        else:
            if not fault and not finite({k: v for k, v in state.items() if k != "figures"}):
                fault = "holds weights that are NaN or infinite"
        if not fault:
            if faults:
                print(f"{faults[0]}; going on from the one before, {file.name}")
            return state
        faults.append(f"{file}: {fault}")
    if faults:
        raise CheckpointError(
            path.parent, "; ".join(faults), "delete these files to begin this run anew"
        )
    return None


def _before(path: Path) -> Path:
    return path.with_name(path.name + BEFORE)
