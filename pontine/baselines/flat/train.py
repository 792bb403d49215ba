"""`pontine train flat`: the flat baseline; run again, it goes on where it was."""

import shutil
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from tqdm import tqdm
from transformers import PreTrainedTokenizerBase

from body.robot_spec import RobotSpec
from body.robots import robot
from brain.tokenizer import load_tokenizer
from brain.train.errors import TrainingError
from brain.vision_encoder import ConvVisionModel
from brain.vision_language_model import load as load_brain
from cerebellum.curves import Curves
from cerebellum.statistics import Statistics
from episodes.cache import Cache
from episodes.hold import holding
from episodes.model_folder import model_hash
from episodes.replacing import PARTIAL
from pontine.baselines.flat.config import FlatTraining
from pontine.baselines.flat.dataset import Batch, FlatData
from pontine.baselines.flat.files import FlatModel, save_model
from pontine.baselines.flat.moments import Moments, load_moments
from pontine.baselines.flat.network import FlatNetwork
from pontine.baselines.flat.trainer import Trainer
from pontine.baselines.flat.validate import validate
from pontine.baselines.flat.words import Words, make_tokenizer

TOKENIZER = "tokenizer"
Figures = dict[str, float]


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

    trainer = Trainer(config, network, config.settings(cache.hash, model_hash(config.eyes)))
    trainer.restore()
    curves = Curves(config.runs, trainer.done)
    figures = _learn(config, trainer, learn, check, curves)
    notes = _notes(config, trainer, moments, figures)
    model = FlatModel(trainer.average.eval(), tokenizer, statistics)
    save_model(config.out, model, spec, notes)
    shutil.copyfile(config.runs / "training.png", config.out / "training.png")
    return 0


def _learn(
    config: FlatTraining, trainer: Trainer, learn: FlatData, check: FlatData, curves: Curves
) -> Figures:
    """Until the budget is spent; returns the last validation."""
    layout = "{l_bar}{bar}| {elapsed}<{remaining}{postfix}"
    bar = tqdm(total=100.0, desc="flat", bar_format=layout, mininterval=1.0)
    figures: Figures = {}
    batches = _batches(learn, config.seed, trainer.done)
    while trainer.progress < 1.0:
        parts = trainer.update(next(batches))
        bar.n = 100.0 * trainer.progress
        bar.set_postfix(
            step=trainer.done, flow=f"{parts['flow']:.4f}", refresh=False,
            **{name: f"{value:.3g}" for name, value in figures.items()},
        )  # fmt: skip
        bar.update(0)
        row = {"step": trainer.done, "seconds": trainer.seconds}
        if trainer.done % config.log_every == 0:
            row |= parts
        if trainer.done % config.checkpoint_every == 0:
            figures = validate(trainer.average, check)
            row |= {f"val_{name}": value for name, value in figures.items()}
        if len(row) > 2:
            curves.add(row)
        if trainer.done % config.checkpoint_every == 0:
            curves.write()
            trainer.save()
    trainer.stop()
    batches.close()
    bar.close()
    figures = validate(trainer.average, check, times=4)
    last = {f"val_{name}": value for name, value in figures.items()}
    curves.add({"step": trainer.done, "seconds": trainer.seconds, **last})
    curves.write()
    trainer.save()
    print("flat: " + ", ".join(f"{name} {value:.4g}" for name, value in figures.items()))
    return figures


def _batches(data: FlatData, seed: int, first: int) -> Generator[Batch, None, None]:
    """Endless batches from number `first` on, the next one drawn while one is learned from."""

    def draw(number: int) -> Batch:
        return data.batch(np.random.default_rng((seed, 0, number)))

    with ThreadPoolExecutor(1) as pool:
        number, coming = first, pool.submit(draw, first)
        while True:
            batch = coming.result()
            number += 1
            coming = pool.submit(draw, number)
            yield batch


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


def _notes(
    config: FlatTraining, trainer: Trainer, moments: Moments, figures: Figures
) -> dict[str, Any]:
    cache = moments.cache
    episodes = np.asarray(cache["episode_index"])[moments.frame[~moments.still]]
    budget = f"--steps {config.steps}" if config.steps else f"--minutes {config.minutes:g}"
    more = f" --threads {config.threads}" * (config.threads != 1) + " --bf16" * config.bf16
    return {
        "name": config.out.name, "command": f"pontine train flat {budget}{more}",
        "data": cache.hash, "eyes": model_hash(config.eyes), "seed": config.seed,
        "episodes": len(np.unique(episodes)), "pictures": len(moments),
        "stills": int(moments.still.sum()), "steps": trainer.done,
        "pictures_a_step": config.batching.pictures, "rows_a_picture": config.batching.rows,
        "minutes": round(trainer.seconds / 60, 2), "threads": config.threads, "bf16": config.bf16,
        "validation": {name: round(value, 4) for name, value in figures.items()},
    }  # fmt: skip
