"""What can be chosen when Meta-World's controller is trained."""

from dataclasses import dataclass, field
from typing import Annotated

import tyro

from body.setting import (
    Amount,
    Budget,
    CacheFolder,
    CountOrNone,
    Device,
    NewFolder,
    Processes,
    Seed,
    Share,
    Size,
)
from episodes.model_setting import CodecFolder
from episodes.places import DATA, MODELS, RUNS


@dataclass(frozen=True)
class Disturbance:
    """What is done to tokens and pictures.

    Attributes:
        noise_mm: of the aim: Gaussian of a scale drawn from 0 to this, a sample.
        exact: share of samples whose aim is left as it is.
        late: share of samples whose tokens were made a frame earlier.
        null: share of samples without tokens.
        dark: share of samples without a picture.
        tint: largest change of a picture's brightness and of each colour.
    """

    noise_mm: Amount = 15.0
    exact: Share = 0.3
    late: Share = 0.3
    null: Share = 0.03
    dark: Share = 0.1
    tint: Share = 0.1


@dataclass(frozen=True)
class MetaWorldControllerTraining:
    """Train Meta-World's controller on a training cache; resumes.

    Attributes:
        data: training cache (pontine collect --suite metaworld builds it).
        codec: folder of the codec whose tokens it shall obey (the brain's).
        out: model folder to write.
        run: checkpoints and curves.
        minutes: time budget.
        steps: so many steps instead, where above 0.
        batch: samples a step.
        seed: of weights and samples.
        threads: of torch.
        device: where it computes: cpu, cuda, cuda:1 ...
        disturbance: what is done to tokens and pictures.
    """

    data: CacheFolder = DATA / "metaworld-cache"
    codec: CodecFolder = MODELS / "metaworld-brain"
    out: NewFolder = MODELS / "metaworld-controller"
    run: NewFolder = RUNS / "metaworld-controller"
    minutes: Budget = 8.0
    steps: CountOrNone = 0
    batch: Size = 256
    seed: Seed = 0
    threads: Processes = 2
    device: Device = "cpu"
    disturbance: Annotated[Disturbance, tyro.conf.arg(name="")] = field(default_factory=Disturbance)
