"""Batches of steps to come, drawn by processes while the present one is learned from."""

import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import ParamSpec, TypeVar

import numpy as np
from torch.utils.data import DataLoader, Dataset

from episodes.crew import LostProcessError

P = ParamSpec("P")
R = TypeVar("R")
Drawn = TypeVar("Drawn")
Draw = Callable[[np.random.Generator], Drawn]


def generator(seed: int, step: int, what: int) -> np.random.Generator:
    """The random numbers of a step, for one purpose (`what`) of several."""
    return np.random.default_rng((seed, step, what))


class _Steps(Dataset[Drawn]):
    def __init__(self, draw: Draw[Drawn], seed: int) -> None:
        self._draw, self._seed = draw, seed

    def __getitem__(self, step: int) -> Drawn:
        return self._draw(generator(self._seed, step, 0))


def _as_it_is(drawn: Drawn) -> Drawn:
    return drawn


def names_lost_drawers(train: Callable[P, R]) -> Callable[P, R]:
    """Decorates what learns from :func:`ahead`. The death of a process that draws shows wherever
    this one happens to be, as a RuntimeError of torch.

    Raises:
        LostProcessError: one was killed.
    """

    @wraps(train)
    def named(*arguments: P.args, **options: P.kwargs) -> R:
        try:
            return train(*arguments, **options)
        except RuntimeError as error:
            if not (found := re.search(r"DataLoader worker \(pid.*", str(error))):
                raise
            raise LostProcessError(
                f"a process that draws batches ended: {found[0].strip().rstrip('.')} (out of "
                "memory?). Remedy: give fewer --workers if memory was short; the same command "
                "goes on from the last checkpoint"
            ) from error

    return named


def ahead(draw: Draw[Drawn], seed: int, first: int, workers: int) -> Iterator[Drawn]:
    """The batches of step `first` and all after it; the same whatever number of `workers`.

    Args:
        draw: makes a batch with the generator it is given.
        workers: processes that draw; 0: this one, when a batch is asked for.
    """
    steps = _Steps(draw, seed)
    if not workers:
        step = first
        while True:
            yield steps[step]
            step += 1
    # forked: what they draw from is many gigabytes, and only read
    yield from DataLoader(
        steps, batch_size=None, sampler=range(first, 2**31), num_workers=workers,
        prefetch_factor=4, multiprocessing_context="fork", collate_fn=_as_it_is,
    )  # fmt: skip
