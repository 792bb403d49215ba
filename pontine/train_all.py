"""`pontine train all`: from nothing to trained models and their figures, one resumable command."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pontine.collecting.collect import CollectConfig, collect
from pontine.evaluation.log import EvaluationError
from pontine.setup import MODELS

Steps = dict[str, Callable[[], object]]


@dataclass(frozen=True)
class TrainAll:
    """Record demonstrations, train brain and cerebellum, measure. Run it again to resume.

    Attributes:
        suite: tabletop or metaworld (`make metaworld` first).
        data: folder of recordings.
        models: where model folders go.
        runs: checkpoints and curves.
        task: "all" or names of tasks (metaworld).
        per_task: demonstrations of each task (metaworld).
        seed: of weights and batches; the demonstrations' seeds stay.
        episodes: a task, that the last step measures (0: none).
        workers: processes that record and measure; training has `threads`.
        threads: of torch.
        steps: so many steps a stage instead of minutes, where above 0: a rehearsal.
        out: where the figures go.
    """

    suite: str = "tabletop"
    data: Path = Path("data")
    models: Path = MODELS
    runs: Path = Path("runs")
    task: tuple[str, ...] = ("all",)
    per_task: int = 50
    seed: int = 0
    episodes: int = 10
    workers: int = 2
    threads: int = 2
    steps: int = 0
    out: Path = Path("out/train-all")


def train_all(config: TrainAll) -> int:
    """Run every step; what an earlier run finished is kept.

    Raises:
        EvaluationError: no such suite.
    """
    suites = {"tabletop": _tabletop, "metaworld": _metaworld}
    if config.suite not in suites:
        raise EvaluationError(f"no suite {config.suite!r} here; there are {', '.join(suites)}")
    steps = suites[config.suite](config)
    for number, (name, step) in enumerate(steps.items(), 1):
        print(f"== {config.suite}, step {number} of {len(steps)}: {name}", flush=True)
        step()
    return 0


def _tabletop(config: TrainAll) -> Steps:
    from cerebellum import train as controller
    from cerebellum import train_codec as codec
    from cerebellum.train_config import TrainControllerConfig
    from pontine.training import BrainTraining, train_brain

    cache, made = config.data / "tabletop-cache", config.models / "tabletop-codec"
    return {
        "record": lambda: collect(
            CollectConfig(out=config.data / "tabletop", workers=config.workers)
        ),
        "codec": lambda: codec.train(codec.TrainCodecConfig(cache, made)),
        "brain": lambda: train_brain(
            BrainTraining(
                data=cache, codec=made, out=config.models / "tabletop-brain",
                runs=config.runs / "brain", seed=config.seed, threads=config.threads,
                steps=config.steps,
            )
        ),
        "cerebellum": lambda: controller.train(
            TrainControllerConfig(
                data=cache, codec=made, out=config.models / "tabletop-controller",
                run=config.runs / "tabletop-controller", seed=config.seed, threads=config.threads,
                minutes=None if config.steps else 40.0, steps=config.steps or 1,
            )
        ),
        "measure": lambda: _measure(config),
    }  # fmt: skip


def _metaworld(config: TrainAll) -> Steps:
    from pontine.metaworld.controller.train import MetaWorldControllerTraining, train_controller
    from pontine.metaworld.training import MetaWorldTraining, train_metaworld

    cache, brain = config.data / "metaworld-cache", config.models / "metaworld-brain"
    return {
        "record": lambda: collect(
            CollectConfig(
                suite="metaworld", task=config.task, per_task=config.per_task,
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
        "measure": lambda: _measure(config),
    }  # fmt: skip


def _measure(config: TrainAll) -> None:
    from pontine.evaluation.evaluate import EvalConfig, main
    from pontine.setup import ModelPaths, StackConfig

    if not config.episodes:
        return
    metaworld = config.suite == "metaworld"
    codec = "brain" if metaworld else "codec"
    names = ("brain", "controller", codec)
    folders = [config.models / f"{config.suite}-{name}" for name in names]
    main(
        EvalConfig(
            suite=config.suite, task=config.task, episodes=config.episodes,
            workers=config.workers, out=config.out,
            # there the law by itself does better than with the network (docs/metaworld.md)
            stack=StackConfig(
                models=ModelPaths(*folders), controller="playback" if metaworld else "network"
            ),
        )
    )  # fmt: skip
