"""What can be chosen when a controller is trained."""

from dataclasses import dataclass, field

from body.setting import (
    Budget,
    CacheFolder,
    Count,
    CountOrNone,
    Device,
    LearningRate,
    NewFolder,
    Processes,
    Robot,
    Seed,
    Share,
    Size,
)
from cerebellum.augment import Augmentation
from cerebellum.network_config import NetworkConfig
from episodes.model_setting import CodecFolder, ControllerFolder
from episodes.places import DATA, MODELS


@dataclass(frozen=True)
class TrainControllerConfig:
    """Train the flow-matching controller on a training cache."""

    data: CacheFolder = DATA / "tabletop-cache"
    """Folder of the training cache (`pontine collect` builds it)."""
    codec: CodecFolder = MODELS / "tabletop-codec"
    """Folder or file of the waypoint codec whose tokens the controller shall obey."""
    out: NewFolder = MODELS / "tabletop-controller"
    """Model folder to write."""
    run: NewFolder | None = None
    """Folder for checkpoints, curves and the log; default runs/<name of out>."""
    robot: Robot = "fr3"
    """Robot of the recordings."""
    from_model: ControllerFolder | None = None
    """Fine-tune this model folder instead of training from scratch; its statistics are kept. From a
    controller of another arm, everything is kept except the weights that read its joints."""
    minutes: Budget | None = None
    """Time budget: the learning-rate schedule is fitted to it and `steps` is ignored."""
    steps: CountOrNone = 8000
    """Optimiser steps, if no time budget is given. With 0, the model that it starts from is written
    unchanged: from another arm's controller, one that does not read this arm's joints."""
    batch: Size = 256
    """Samples a step."""
    lr: LearningRate | None = None
    """Peak learning rate; default 1.5e-3, or 4e-4 when fine-tuning."""
    weight_decay: Share = 0.01
    """AdamW's decay of matrices and filters."""
    ema: Share = 0.998
    """Decay of the averaged weights, which are the ones evaluated and written."""
    seed: Seed = 0
    """Seeds initialisation, sampling and augmentation."""
    resume: bool = True
    """Continue from the run folder's checkpoint; one of other settings is refused."""
    checkpoint_every: Count = 500
    """Steps between checkpoints (and validations)."""
    log_every: Count = 50
    """Steps between rows of the curves."""
    bf16: bool = True
    """Autocast to bfloat16: about twice as fast on CPUs that have it."""
    threads: Processes = 1
    """Torch threads."""
    device: Device = "cpu"
    """Where it computes: cpu, cuda, cuda:1 ..."""
    augmentation: Augmentation = field(default_factory=Augmentation)
    """What is done to tokens and senses."""
    network: NetworkConfig = field(default_factory=NetworkConfig)
    """Sizes of the network (when training from scratch)."""
