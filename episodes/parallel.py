"""Run a function over many items in a few processes, with a progress bar."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")
Result = TypeVar("Result")


def run(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    workers: int,
    label: str,
    progress: bool = True,
) -> Iterator[Result]:
    """Yield `function(item)` of every item as each is finished, in any order.

    `function` must be importable; with one worker it runs here. The first error stops the rest.
    """
    with tqdm(total=len(items), desc=label, disable=not progress) as bar:
        if workers <= 1 or len(items) <= 1:
            for item in items:
                yield function(item)
                bar.update()
            return
        context = multiprocessing.get_context("spawn")  # forks hang once a parent has rendered
        with ProcessPoolExecutor(min(workers, len(items)), context) as pool:
            pending = [pool.submit(function, item) for item in items]
            try:
                for future in as_completed(pending):
                    yield future.result()
                    bar.update()
            finally:
                pool.shutdown(cancel_futures=True)
