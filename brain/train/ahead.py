"""Batches of steps to come, drawn by processes while the present one is learned from."""

from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np
from torch.utils.data import DataLoader, Dataset

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
