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
    """Fine-tune this model folder instead of starting from nothing; its statistics are kept. Of
    another arm's, all is kept but what reads its joints."""
