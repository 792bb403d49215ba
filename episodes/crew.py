"""Worker processes that take items one after another, and outlive the death of any of them.

Each worker has a pipe of its own. Pools with one queue for all (multiprocessing's, that of
concurrent.futures, pebble's) guard it by a lock: who is killed while holding it takes it along, and
the others wait for ever or are ended with it.
"""

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from tqdm import tqdm

from episodes.crew_worker import Hand, how_left, serve

Given = TypeVar("Given")
Found = TypeVar("Found")

TRIES = 2  # that an item has
FEW = 2  # workers in a row that ended before anything was finished: no more beside those that live
MANY = 6  # the same, none lives, and nothing ever was finished: no more at all
PATIENCE = 1.0  # s between two looks at processes whose pipe says nothing
GRACE = 5.0  # s that a worker has to end
VAIN = f"{MANY} workers ended before any finished anything, and no more were started"


class LostProcessError(RuntimeError):
    """A process ended that others relied on; the message names it, and what is kept."""


class LostWorkError(LostProcessError):
    """Items whose workers ended while working; all others are done.

    Attributes:
        causes: by the item's name, how its worker ended.
    """

    def __init__(self, causes: dict[str, str], of: int) -> None:
        super().__init__(causes, of)
        self.causes, self.of = causes, of

    def __str__(self) -> str:
        few = list(self.causes.items())[:10]
        named = "; ".join(f"{name}: {cause}" for name, cause in few)
        more = f"; and {len(self.causes) - len(few)} more" if len(self.causes) > len(few) else ""
        return (
            f"{len(self.causes)} of {self.of} were lost with the process that worked on them "
            f"({named}{more}); the others are kept. Remedy: mend that, or give fewer --workers if "
            "memory was short; the same command then runs the lost ones alone"
        )


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    item: int | None = None  # its number, while it works


class Crew(Generic[Given, Found]):
    """A context. Workers are started when they are needed, and stay until its end.

    Args:
        count: processes, one thread each; 1 works in this process.
        make: the hand of a process; must be importable, as what it works on.
    """

    def __init__(self, count: int, make: Callable[[], Hand[Given, Found]]) -> None:
        if count < 1:
            raise ValueError(f"workers must be at least 1, got {count}")
        self.count, self._make = count, make
        self._hand: Hand[Given, Found] | None = None
        self._workers: list[_Worker] = []
        self._fruitful = False
        self._fruitless = 0  # workers in a row that ended before anything was finished

    def __enter__(self) -> "Crew[Given, Found]":
        return self

    def __exit__(self, *_: object) -> None:
        self._end(self._workers)
        if self._hand is not None:
            self._hand.close()
            self._hand = None

    def run(self, items: Sequence[Given], name: Callable[[Given], str] = str) -> Iterator[Found]:
        """Results as they are finished, in any order.

        The first error of an item is raised here, and stops the rest. An item whose worker dies is
        given to another one once.

        Args:
            name: of an item, for people.

        Raises:
            LostWorkError: after all others are done: items that two workers died of.
        """
        causes: dict[str, str] = {}
        yield from (self._here if self.count == 1 else self._shared)(items, name, causes)
        if causes:
            raise LostWorkError(causes, len(items))

    def _here(
        self, items: Sequence[Given], name: Callable[[Given], str], causes: dict[str, str]
    ) -> Iterator[Found]:
        for item in items:
            try:
                self._hand = self._hand or self._make()
                result = self._hand.work(item)
            except SystemExit as left:
                causes[name(item)] = how_left(left)
                _say(f"{name(item)}: what worked on it {causes[name(item)]}")
                continue
            yield result

    def _shared(
        self, items: Sequence[Given], name: Callable[[Given], str], causes: dict[str, str]
    ) -> Iterator[Found]:
        waiting, tries = deque(range(len(items))), [0] * len(items)
        try:
            while waiting or any(worker.item is not None for worker in self._workers):
                self._start(len(waiting))
                if not self._workers:  # and no more are started
                    return causes.update({name(items[n]): VAIN for n in waiting})
                self._hand_out(waiting, items)
                for worker in self._spoken():
                    number, said = worker.item, self._heard(worker)
                    if not isinstance(said, str):
                        self._fruitful, self._fruitless = True, 0
                        yield said[0]
                    elif number is not None:  # it did not end while idle
                        tries[number] += 1
                        again = tries[number] < TRIES
                        then = "is run again in another one" if again else "is left out"
                        who = f"a worker (process {worker.process.pid})"
                        _say(f"{who} {said}; {name(items[number])} {then}")
                        if again:  # last, so that one that others died of does not stop the rest
                            waiting.append(number)
                        else:
                            causes[name(items[number])] = said
        finally:  # broken off: what is under way must not answer the next call
            self._end([worker for worker in self._workers if worker.item is not None])

    def _start(self, waiting: int) -> None:
        """Workers for `waiting` items more, up to `count`."""
        idle = sum(worker.item is None for worker in self._workers)
        for _ in range(min(self.count - len(self._workers), waiting - idle)):
            if self._fruitless >= FEW and self._workers:
                return  # until those have finished something: there may be no memory for more
            if self._fruitless >= MANY and not self._fruitful:
                return
            with _one_thread(), _no_interrupt():
                context = multiprocessing.get_context("spawn")  # forks hang once one has rendered
                ours, theirs = context.Pipe()
                process = context.Process(target=serve, args=(theirs, self._make), daemon=True)
                process.start()
                theirs.close()
            self._workers.append(_Worker(process, ours))

    def _hand_out(self, waiting: deque[int], items: Sequence[Given]) -> None:
        for worker in list(self._workers):
            if worker.item is None and waiting:
                try:
                    worker.pipe.send(items[waiting[0]])
                except OSError:  # it was killed while idle
                    self._end([worker])
                    continue
                worker.item = waiting.popleft()

    def _spoken(self) -> list[_Worker]:
        """Workers that have answered or ended; waits for the first."""
        while self._workers:
            ready = wait([worker.pipe for worker in self._workers], PATIENCE)
            found = [
                worker
                for worker in self._workers
                # a process that a worker left behind may hold its pipe open
                if worker.pipe in ready or not worker.process.is_alive()
            ]
            if found:
                return found
        return []

    def _heard(self, worker: _Worker) -> tuple[Found] | str:
        """Its result, or how it ended.

        Raises:
            Exception: the item's.
        """
        kind: str = "ended"
        said: Any = None
        with suppress(EOFError, OSError):  # killed, even half way through a message
            if worker.pipe.poll():
                kind, said = worker.pipe.recv()
        if kind == "ended":
            worker.process.join(GRACE)
            said = _died(worker.process.exitcode)
        if kind in ("ended", "left"):
            self._fruitless += 1
            self._end([worker])
            return str(said)
        worker.item = None
        if kind == "failed":
            raise said
        return (said,)

    def _end(self, workers: Sequence[_Worker]) -> None:
        for worker in workers:
            worker.process.terminate()
        for worker in workers:
            worker.process.join(GRACE)
            if worker.process.exitcode is None:  # it does not listen
                worker.process.kill()
                worker.process.join()
            worker.pipe.close()
        gone = {id(worker) for worker in workers}
        self._workers = [worker for worker in self._workers if id(worker) not in gone]


def _died(status: int | None) -> str:
    if status is None:
        return "stopped answering"
    if status >= 0:
        return f"ended by itself with status {status} (os._exit)"
    name = signal.Signals(-status).name
    return f"was killed by {name}" + " (out of memory?)" * (-status == signal.SIGKILL)


def _say(text: str) -> None:
    tqdm.write(text, file=sys.stderr)


@contextmanager
def _one_thread() -> Iterator[None]:
    """For children, who read it before numpy loads."""
    name = "OMP_NUM_THREADS"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Children begin with Ctrl-C blocked: the process that started them ends them."""
    resource_tracker.ensure_running()  # else it is started meanwhile, and lifts the block
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
