"""What can be chosen when Meta-World's controller is trained."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import tyro

from episodes.places import DATA, MODELS, RUNS


@dataclass(frozen=True)
class Disturbance:
    """What is done to tokens and pictures.

    Attributes:
        noise_mm: of the aim: Gaussian of a scale drawn from 0 to this, a sample.
        exact: share of samples whose aim is left as it is.
        late: share whose tokens were made a frame earlier. null: share without tokens.
        dark: share without a picture.
        tint: largest change of a picture's brightness and of each colour.
    """

    noise_mm: float = 15.0
    exact: float = 0.3
    late: float = 0.3
    null: float = 0.03
    dark: float = 0.1
    tint: float = 0.1


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
        disturbance: what is done to tokens and pictures.
    """

    data: Path = DATA / "metaworld-cache"
    codec: Path = MODELS / "metaworld-brain"
    out: Path = MODELS / "metaworld-controller"
    run: Path = RUNS / "metaworld-controller"
    minutes: float = 8.0
    steps: int = 0
    batch: int = 256
    seed: int = 0
    threads: int = 2
    disturbance: Annotated[Disturbance, tyro.conf.arg(name="")] = field(default_factory=Disturbance)
