"""The last step of every recipe: figures of what was trained."""

from pathlib import Path
from typing import Literal

from pontine.agent.shipped import ModelPaths
from pontine.agent.stack import StackConfig
from pontine.evaluation.config import EvalConfig
from pontine.evaluation.evaluate import main
from pontine.recipes.config import TrainAll
from pontine.suites.registry import suite


def model_paths(config: TrainAll) -> ModelPaths:
    """The folders that a recipe writes beside the brain's: called as the suite's own are."""
    own = suite(config.suite).models
    return ModelPaths(*(config.models / folder.name for folder in (own.controller, own.codec)))


def brain_path(config: TrainAll) -> Path:
    """The brain's folder that a recipe writes."""
    return config.models / suite(config.suite).brain.name


def measure(config: TrainAll, controller: Literal["network", "playback"] = "network") -> None:
    """Evaluate the trained models on test seeds; nothing where no episodes are asked for."""
    if not config.episodes:
        return
    main(
        EvalConfig(
            suite=config.suite, task=config.task, episodes=config.episodes,
            workers=config.workers, out=config.out,
            stack=StackConfig(
                brain=str(brain_path(config)), models=model_paths(config), controller=controller
            ),
        )
    )  # fmt: skip
