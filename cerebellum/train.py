"""Imitation training of the controller, from scratch or from another model's weights."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from body.errors import CodecMismatchError, RangeError
from body.robot_spec import RobotSpec
from body.robots import robot
from cerebellum.codec import load_codec
from cerebellum.codec.waypoint import WaypointCodec
from cerebellum.curves import Curves
from cerebellum.dataset import ControllerData
from cerebellum.embodiment import for_arm, statistics_for_arm
from cerebellum.frames import Recordings, load_frames
from cerebellum.network import Controller
from cerebellum.statistics import Statistics
from cerebellum.train_config import TrainControllerConfig
from cerebellum.trainer import Trainer, numbered_batches
from cerebellum.validate import validate
from cerebellum.weights import load_model, save_model
from episodes import model_folder
from episodes.cache import Cache
from episodes.hold import holding
from episodes.places import RUNS


def _run(config: TrainControllerConfig) -> Path:
    return config.run or RUNS / config.out.name


@holding("out", _run)
def train(config: TrainControllerConfig, recordings: Recordings | None = None) -> Path:
    """Train and return the model folder written. `recordings` replaces opening `config.data`.

    Raises:
        RangeError, CodecMismatchError, EpisodesError: data, codec or model do not fit together;
            the message says what to do.
    """
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    spec = robot(config.robot)
    codec = load_codec(config.codec)
    if not isinstance(codec, WaypointCodec):
        raise RangeError(
            f"{config.codec}: the controller reads the waypoint codec, not {codec.kind}"
        )
    cache = recordings if recordings is not None else Cache.open(config.data)
    model, statistics = _start(config, cache, codec, spec)
    frames = load_frames(cache, spec)
    common = (frames, cache.wrist, codec, statistics, spec, config.augmentation, config.seed)
    data, held_out = ControllerData(*common), ControllerData(*common, validation=True)

    run = _run(config)
    run.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(config, model, run, stamp=str(getattr(cache, "hash", "")))
    done = trainer.restore() if config.resume else 0
    curves = Curves(run, done)
    figures: dict[str, float] = {}
    layout = "{l_bar}{bar}| {elapsed}<{remaining}{postfix}"
    bar = tqdm(total=100.0, desc="controller", bar_format=layout)
    for number, batch in numbered_batches(data, config.batch, done):
        if trainer.progress(number) >= 1.0:
            break
        trainer.begin()
        parts = trainer.update(number, batch)
        bar.n = min(100.0, 100.0 * trainer.progress(number + 1))
        if (number + 1) % config.log_every == 0:
            row = {"step": number + 1, "seconds": trainer.elapsed(), **parts}
            bar.set_postfix(step=number + 1, flow=f"{parts['flow']:.4f}", **_short(figures))
            if (number + 1) % config.checkpoint_every == 0:
                figures = validate(trainer.average, held_out, config.batch)
                row |= figures
                trainer.save(number + 1)
            curves.add(row)
            if (number + 1) % (4 * config.log_every) == 0:
                curves.write()
        done = number + 1
    bar.close()
    figures = validate(trainer.average, held_out, config.batch, batches=4)
    curves.add({"step": done, "seconds": trainer.elapsed(), **figures})
    curves.write()
    trainer.save(done)
    notes = _notes(config, frames.episode, done, trainer.elapsed(), figures)
    return save_model(config.out, trainer.average, statistics, codec, spec, notes)


def _start(
    config: TrainControllerConfig, cache: Recordings, codec: WaypointCodec, spec: RobotSpec
) -> tuple[Controller, Statistics]:
    if config.from_model is None:
        network = replace(config.network, joints=spec.joints)
        return Controller(network), _fitted(cache, spec)
    other = model_folder.load_config(config.from_model).get("robot") != spec.name
    model, made = load_model(config.from_model, None if other else spec)
    if made["codec_id"] != codec.codec_id:
        raise CodecMismatchError(
            f"{config.from_model} speaks codec {made['codec_id']}, {config.codec} is "
            f"{codec.codec_id}; fine-tune with --codec {config.from_model}"
        )
    kept = Statistics.load(config.from_model)
    if not other:
        return model, kept
    print(f"{config.from_model} is of {made['robot']}: what reads its joints begins at nothing")
    return for_arm(model, spec.joints), statistics_for_arm(kept, _fitted(cache, spec))


def _fitted(cache: Recordings, spec: RobotSpec) -> Statistics:
    states = np.asarray(cache["observation.state"])[np.asarray(cache.robot)]
    return Statistics.fit(states, spec.gripper_open)


def _short(figures: dict[str, float]) -> dict[str, str]:
    return {name: f"{value:.2f}" for name, value in figures.items()}


def _notes(
    config: TrainControllerConfig,
    episode: Any,
    steps: int,
    seconds: float,
    figures: dict[str, float],
) -> dict[str, Any]:
    return {
        "episodes": len(np.unique(episode)), "frames": len(episode), "seed": config.seed,
        "steps": steps, "batch": config.batch, "minutes": round(seconds / 60, 2),
        "threads": config.threads, "from_model": str(config.from_model or ""),
        "validation": {name: round(value, 4) for name, value in figures.items()},
    }  # fmt: skip
