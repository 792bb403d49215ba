"""Checkpoints that are whole and finite, with the one before kept."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from learning.errors import CheckpointError, TrainingStoppedError

BEFORE = ".before"
State = dict[str, Any]
Replacing = Callable[[Path], AbstractContextManager[Path]]
"""Where to write what becomes the file of this name, whole, if the block ends well."""


def finite(state: Any) -> bool:
    """Whether every number in nested dictionaries, lists and tensors is finite."""
    if isinstance(state, Mapping):
        return all(finite(value) for value in state.values())
    if isinstance(state, list | tuple):
        return all(finite(value) for value in state)
    if isinstance(state, float | Tensor):
        return bool(torch.as_tensor(state).isfinite().all())
    return True


def save(path: Path, state: State, replacing: Replacing) -> None:
    """Write a checkpoint; the one before stays beside it.

    Raises:
        TrainingStoppedError: `state` holds NaN or infinity, so that nothing was written.
    """
    if not finite({k: v for k, v in state.items() if k != "figures"}):
        problem = "weights or the optimiser's state are not finite, so no checkpoint was written"
        remedy = "the same command goes on from the checkpoint before; try a lower learning rate"
        raise TrainingStoppedError(path, problem, remedy)
    with replacing(path) as partial:
        torch.save(state, partial)
        if path.exists():
            path.replace(_before(path))


def load(path: Path, needs: Iterable[str] = ()) -> State | None:
    """The newest checkpoint that is whole and finite; None where a run has not begun.

    Args:
        needs: entries that it must have.

    Raises:
        CheckpointError: there are some, and none can be used.
    """
    faults: list[str] = []
    for file in (path, _before(path)):
        if not file.exists():
            continue
        state, fault = _read(file, needs)
        if not fault:
            if faults:
                print(f"{faults[0]}; going on from the one before, {file.name}")
            return state
        faults.append(f"{file}: {fault}")
    if faults:
        raise CheckpointError(
            f"{path.parent}: {'; '.join(faults)}. Remedy: delete these files to begin this run anew"
        )
    return None


def _read(file: Path, needs: Iterable[str]) -> tuple[State, str]:
    """What is in `file`, and what is wrong with it."""
    try:
        state = dict(torch.load(file, map_location="cpu", weights_only=True))
    except Exception as error:  # a damaged archive fails in many ways
        return {}, f"cannot be read ({str(error).splitlines()[0] if str(error) else error!r})"
    if lacking := [name for name in needs if name not in state]:
        return {}, f"lacks {lacking[0]}"
    if not finite({k: v for k, v in state.items() if k != "figures"}):
        return {}, "holds weights that are NaN or infinite"
    return state, ""


def _before(path: Path) -> Path:
    return path.with_name(path.name + BEFORE)
