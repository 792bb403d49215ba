"""`pontine train controller --suite metaworld`: flow matching on what the experts do beyond the
law."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from body.contract.errors import RangeError
from cerebellum import flow
from cerebellum.codec import load_codec
from cerebellum.codec.aim import AimCodec
from cerebellum.imitation import Imitation, fit_controller
from cerebellum.network import Controller
from cerebellum.network_config import NetworkConfig
from cerebellum.statistics import FORCE_SCALE, Statistics
from cerebellum.weights import save_model
from episodes.cache import Cache
from episodes.hold import holding
from episodes.replacing import replacing
from learning.device import device
from learning.objective import Metrics
from learning.run import Run
from learning.schedule import Schedule, one_cycle_to_zero
from pontine.suites.metaworld.controller.config import MetaWorldControllerTraining
from pontine.suites.metaworld.controller.dataset import ControllerSteps, Steps

ACTION_SPACE = "Meta-World, beyond the law: x, y, z in 10 mm a step of 12.5 ms, unused, effort"
# they lie within -2 to 2 as they are; no joint is told
STATISTICS = Statistics(np.zeros(0), np.zeros(0), np.zeros(0), FORCE_SCALE, 1.0, 1.0, 1.0)
CHECKPOINT_EVERY = 500  # steps
AHEAD = 8  # steps that the figures look at: until the next look


@holding("out", "run")
def train_controller(config: MetaWorldControllerTraining) -> Path:
    """Train and return the model folder written.

    Raises:
        RangeError: the codec is of another kind.
        TrainingError: the run was begun with other settings.
    """
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    cache, codec = Cache.open(config.data), load_codec(config.codec)
    if not isinstance(codec, AimCodec):
        raise RangeError(
            f"{config.codec}: Meta-World's controller reads the aim codec, not {codec.kind}: name "
            "a brain that speaks it with --codec"
        )
    steps = Steps.of(cache)
    data = ControllerSteps(steps, codec, config.disturbance, config.seed)
    check = ControllerSteps(steps, codec, config.disturbance, config.seed, validation=True)

    def judge(network: Controller, last: bool) -> Metrics:
        return figures(network, check, config.batch, batches=8 if last else 1)

    imitation = Imitation(
        Controller(NetworkConfig(joints=0)), data, judge, config.batch, device(config.device),
        config.seed,
    )  # fmt: skip
    schedule = Schedule(
        config.minutes, config.steps, learning_rate=1.5e-3, warmup=0.1, seed=config.seed,
        validate_every=None, checkpoint_every=CHECKPOINT_EVERY, cycle=one_cycle_to_zero,
    )  # fmt: skip
    settings = {
        "data": cache.hash, "codec": codec.codec_id, "disturbance": config.disturbance,
    }  # fmt: skip
    run = Run(config.run, replacing, settings)
    trained, fitted = fit_controller(run, imitation, schedule, ema=0.998)
    found = {f"val_{name}": value for name, value in fitted.figures.items()}
    print("controller: " + ", ".join(f"{name} {value:.4g}" for name, value in found.items()))
    notes = {
        "episodes": len(np.unique(steps.first)), "frames": len(steps.first), "seed": config.seed,
        "steps": fitted.steps, "batch": config.batch, "minutes": round(fitted.seconds / 60, 2),
        "threads": config.threads, "validation": {k: round(v, 4) for k, v in found.items()},
    }  # fmt: skip
    return save_model(
        config.out, trained, STATISTICS, codec, None, notes, action_space=ACTION_SPACE,
        robot="metaworld-sawyer",
    )  # fmt: skip


def figures(
    model: Controller, data: ControllerSteps, size: int, batches: int = 1
) -> dict[str, float]:
    """Error of held-out chunks' first steps (mm that the hand's goal moves) of `model`, which is in
    evaluation mode, with and without the picture, and that of the plain proportional law."""
    on = next(model.parameters()).device
    errors: dict[str, list[Tensor]] = {"seen": [], "blind": [], "law": []}
    for number in range(batches):
        batch = {name: value.to(on) for name, value in data.batch(number, size).items()}
        wanted = batch["target"][:, :AHEAD, :3]
        blind = {**batch, "wrist": torch.zeros_like(batch["wrist"])}
        for name, told in (
            ("seen", flow.sample(model, batch)[:, :AHEAD, :3]),
            ("blind", flow.sample(model, blind)[:, :AHEAD, :3]),
            ("law", torch.zeros_like(wanted)),
        ):
            errors[name].append(10.0 * (told - wanted).norm(dim=-1).flatten())
    return {f"{name}_mm": float(torch.cat(v).mean()) for name, v in errors.items()}
