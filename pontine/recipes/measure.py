"""The last step of every recipe: figures of what was trained."""

from pathlib import Path

from pontine.evaluation.config import EvalConfig
from pontine.evaluation.evaluate import main
from pontine.recipes.config import TrainAll
from pontine.setup import StackConfig
from pontine.shipped import ModelPaths


def model_paths(config: TrainAll) -> ModelPaths:
    """The folders that a recipe writes, beside the brain's."""
    names = ("controller", "brain" if config.suite == "metaworld" else "codec")
    return ModelPaths(*(config.models / f"{config.suite}-{name}" for name in names))


def brain_path(config: TrainAll) -> Path:
    """The brain's folder that a recipe writes."""
    return config.models / f"{config.suite}-brain"


def measure(config: TrainAll) -> None:
    """Evaluate the trained models on test seeds; nothing where no episodes are asked for."""
    if not config.episodes:
        return
    # on Meta-World the law by itself does better than with the network (docs/metaworld.md)
    controller = "playback" if config.suite == "metaworld" else "network"
    main(
        EvalConfig(
            suite=config.suite, task=config.task, episodes=config.episodes,
            workers=config.workers, out=config.out,
            stack=StackConfig(
                brain=str(brain_path(config)), models=model_paths(config),
                controller=controller,  # type: ignore[arg-type]
            ),
        )
    )  # fmt: skip
