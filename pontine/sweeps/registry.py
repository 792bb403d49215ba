"""The sweeps there are: those of every suite."""

from typing import NamedTuple

from pontine.suites.registry import SUITES, suite
from pontine.sweeps.sweep import Sweep


class Planned(NamedTuple):
    """A sweep, and the suite that it is run on, as `--suite` names it."""

    suite: str
    sweep: Sweep

    @property
    def task(self) -> tuple[str, ...]:
        """What is run where nothing else is asked for."""
        return suite(self.suite).sweep_task


def sweeps_of(name: str) -> list[Planned]:
    """Every sweep of the suite called `name`."""
    return [Planned(name, sweep) for sweep in suite(name).sweeps()]


def known_sweeps(own: str = "") -> dict[str, Planned]:
    """Every sweep by its name: of the suite `own` first ("": of ours alone), then of ours."""
    found: dict[str, Planned] = {}
    for name in (*((own,) if own else ()), *SUITES):
        for planned in sweeps_of(name):
            found.setdefault(planned.sweep.name, planned)
    return found
