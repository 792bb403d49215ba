"""The fifty tasks of Meta-World, from the scripted policies' demonstrations."""

from pontine.collecting.collect import collect
from pontine.collecting.config import CollectConfig
from pontine.recipes.config import TrainAll
from pontine.recipes.measure import measure
from pontine.suites.metaworld.controller.config import MetaWorldControllerTraining
from pontine.suites.metaworld.controller.train import train_controller
from pontine.suites.metaworld.training import train_metaworld
from pontine.suites.metaworld.training_config import MetaWorldTraining
from pontine.suites.suite import Steps


def metaworld(config: TrainAll) -> Steps:
    """Every step, by name."""
    cache, brain = config.data / "metaworld-cache", config.models / "metaworld-brain"
    return {
        "record": lambda: collect(
            CollectConfig(
                suite=config.suite, task=config.task, per_task=config.per_task,
                out=config.data / "metaworld", workers=config.workers,
            )
        ),
        "brain": lambda: train_metaworld(
            MetaWorldTraining(
                data=cache, out=brain, runs=config.runs / "metaworld-brain", seed=config.seed,
                threads=config.threads, steps=config.steps,
            )
        ),
        "cerebellum": lambda: train_controller(
            MetaWorldControllerTraining(
                data=cache, codec=brain, out=config.models / "metaworld-controller",
                run=config.runs / "metaworld-controller", seed=config.seed,
                threads=config.threads, steps=config.steps,
            )
        ),
        # the law by itself does better than with the network (docs/metaworld.md)
        "measure": lambda: measure(config, controller="playback"),
    }  # fmt: skip
