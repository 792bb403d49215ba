"""Processes that run the cases of one evaluation after another; any number, the same figures."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from episodes.crew import Crew
from pontine.evaluation.cases import Case
from pontine.evaluation.worker import Worker

if TYPE_CHECKING:
    from pontine.evaluation.evaluate import EvalConfig

Job = tuple["EvalConfig", Case]


class Workers:
    """A context; a sweep keeps one for all its points, so models are loaded once a process.

    Args:
        count: processes, one thread each; 1 works in this process.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._crew: Crew[Job, dict[str, Any]] = Crew(count, _Hand)

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_: object) -> None:
        self._crew.__exit__()

    def run(self, config: "EvalConfig", todo: Sequence[Case]) -> Iterator[dict[str, Any]]:
        """Rows as they are finished, in any order.

        Raises:
            LostWorkError: see :meth:`episodes.crew.Crew.run`.
        """
        yield from self._crew.run([(config, case) for case in todo], lambda job: job[1].key)


class AnyWorker(Protocol):
    """What runs the cases of a suite in one process."""

    def set_up(self, config: "EvalConfig") -> None: ...

    def work(self, case: Case) -> dict[str, Any]: ...

    def close(self) -> None: ...


class _Hand:
    """The worker of the suite that was asked for last."""

    def __init__(self) -> None:
        self._own: AnyWorker | None = None

    def work(self, job: Job) -> dict[str, Any]:
        config, case = job
        self._own = _fitting(config, self._own)
        self._own.set_up(config)
        return self._own.work(case)

    def close(self) -> None:
        if self._own is not None:
            self._own.close()
            self._own = None


def _fitting(config: "EvalConfig", old: AnyWorker | None) -> AnyWorker:
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
