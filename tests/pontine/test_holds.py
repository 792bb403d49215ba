"""Whatever writes into a folder holds it: whoever comes second is refused first of all."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cerebellum import train as controller
from cerebellum import train_codec as codec
from cerebellum.train_config import TrainControllerConfig
from episodes.cache_build import build
from episodes.hold import HoldError
from pontine.baselines.flat.config import FlatTraining
from pontine.baselines.flat.train import train as train_flat
from pontine.collecting.collect import collect
from pontine.collecting.config import CollectConfig
from pontine.commands.export import ExportConfig
from pontine.commands.export import main as export
from pontine.commands.run import RunConfig, run
from pontine.evaluation.config import EvalConfig
from pontine.evaluation.evaluate import evaluate
from pontine.recipes.config import TrainAll
from pontine.recipes.train_all import train_all
from pontine.ros.sim import RosSimConfig
from pontine.ros.sim import run as ros_sim
from pontine.ros.to_dataset import ToDatasetConfig, to_dataset
from pontine.suites.metaworld.controller.train import MetaWorldControllerTraining, train_controller
from pontine.suites.metaworld.training import MetaWorldTraining, train_metaworld
from pontine.suites.tabletop.training import BrainTraining, train_brain
from pontine.sweeps.run import ResultsConfig, SweepConfig, results, sweep

HOLDER = """
import sys
from contextlib import ExitStack
from episodes.hold import Hold
with ExitStack() as holds:
    for folder in sys.argv[1:]:
        holds.enter_context(Hold(folder))
        holds.enter_context(Hold(folder, beside=True))
    print("held", flush=True)
    sys.stdin.read()
"""
WRITERS: dict[str, Callable[[Path, Path], Any]] = {
    "run": lambda held, free: run(RunConfig(out=held)),
    "eval": lambda held, free: evaluate(EvalConfig(out=held)),
    "collect": lambda held, free: collect(CollectConfig(out=held)),
    "sweep": lambda held, free: sweep(SweepConfig(name=("tokens",), out=held, pages=free)),
    "sweep's pages": lambda held, free: sweep(SweepConfig(name=("tokens",), out=free, pages=held)),
    "results": lambda held, free: results(ResultsConfig(out=free, pages=held)),
    "train codec": lambda held, free: codec.train(codec.TrainCodecConfig(out=held)),
    "train controller": lambda held, free: controller.train(
        TrainControllerConfig(out=held, run=free)
    ),
    "its run": lambda held, free: controller.train(TrainControllerConfig(out=free, run=held)),
    "train brain": lambda held, free: train_brain(BrainTraining(out=held, runs=free)),
    "its runs": lambda held, free: train_brain(BrainTraining(out=free, runs=held)),
    "train flat": lambda held, free: train_flat(FlatTraining(out=held, runs=free)),
    "train brain of metaworld": lambda held, free: train_metaworld(
        MetaWorldTraining(out=held, runs=free)
    ),
    "train controller of metaworld": lambda held, free: train_controller(
        MetaWorldControllerTraining(out=free, run=held)
    ),
    "train all": lambda held, free: train_all(TrainAll(runs=held.parent)),
    "export": lambda held, free: export(ExportConfig(out=held)),
    "cache": lambda held, free: build(free, held),
    "ros to-dataset": lambda held, free: to_dataset(ToDatasetConfig(bags=(free,), out=held)),
    "ros sim": lambda held, free: ros_sim(RosSimConfig(out=held)),
}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Named so that it is the folder of `train all`, too."""
    folder = tmp_path_factory.mktemp("held") / "train-all-tabletop"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None and holder.stdin is not None
        holder.stdout.readline()
        yield folder
        holder.stdin.close()


@pytest.mark.parametrize("name", WRITERS)
def test_who_writes_into_a_held_folder_is_refused_first_of_all(
    held: Path, tmp_path: Path, name: str
) -> None:
    with pytest.raises(HoldError, match=r"is being written by process \d+ .*kill \d+"):
        WRITERS[name](held, tmp_path / "free")
    assert not list(tmp_path.iterdir()) and [path.name for path in held.iterdir()] == [".hold"]
