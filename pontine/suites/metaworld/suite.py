"""Meta-World MT50 (`make metaworld` first): its tasks, and what is ours of playing them."""

from typing import TYPE_CHECKING, Any

from episodes.places import MODELS
from pontine.agent.shipped import ModelPaths
from pontine.suites.suite import Steps, Suite, Training
from sim.suites.metaworld.catalogue import TIERS, tasks, tier_of
from sim.suites.metaworld.protocol import STEPS_A_SECOND

if TYPE_CHECKING:
    from pontine.collecting.config import CollectConfig
    from pontine.collecting.source import RecordingSource
    from pontine.evaluation.config import EvalConfig
    from pontine.executor import Worker
    from pontine.recipes.config import TrainAll
    from pontine.sweeps.sweep import Sweep

BRAIN = MODELS / "metaworld-brain"  # carries its codec


def _worker() -> "type[Worker[Any, Any, dict[str, Any]]]":
    from pontine.suites.metaworld.worker import MetaWorldWorker

    return MetaWorldWorker


def _check(config: "EvalConfig") -> None:
    from pontine.suites.metaworld.policy_factory import check

    check(config.policy, config.stack, config.protocol)


def _source(config: "CollectConfig") -> "RecordingSource":
    from pontine.suites.metaworld.recording import MetaWorldSource

    return MetaWorldSource(config)


def _recipe(config: "TrainAll") -> Steps:
    from pontine.suites.metaworld.recipe import metaworld

    return metaworld(config)


def _sweeps() -> "tuple[Sweep, ...]":
    from pontine.suites.metaworld.sweeps import METAWORLD

    return METAWORLD


SUITE = Suite(
    name="metaworld",
    step=1 / STEPS_A_SECOND,
    tasks=tasks,
    tiers=TIERS,
    tier=tier_of,
    worker=_worker,
    task_by_task=True,  # a world is made for each, which takes a second
    brain=BRAIN,
    models=ModelPaths(MODELS / "metaworld-controller", BRAIN),
    unused={
        "eval": (
            "ask", "phrasings", "language", "pairs", "worlds", "perturb", "fault",
            "stack.noise_mm", "stack.open_gate", "stack.delay", "stack.control_hz", "stack.prefix",
            "stack.robot", "stack.transfer", "stack.engine", "stack.provider", "stack.fallback",
        ),
        "collect": (
            "episodes", "stills", "worlds", "drive", "perturb", "curriculum", "stack",
            "fixed_every",
        ),
        "train all": (
            "demonstrations", "stills", "rounds", "own", "device", "wider", "brain_budget",
            "compile",
        ),
    },
    check=_check,
    source=_source,
    trainings={
        "brain": Training.at(
            "pontine.suites.metaworld.training_config:MetaWorldTraining",
            "pontine.suites.metaworld.training:train_metaworld",
        ),
        "controller": Training.at(
            "pontine.suites.metaworld.controller.config:MetaWorldControllerTraining",
            "pontine.suites.metaworld.controller.train:train_controller",
        ),
    },
    recipe=_recipe,
    sweeps=_sweeps,
)  # fmt: skip
