"""Batches of steps to come, drawn by a thread or by processes while one is learned from."""

import re
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from torch.utils.data import DataLoader, Dataset

from learning.errors import TrainingStoppedError

Drawn = TypeVar("Drawn")


class _Steps(Dataset[Drawn]):
    def __init__(self, batch: Callable[[int], Drawn]) -> None:
        self._batch = batch

    def __getitem__(self, step: int) -> Drawn:
        return self._batch(step)


def _as_it_is(drawn: Drawn) -> Drawn:
    return drawn


def ahead(
    batch: Callable[[int], Drawn], first: int, workers: int = 0
) -> Generator[Drawn, None, None]:
    """The batches of step `first` and all after it; the same whoever draws them.

    Args:
        batch: makes the batch of a step, given its number.
        workers: processes that draw; 0: a thread of this one, a batch ahead.
    """
    if workers:
        # forked: what they draw from is many gigabytes, and only read
        yield from DataLoader(
            _Steps(batch), batch_size=None, sampler=range(first, 2**31), num_workers=workers,
            prefetch_factor=4, multiprocessing_context="fork", collate_fn=_as_it_is,
        )  # fmt: skip
        return
    with ThreadPoolExecutor(1) as pool:
        step, coming = first, pool.submit(batch, first)
        while True:
            drawn = coming.result()
            step += 1
            coming = pool.submit(batch, step)
            yield drawn


@contextmanager
def naming_lost_drawers(folder: Path) -> Iterator[None]:
    """Around what learns from :func:`ahead`. The death of a process that draws shows wherever this
    one happens to be, as a RuntimeError of torch.

    Raises:
        TrainingStoppedError: one was killed.
    """
    try:
        yield
    except RuntimeError as error:
        if not (found := re.search(r"DataLoader worker \(pid.*", str(error))):
            raise
        raise TrainingStoppedError(
            folder,
            f"a process that draws batches ended: {found[0].strip().rstrip('.')} (out of memory?)",
            "give fewer --workers if memory was short; the same command goes on from the last "
            "checkpoint",
        ) from error
