"""Processes that run the cases of one evaluation after another; any number, the same figures."""

import multiprocessing as mp
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from pontine.evaluation.cases import Case
from pontine.evaluation.worker import Worker

if TYPE_CHECKING:
    from multiprocessing.pool import Pool

    from pontine.evaluation.evaluate import EvalConfig


class Workers:
    """A context; a sweep keeps one for all its points, so models are loaded once a process.

    Args:
        count: processes, one thread each; 1 works in this process.
    """

    def __init__(self, count: int) -> None:
        if count < 1:
            raise ValueError(f"workers must be at least 1, got {count}")
        self.count = count
        self._pool: Pool | None = None
        self._own: AnyWorker | None = None

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.terminate()
            self._pool.join()
            self._pool = None
        if self._own is not None:
            self._own.close()
            self._own = None

    def run(self, config: "EvalConfig", todo: Sequence[Case]) -> Iterator[dict[str, Any]]:
        """Rows as they are finished, in any order."""
        if not todo:
            return
        if self.count == 1:
            self._own = fitting(config, self._own)
            self._own.set_up(config)
            yield from (self._own.work(case) for case in todo)
            return
        if self._pool is None:
            os.environ["OMP_NUM_THREADS"] = "1"  # read by the children before numpy loads
            # fork would hang once the parent has rendered
            self._pool = mp.get_context("spawn").Pool(self.count)
        yield from self._pool.imap_unordered(_work, [(config, case) for case in todo])


class AnyWorker(Protocol):
    """What runs the cases of a suite in one process."""

    def set_up(self, config: "EvalConfig") -> None: ...

    def work(self, case: Case) -> dict[str, Any]: ...

    def close(self) -> None: ...


def fitting(config: "EvalConfig", old: AnyWorker | None) -> AnyWorker:
    """A worker for the suite of `config`: `old`, where it is one."""
    kind: type[AnyWorker] = Worker
    if config.suite == "metaworld":
        from pontine.metaworld.worker import MetaWorldWorker

        kind = MetaWorldWorker
    if type(old) is kind:
        return old
    if old is not None:
        old.close()
    return kind()


_own: AnyWorker | None = None


def _work(job: tuple["EvalConfig", Case]) -> dict[str, Any]:
    global _own
    config, case = job
    _own = fitting(config, _own)
    _own.set_up(config)
    return _own.work(case)
