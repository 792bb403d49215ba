"""`pontine train controller`: the cerebellum's settings, spelt for the command line."""

from dataclasses import dataclass
from typing import Annotated

import tyro

from cerebellum.train_config import TrainControllerConfig
from episodes.model_setting import ControllerFolder


@dataclass(frozen=True)
class ControllerTraining(TrainControllerConfig):
    """Train the flow-matching controller on a training cache, from nothing or from a model."""

    from_model: Annotated[ControllerFolder | None, tyro.conf.arg(name="from")] = None
    """Fine-tune this model folder instead of training from scratch; its statistics are kept. From a
    controller of another arm, everything is kept except the weights that read its joints."""
