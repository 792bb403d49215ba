"""The last step of every recipe: figures of what was trained."""

from typing import Literal

from pontine.evaluation.config import EvalConfig
from pontine.evaluation.evaluate import main
from pontine.recipes.config import TrainAll
from pontine.setup import StackConfig
from pontine.shipped import ModelPaths
from pontine.suites.registry import suite


def model_paths(config: TrainAll) -> ModelPaths:
    """The folders that a recipe writes: called as the suite's own are."""
    own = suite(config.suite).models
    folders = (own.brain, own.controller, own.codec)
    return ModelPaths(*(config.models / folder.name for folder in folders))


def measure(config: TrainAll, controller: Literal["network", "playback"] = "network") -> None:
    """Evaluate the trained models on test seeds; nothing where no episodes are asked for."""
    if not config.episodes:
        return
    main(
        EvalConfig(
            suite=config.suite, task=config.task, episodes=config.episodes,
            workers=config.workers, out=config.out,
            stack=StackConfig(models=model_paths(config), controller=controller),
        )
    )  # fmt: skip
