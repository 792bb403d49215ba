"""`pontine train metaworld-controller`: flow matching on what the experts do beyond the law."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from cerebellum import flow
from cerebellum.codec import load_codec
from cerebellum.codec.aim import AimCodec
from cerebellum.curves import Curves
from cerebellum.network import Controller
from cerebellum.network_config import NetworkConfig
from cerebellum.statistics import FORCE_SCALE, Statistics
from cerebellum.train_config import TrainControllerConfig
from cerebellum.trainer import Trainer, numbered_batches
from cerebellum.weights import save_model
from episodes.cache import Cache
from episodes.hold import holding
from pontine.metaworld.controller.config import MetaWorldControllerTraining
from pontine.metaworld.controller.dataset import ControllerSteps, Steps

ACTION_SPACE = "Meta-World, beyond the law: x, y, z in 10 mm a step of 12.5 ms, unused, effort"
# they lie within -2 to 2 as they are; no joint is told
STATISTICS = Statistics(np.zeros(0), np.zeros(0), np.zeros(0), FORCE_SCALE, 1.0, 1.0, 1.0)
AHEAD = 8  # steps that the figures look at: until the next look


@holding("out", "run")
def train_controller(config: MetaWorldControllerTraining) -> Path:
    """Train and return the model folder written."""
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    cache, codec = Cache.open(config.data), load_codec(config.codec)
    assert isinstance(codec, AimCodec)
    steps = Steps.of(cache)
    data = ControllerSteps(steps, codec, config.disturbance, config.seed)
    check = ControllerSteps(steps, codec, config.disturbance, config.seed, validation=True)
    settings = TrainControllerConfig(
        data=config.data, out=config.out, minutes=None if config.steps else config.minutes,
        steps=config.steps or 1, batch=config.batch, seed=config.seed, threads=config.threads,
    )  # fmt: skip
    config.run.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(settings, Controller(NetworkConfig(joints=0)), config.run, stamp=cache.hash)
    done = trainer.restore()
    curves = Curves(config.run, done)
    layout = "{l_bar}{bar}| {elapsed}<{remaining}{postfix}"
    bar = tqdm(total=100.0, desc="controller", bar_format=layout)
    for number, batch in numbered_batches(data, config.batch, done):
        if trainer.progress(number) >= 1.0:
            break
        trainer.begin()
        parts = trainer.update(number, batch)
        done = number + 1
        bar.n = min(100.0, 100.0 * trainer.progress(done))
        if done % settings.log_every == 0:
            row = {"step": done, "seconds": trainer.elapsed(), **parts}
            bar.set_postfix(step=done, flow=f"{parts['flow']:.4f}")
            if done % settings.checkpoint_every == 0:
                row |= figures(trainer.average, check, config.batch)
                trainer.save(done)
            curves.add(row)
    bar.close()
    found = figures(trainer.average, check, config.batch, batches=8)
    print("controller: " + ", ".join(f"{name} {value:.4g}" for name, value in found.items()))
    curves.add({"step": done, "seconds": trainer.elapsed(), **found})
    curves.write()
    trainer.save(done)
    notes = {
        "episodes": len(np.unique(steps.first)), "frames": len(steps.first), "seed": config.seed,
        "steps": done, "batch": config.batch, "minutes": round(trainer.elapsed() / 60, 2),
        "threads": config.threads, "validation": {k: round(v, 4) for k, v in found.items()},
    }  # fmt: skip
    return save_model(
        config.out, trainer.average, STATISTICS, codec, None, notes, action_space=ACTION_SPACE,
        robot="metaworld-sawyer",
    )  # fmt: skip


def figures(
    model: Controller, data: ControllerSteps, size: int, batches: int = 1
) -> dict[str, float]:
    """Error of held-out chunks' first steps (mm that the hand's goal moves), with and without the
    picture, and that of the plain proportional law."""
    model.eval()
    errors: dict[str, list[Tensor]] = {"seen": [], "blind": [], "law": []}
    for number in range(batches):
        batch = data.batch(number, size)
        wanted = batch["target"][:, :AHEAD, :3]
        blind = {**batch, "wrist": torch.zeros_like(batch["wrist"])}
        for name, told in (
            ("seen", flow.sample(model, batch)[:, :AHEAD, :3]),
            ("blind", flow.sample(model, blind)[:, :AHEAD, :3]),
            ("law", torch.zeros_like(wanted)),
        ):
            errors[name].append(10.0 * (told - wanted).norm(dim=-1).flatten())
    model.train()
    return {f"val_{name}_mm": float(torch.cat(v).mean()) for name, v in errors.items()}
