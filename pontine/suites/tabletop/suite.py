"""The tabletop: an arm, a table, twelve tasks in words; everything of it is our own."""

from typing import TYPE_CHECKING, Any

from body.geometry.motion import DT
from pontine.suites.suite import Steps, Suite, Training

if TYPE_CHECKING:
    from pontine.collecting.config import CollectConfig
    from pontine.collecting.source import RecordingSource
    from pontine.evaluation.config import EvalConfig
    from pontine.executor import Worker
    from pontine.recipes.config import TrainAll
    from pontine.sweeps.sweep import Sweep


def _tasks() -> tuple[str, ...]:
    from sim.tasks import TASKS

    return tuple(TASKS)


def _basic() -> tuple[str, ...]:
    from sim.tasks import BASIC

    return BASIC


def _find_task(name: str) -> object:
    from sim.tasks import task

    return task(name)


def _worker() -> "type[Worker[Any, Any, dict[str, Any]]]":
    from pontine.suites.tabletop.worker import TabletopWorker

    return TabletopWorker


def _check(config: "EvalConfig") -> None:
    from pontine.suites.tabletop.evaluation import check

    check(config)


def _source(config: "CollectConfig") -> "RecordingSource":
    from pontine.suites.tabletop.recording import TabletopSource

    return TabletopSource(config)


def _recipe(config: "TrainAll") -> Steps:
    from pontine.suites.tabletop.recipe import tabletop

    return tabletop(config)


def _sweeps() -> "tuple[Sweep, ...]":
    from pontine.suites.tabletop.sweeps import TABLETOP

    return TABLETOP


SUITE = Suite(
    name="tabletop",
    step=DT,
    tasks=_tasks,
    groups={"basic": _basic},
    find_task=_find_task,
    worker=_worker,
    policies=("agent", "expert", "pid"),
    unused={
        "eval": ("protocol", "shadows", "stack.patience"),
        "collect": ("per_task", "shadows_every"),
        "train all": ("per_task",),
    },
    check=_check,
    source=_source,
    trainings={
        "codec": Training.at(
            "cerebellum.train_codec:TrainCodecConfig", "cerebellum.train_codec:train"
        ),
        "controller": Training.at(
            "pontine.commands.train_controller:ControllerTraining", "cerebellum.train:train"
        ),
        "vision": Training.at(
            "pontine.suites.tabletop.training_config:VisionTraining",
            "pontine.suites.tabletop.training:train_vision",
        ),
        "brain": Training.at(
            "pontine.suites.tabletop.training_config:BrainTraining",
            "pontine.suites.tabletop.training:train_brain",
        ),
        "flat": Training.at(
            "pontine.baselines.flat.config:FlatTraining", "pontine.baselines.flat.train:train"
        ),
    },
    recipe=_recipe,
    sweeps=_sweeps,
    sweep_task=("basic",),  # swapped sentences need single things
)
