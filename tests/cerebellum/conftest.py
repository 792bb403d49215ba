"""A toy recording, and a controller trained on it for a few seconds, shared by the tests."""

from pathlib import Path

import pytest

from cerebellum.codec import WaypointCodec, save_codec
from cerebellum.network_config import NetworkConfig
from cerebellum.train_config import TrainControllerConfig
from tests.cerebellum.synthetic import ToyCache, toy_cache

SMALL = NetworkConfig(channels=(8, 8, 16, 16), feature=32, context=32, width=64, hidden=64, film=32)


@pytest.fixture(scope="session")
def toy() -> ToyCache:
    return toy_cache(6)


@pytest.fixture(scope="session")
def codec_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("codec")
    save_codec(WaypointCodec(), folder)
    return folder


@pytest.fixture(scope="session")
def tiny(
    toy: ToyCache, codec_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> TrainControllerConfig:
    """Settings of a run that has been made: `out` holds its model."""
    from cerebellum.train import train

    folder = tmp_path_factory.mktemp("controller")
    config = TrainControllerConfig(
        codec=codec_folder, out=folder / "model", run=folder / "run", steps=60, batch=32,
        log_every=10, checkpoint_every=20, network=SMALL,
    )  # fmt: skip
    train(config, toy)
    return config


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where engines are built; set as $PONTINE_CACHE by those who need it."""
    return tmp_path_factory.mktemp("engines")
