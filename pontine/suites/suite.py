"""What a suite is: tasks, and how they are played, recorded, learnt and swept.

A suite is described in one file. Whatever is heavy is imported within its functions, so that
`--help` and refusals need not wait for it.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from episodes.places import MODELS
from pontine.agent.shipped import ModelPaths
from pontine.collecting.source import RecordingSource
from pontine.executor import Worker
from pontine.sweeps.sweep import Sweep

Steps = dict[str, Callable[[], object]]
"""Of a recipe: what is done, by name, in its order."""


@dataclass(frozen=True)
class Training:
    """How a model of a suite is trained: `pontine train NAME --suite SUITE`.

    Attributes:
        config: the class of its configuration, a frozen dataclass.
        train: does it, for one of that class.
    """

    config: Callable[[], type[Any]]
    train: Callable[[Any], object]

    @classmethod
    def at(cls, config: str, train: str) -> "Training":
        """Of a class and a function of the package, each as module:name and imported when asked
        for, so that a refusal need not wait for what trains."""
        return cls(lambda: _imported(config), lambda given: _imported(train)(given))


def nothing_to_refuse(config: Any) -> None:
    """Of a suite that runs whatever :class:`EvalConfig` can say."""


@dataclass(frozen=True, kw_only=True)
class Suite:
    """A suite of tasks. :mod:`pontine.suites.registry` lists ours; one of your own is named by its
    path.

    Attributes:
        name: of its recordings and results.
        step: s of simulated time between two steps of the policy.
        tasks: names of those that "all" means; may raise where something is not installed.
        worker: the class of :class:`pontine.executor.Worker` that plays the cases of an
            :class:`EvalConfig`: environment, policies, metrics and films are its own business. It
            makes rows of :meth:`pontine.evaluation.result.Result.row`.
        policies: that it has by name; others are paths.
        filmed: its worker writes a film where a case names one.
        groups: of tasks, by the name that stands for them.
        find_task: is asked for a task that is not among `tasks`; raises where there is none (None:
            there are no others).
        tiers: of difficulty, the easiest first. tier: that of a task.
        task_by_task: play all episodes of a task before those of the next.
        brain, models: the folders that it uses where none are named.
        unused: of the commands "eval", "collect" and "train all" the options that play no part
            here, dotted as in `stack.engine`; whoever gives one is refused.
        check: refuses what cannot be evaluated here, given the :class:`EvalConfig`.
        source: the recording that a :class:`CollectConfig` asks for (None: it has none).
        trainings: by the name of what is trained.
        recipe: the steps of `pontine train all`, of a :class:`TrainAll` (None: it has none).
        sweeps: of `pontine sweep`. sweep_task: what they run where no task is named.
    """

    name: str
    step: float
    tasks: Callable[[], tuple[str, ...]]
    worker: Callable[[], type[Worker[Any, Any, dict[str, Any]]]]
    policies: tuple[str, ...] = ("agent", "expert")
    filmed: bool = True
    groups: Mapping[str, Callable[[], tuple[str, ...]]] = field(default_factory=dict)
    find_task: Callable[[str], object] | None = None
    tiers: tuple[str, ...] = ()
    tier: Callable[[str], str] | None = None
    task_by_task: bool = False
    brain: Path = MODELS / "tabletop-brain"
    models: ModelPaths = field(default_factory=ModelPaths)
    unused: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    check: Callable[[Any], None] = nothing_to_refuse
    source: Callable[[Any], RecordingSource] | None = None
    trainings: Mapping[str, Training] = field(default_factory=dict)
    recipe: Callable[[Any], Steps] | None = None
    sweeps: Callable[[], tuple[Sweep, ...]] = tuple
    sweep_task: tuple[str, ...] = ("all",)

    def named(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """`names`, "all" or a group spelled out."""
        if names == ("all",):
            return self.tasks()
        if len(names) == 1 and names[0] in self.groups:
            return self.groups[names[0]]()
        return names


def _imported(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)
