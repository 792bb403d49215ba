"""What can be chosen when a controller is trained."""

from dataclasses import dataclass, field
from pathlib import Path

from cerebellum.augment import Augmentation
from cerebellum.network_config import NetworkConfig
from episodes.places import DATA, MODELS


@dataclass(frozen=True)
class TrainControllerConfig:
    """Train the flow-matching controller on a training cache."""

    data: Path = DATA / "tabletop-cache"
    """Folder of the training cache (pontine collect and pontine train make it)."""
    codec: Path = MODELS / "tabletop-codec"
    """Folder or file of the waypoint codec whose tokens the controller shall obey."""
    out: Path = MODELS / "tabletop-controller"
    """Model folder to write."""
    run: Path | None = None
    """Folder for checkpoints, curves and the log; default runs/<name of out>."""
    robot: str = "fr3"
    """Robot of the recordings."""
    from_model: Path | None = None
    """Fine-tune this model folder instead of starting from nothing; its statistics are kept. Of
    another arm's, all is kept but what reads its joints."""
    minutes: float | None = None
    """Time budget: the learning-rate schedule is fitted to it and `steps` is ignored."""
    steps: int = 8000
    """Optimiser steps, where no time budget is given. 0 writes what it starts from: another arm's
    controller as it is, this arm's joints unread."""
    batch: int = 256
    """Samples a step."""
    lr: float | None = None
    """Peak learning rate; default 1.5e-3, or 4e-4 when fine-tuning."""
    weight_decay: float = 0.01
    """AdamW's decay of matrices and filters."""
    ema: float = 0.998
    """Decay of the averaged weights, which are the ones evaluated and written."""
    seed: int = 0
    """Seeds initialisation, sampling and augmentation."""
    resume: bool = True
    """Continue from the run folder's checkpoint where there is one of the same settings."""
    checkpoint_every: int = 500
    """Steps between checkpoints (and validations)."""
    log_every: int = 50
    """Steps between rows of the curves."""
    bf16: bool = True
    """Autocast to bfloat16: about twice as fast on CPUs that have it."""
    threads: int = 1
    """Torch threads."""
    augmentation: Augmentation = field(default_factory=Augmentation)
    """What is done to tokens and senses."""
    network: NetworkConfig = field(default_factory=NetworkConfig)
    """Sizes of the network (when starting from nothing)."""
