"""Run a function over many items in a few processes, with a progress bar."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Generic, TypeVar

from tqdm import tqdm

from episodes.crew import Crew

Item = TypeVar("Item")
Result = TypeVar("Result")


class _Calls(Generic[Item, Result]):
    def __init__(self, function: Callable[[Item], Result]) -> None:
        self.work = function

    def close(self) -> None:
        return


def run(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    workers: int,
    label: str,
    progress: bool = True,
) -> Iterator[Result]:
    """Yield `function(item)` of every item as each is finished, in any order.

    `function` must be importable; with one worker it runs here. The first error stops the rest.

    Raises:
        LostWorkError: see :meth:`episodes.crew.Crew.run`.
    """
    count = max(1, min(workers, len(items)))
    make: Callable[[], _Calls[Item, Result]] = partial(_Calls, function)
    with (
        tqdm(total=len(items), desc=label, disable=not progress) as bar,
        Crew(count, make) as crew,
    ):
        for result in crew.run(items, lambda item: f"{label} {item}"):
            yield result
            bar.update()
