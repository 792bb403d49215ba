"""Imitation training of the controller, from scratch or from another model's weights."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from body.contract.errors import CodecMismatchError, RangeError
from body.contract.robot_spec import RobotSpec
from body.robots.registry import robot
from cerebellum.codec import load_codec
from cerebellum.codec.waypoint import WaypointCodec
from cerebellum.dataset import ControllerData
from cerebellum.embodiment import for_arm, statistics_for_arm
from cerebellum.frames import Recordings, load_frames
from cerebellum.imitation import Imitation, fit_controller
from cerebellum.network import Controller
from cerebellum.statistics import Statistics
from cerebellum.train_config import TrainControllerConfig
from cerebellum.validate import validate
from cerebellum.weights import load_model, save_model
from episodes import model_folder
from episodes.cache import Cache
from episodes.hold import holding
from episodes.places import RUNS
from episodes.replacing import replacing
from learning.device import device
from learning.loop import Fitted
from learning.objective import Metrics
from learning.run import Run
from learning.schedule import Schedule, one_cycle_to_zero


def _run(config: TrainControllerConfig) -> Path:
    return config.run or RUNS / config.out.name


@holding("out", _run)
def train(config: TrainControllerConfig, recordings: Recordings | None = None) -> Path:
    """Train and return the model folder written. `recordings` replaces opening `config.data`.

    Raises:
        RangeError, CodecMismatchError, EpisodesError, TrainingError: data, codec, model or an
            earlier run do not fit together; the message says what to do.
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

    def judge(network: Controller, last: bool) -> Metrics:
        return validate(network, held_out, config.batch, batches=4 if last else 1)

    imitation = Imitation(
        model, data, judge, config.batch, device(config.device), config.seed, config.bf16
    )
    settings = {
        "data": getattr(cache, "hash", ""), "codec": codec.codec_id, "robot": spec.name,
        "augmentation": config.augmentation,
    }  # fmt: skip
    run = Run(_run(config), replacing, settings, config.resume)
    trained, fitted = fit_controller(run, imitation, _schedule(config), config.ema)
    notes = _notes(config, frames.episode, fitted)
    return save_model(config.out, trained, statistics, codec, spec, notes)


def _schedule(config: TrainControllerConfig) -> Schedule:
    return Schedule(
        minutes=config.minutes or 0.0, steps=0 if config.minutes else config.steps,
        learning_rate=config.lr or (1.5e-3 if config.from_model is None else 4e-4),
        warmup=0.1, weight_decay=config.weight_decay, seed=config.seed, validate_every=None,
        checkpoint_every=config.checkpoint_every, log_every=config.log_every,
        cycle=one_cycle_to_zero,
    )  # fmt: skip


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


def _notes(config: TrainControllerConfig, episode: Any, fitted: Fitted) -> dict[str, Any]:
    return {
        "episodes": len(np.unique(episode)), "frames": len(episode), "seed": config.seed,
        "steps": fitted.steps, "batch": config.batch, "minutes": round(fitted.seconds / 60, 2),
        "threads": config.threads, "from_model": str(config.from_model or ""),
        "validation": {f"val_{name}": round(value, 4) for name, value in fitted.figures.items()},
    }  # fmt: skip
