"""`pontine train flat`: the flat baseline; run again, it goes on where it was."""

import shutil
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase

from body.contract.robot_spec import RobotSpec
from body.robots.registry import robot
from brain.tokenizer import load_tokenizer
from brain.vision_encoder import ConvVisionModel
from brain.vision_language_model import load as load_brain
from cerebellum.statistics import Statistics
from episodes.cache import Cache
from episodes.hold import holding
from episodes.model_folder import model_hash
from episodes.replacing import PARTIAL, replacing
from learning.averages import Averages
from learning.curves import PLOT
from learning.device import device
from learning.errors import TrainingError
from learning.loop import Fitted, fit
from learning.optimiser import Optimiser
from learning.run import Run
from pontine.baselines.flat.config import FlatTraining
from pontine.baselines.flat.dataset import FlatData
from pontine.baselines.flat.files import FlatModel, save_model
from pontine.baselines.flat.moments import Moments, load_moments
from pontine.baselines.flat.network import FlatNetwork
from pontine.baselines.flat.objective import FlatObjective, binding
from pontine.baselines.flat.words import Words, make_tokenizer

TOKENIZER = "tokenizer"


@holding("out", "runs")
def train(config: FlatTraining) -> int:
    """Train and write the model folder; returns the exit status.

    Raises:
        TrainingError, RangeError, EpisodesError: data, eyes, settings and checkpoint do not fit
            together; the message says what to do.
    """
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    spec = robot(config.robot)
    cache = Cache.open(config.data)
    eyes = _eyes(config, cache, spec)
    tokenizer = _tokenizer(config, cache)
    moments = load_moments(cache, spec)
    states = np.asarray(cache["observation.state"])[np.asarray(cache.robot)]
    statistics = Statistics.fit(states, spec.gripper_open)
    network = _network(config, eyes, len(tokenizer))
    words = Words(tokenizer, network.shape.words)
    common = (moments, words, statistics, config.augmentation, config.batching)
    learn, check = FlatData(*common), FlatData(*common, validation=True)

    network.to(device(config.device))
    network.camera.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    averages, schedule = Averages(network, config.ema), config.schedule
    optimiser = Optimiser(
        network.parameters(), schedule.learning_rate, schedule.weight_decay, binding(network),
        precise=True, fused=True,
    )  # fmt: skip
    objective = FlatObjective(config, network, learn, check)
    run = Run(config.runs, replacing, config.settings(cache.hash, model_hash(config.eyes)))
    fitted = fit(run, network, objective, optimiser, schedule, averages)
    told = (f"{name} {value:.4g}" for name, value in fitted.figures.items())
    print("flat: " + ", ".join(told))
    notes = _notes(config, moments, fitted)
    save_model(config.out, FlatModel(averages.network.cpu(), tokenizer, statistics), spec, notes)
    shutil.copyfile(config.runs / PLOT, config.out / PLOT)
    return 0


def _eyes(config: FlatTraining, cache: Cache, spec: RobotSpec) -> ConvVisionModel:
    encoder = load_brain(config.eyes, spec=spec).network.model.vision_tower
    if not isinstance(encoder, ConvVisionModel):
        raise TrainingError(
            f"{config.eyes} sees with a {type(encoder).__name__}: name a brain of "
            "`pontine train brain` or `pontine train vision` with --eyes"
        )
    size = int(cache.fixed.shape[1])
    if encoder.config.image_size != size:
        raise TrainingError(
            f"{config.eyes} sees {encoder.config.image_size} px, {config.data} has pictures of "
            f"{size}: train eyes on these pictures (pontine train vision)"
        )
    return encoder


def _network(config: FlatTraining, eyes: ConvVisionModel, words: int) -> FlatNetwork:
    seen = eyes.config
    network = FlatNetwork(
        replace(
            config.shape, vocabulary=-(-words // 64) * 64, image=seen.image_size,
            channels=seen.channels, vision_blocks=seen.num_hidden_layers,
        )
    )  # fmt: skip
    network.encoder.load_state_dict(eyes.state_dict())
    return network


def _tokenizer(config: FlatTraining, cache: Cache) -> PreTrainedTokenizerBase:
    folder = config.runs / TOKENIZER
    if not folder.exists():
        partial = folder.with_name(f"{folder.name}{PARTIAL}")
        make_tokenizer(cache.instructions, config.seed).save_pretrained(str(partial))
        partial.replace(folder)
    return load_tokenizer(folder)


def _notes(config: FlatTraining, moments: Moments, fitted: Fitted) -> dict[str, Any]:
    cache = moments.cache
    episodes = np.asarray(cache["episode_index"])[moments.frame[~moments.still]]
    budget = f"--steps {config.steps}" if config.steps else f"--minutes {config.minutes:g}"
    more = f" --threads {config.threads}" * (config.threads != 1) + " --bf16" * config.bf16
    return {
        "name": config.out.name, "command": f"pontine train flat {budget}{more}",
        "data": cache.hash, "eyes": model_hash(config.eyes), "seed": config.seed,
        "episodes": len(np.unique(episodes)), "pictures": len(moments),
        "stills": int(moments.still.sum()), "steps": fitted.steps,
        "pictures_a_step": config.batching.pictures, "rows_a_picture": config.batching.rows,
        "minutes": round(fitted.seconds / 60, 2), "threads": config.threads, "bf16": config.bf16,
        "validation": {name: round(value, 4) for name, value in fitted.figures.items()},
    }  # fmt: skip
