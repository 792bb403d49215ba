"""A tiny recording of Meta-World, and a brain and a controller that have learnt next to nothing."""

from pathlib import Path

import pytest

pytest.importorskip("metaworld", reason="Meta-World is not installed: make metaworld")
from episodes.cache import Cache
from pontine.agent.shipped import ModelPaths
from pontine.agent.stack import StackConfig
from pontine.collecting.collect import collect
from pontine.collecting.config import CollectConfig
from pontine.suites.metaworld.controller.config import MetaWorldControllerTraining
from pontine.suites.metaworld.controller.train import train_controller
from pontine.suites.metaworld.training import train_metaworld
from pontine.suites.metaworld.training_config import STAGES, MetaWorldTraining


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("metaworld")
    collect(
        CollectConfig(
            suite="metaworld", task=("drawer-open-v3", "hammer-v3"), per_task=1, shadows_every=0,
            workers=1, out=folder / "data",
        )
    )  # fmt: skip
    return folder / "data-cache"


@pytest.fixture(scope="session")
def cache(recording: Path) -> Cache:
    return Cache.open(recording)


@pytest.fixture(scope="session")
def stack(recording: Path, tmp_path_factory: pytest.TempPathFactory) -> StackConfig:
    """With models of its own."""
    folder = tmp_path_factory.mktemp("models")
    train_metaworld(
        MetaWorldTraining(
            data=recording, out=folder / "brain", runs=folder / "runs", steps=2, pictures=2,
            threads=1, stages=STAGES,
        )
    )  # fmt: skip
    train_controller(
        MetaWorldControllerTraining(
            data=recording, codec=folder / "brain", out=folder / "controller",
            run=folder / "runs" / "controller", steps=2, batch=8, threads=1,
        )
    )  # fmt: skip
    models = ModelPaths(folder / "controller", folder / "brain")
    return StackConfig(brain=str(folder / "brain"), models=models)
