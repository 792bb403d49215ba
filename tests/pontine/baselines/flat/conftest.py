"""A few real recordings, eyes and a flat policy trained on them for seconds; made once."""

from pathlib import Path

import pytest
import torch

from body.robots.fr3 import FR3
from brain.language_model import LanguageSizes
from brain.tokenizer import train_tokenizer
from brain.vision_encoder import ConvVisionConfig
from brain.vision_language_model import build, save
from cerebellum.network_config import NetworkConfig
from cerebellum.statistics import Statistics
from episodes.cache import Cache
from pontine.baselines.flat.config import Batching, FlatTraining
from pontine.baselines.flat.dataset import FlatData
from pontine.baselines.flat.moments import NAMES, Moments, load_moments
from pontine.baselines.flat.shape import FlatShape
from pontine.baselines.flat.train import train
from pontine.baselines.flat.words import Words, make_tokenizer
from pontine.collecting.collect import collect
from pontine.collecting.config import CollectConfig

HAND = NetworkConfig(channels=(8, 8, 16, 16), feature=32, context=32, width=64, hidden=64, film=32)
SMALL = FlatShape(vocabulary=1152, channels=16, vision_blocks=1, width=32, heads=2, layers=1,
                  inner=64, hand=HAND)  # fmt: skip
FEW = Batching(pictures=4, rows=3, validation=4)


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training cache: two episodes of each task that the policy is of, and two of stills."""
    folder = tmp_path_factory.mktemp("recorded")
    tasks = (*NAMES, "stills")
    collect(CollectConfig(task=tasks, episodes=10, workers=1, out=folder / "data"))
    return folder / "data-cache"


@pytest.fixture(scope="session")
def eyes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return blind_brain(tmp_path_factory.mktemp("eyes"))


def blind_brain(folder: Path) -> Path:
    """An untrained brain of which only the encoder is used."""
    torch.manual_seed(0)
    language = LanguageSizes(hidden=32, layers=1, heads=2, key_value_heads=2, inner=64)
    vision = ConvVisionConfig(channels=16, num_hidden_layers=1)
    metadata = {"codec_id": "0123456789abcdef", "code_sizes": [128] * 6}
    brain = build(train_tokenizer(["look"], size=300), metadata, vision, language)
    save(brain, folder, spec=FR3)
    return folder


@pytest.fixture(scope="session")
def cache(recorded: Path) -> Cache:
    return Cache.open(recorded)


@pytest.fixture(scope="session")
def moments(cache: Cache) -> Moments:
    return load_moments(cache, FR3)


@pytest.fixture(scope="session")
def data(cache: Cache, moments: Moments) -> FlatData:
    words = Words(make_tokenizer(cache.instructions), 64)
    statistics = Statistics.fit(cache["observation.state"][cache.robot], FR3.gripper_open)
    return FlatData(moments, words, statistics, FlatTraining().augmentation, FEW)


@pytest.fixture(scope="session")
def trained(recorded: Path, eyes: Path, tmp_path_factory: pytest.TempPathFactory) -> FlatTraining:
    """Settings of a run that has been made: `out` holds its model."""
    folder = tmp_path_factory.mktemp("flat")
    config = FlatTraining(
        data=recorded, eyes=eyes, out=folder / "model", runs=folder / "runs", steps=48,
        batching=FEW, shape=SMALL, log_every=3, checkpoint_every=36, ema=0.9, learning_rate=4e-3,
    )  # fmt: skip
    assert train(config) == 0
    return config
