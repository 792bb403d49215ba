"""Runs many episodes, in this process or in several: any number gives the same figures."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from body.plugin import blamed
from episodes.crew import Crew

Setting = TypeVar("Setting")
Job = TypeVar("Job")
Found = TypeVar("Found")
SettingIn = TypeVar("SettingIn", contravariant=True)
JobIn = TypeVar("JobIn", contravariant=True)
FoundOut = TypeVar("FoundOut", covariant=True)


class Worker(Protocol[SettingIn, JobIn, FoundOut]):
    """What works in one process; made there, without arguments."""

    def set_up(self, setting: SettingIn, /) -> None:
        """Load what `setting` needs; harmless where it is loaded."""

    def work(self, job: JobIn, /) -> FoundOut:
        """Do one job under the setting."""

    def close(self) -> None:
        """Free what it holds."""


class Executor(Generic[Setting, Job, Found]):
    """A context. Its processes stay until its end, so models are loaded once a process.

    Args:
        count: processes, one thread each; 1 works in this process.
        kind: of worker that a setting needs; must be importable. A process keeps the worker of the
            last setting as long as the next needs one of its kind.
    """

    def __init__(
        self, count: int, kind: Callable[[Setting], type[Worker[Setting, Job, Found]]]
    ) -> None:
        self.count = count
        self._crew: Crew[tuple[Setting, Job], Found] = Crew(count, partial(_Hand, kind))

    def __enter__(self) -> "Executor[Setting, Job, Found]":
        return self

    def __exit__(self, *_: object) -> None:
        self._crew.__exit__()

    def run(
        self, setting: Setting, jobs: Sequence[Job], name: Callable[[Job], str] = str
    ) -> Iterator[Found]:
        """What the jobs come to, as they are finished, in any order.

        Args:
            name: of a job, for people.

        Raises:
            LostWorkError: see :meth:`episodes.crew.Crew.run`.
        """
        yield from self._crew.run([(setting, job) for job in jobs], lambda given: name(given[1]))


class _Hand:
    """The worker of the kind that was asked for last."""

    def __init__(self, kind: Callable[[Any], type[Worker[Any, Any, Any]]]) -> None:
        self._kind = kind
        self._own: Worker[Any, Any, Any] | None = None

    def work(self, given: tuple[Any, Any]) -> Any:
        setting, job = given
        kind = self._kind(setting)
        if self._own is not None and type(self._own) is not kind:
            self.close()
        own = self._own = self._own or kind()
        with blamed():
            own.set_up(setting)
        with blamed(exits=False):  # the crew names who left, and goes on
            return own.work(job)

    def close(self) -> None:
        if self._own is not None:
            self._own.close()
            self._own = None
