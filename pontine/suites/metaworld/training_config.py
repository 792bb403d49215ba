"""What can be chosen when Meta-World's brain is trained."""

from dataclasses import dataclass, field
from typing import Annotated

from body.setting import (
    Budget,
    CacheFolder,
    CountOrNone,
    NewFolder,
    OneOf,
    Processes,
    Seed,
    Size,
)
from episodes.model_setting import BrainFolder
from episodes.places import DATA, MODELS, RUNS
from pontine.suites.metaworld.plans import KINDS
from sim.suites.metaworld.view import SIZE

SIDES = tuple(side for side in range(16, SIZE + 1, 16) if SIZE % side == 0)
STAGES = ("vision", "projector", "instruct", "joint")


@dataclass(frozen=True)
class Minutes:
    """Wall-clock budgets of the stages, minutes."""

    vision: Budget = 44.0
    projector: Budget = 0.7
    instruct: Budget = 29.0
    joint: Budget = 10.0


@dataclass(frozen=True)
class MetaWorldTraining:
    """Train the brain on Meta-World: vision, projector, instruct; each resumes.

    Attributes:
        data: training cache (pontine collect --suite metaworld builds it).
        eyes: brain whose encoder gives the encoder its first weights (None: random weights).
        out: model folder to write.
        runs: checkpoints and curves, one folder per stage.
        minutes: wall-clock budget of each stage.
        steps: if above 0, steps of each stage instead of minutes (repeatable to the bit).
        image_size: side of the picture in pixels: a divisor of 192 and a multiple of 16.
        codec: action codec: aim, bins or rvq.
        stages: stages to run, in this order; the fourth is joint, which trains everything slowly.
        keep_features: compute the frozen encoder's tokens once (0.1 MB per picture), of pictures
            as recorded, instead of anew and augmented at every step.
        pictures: pictures per step.
        rows: lessons per picture, of the seven that it has.
        hidden: width of the language model.
        layers: layers of the language model.
        inner: width of the language model's MLPs.
        seed: seed of weights, lessons and batches.
        threads: torch threads.
    """

    data: CacheFolder = DATA / "metaworld-cache"
    eyes: BrainFolder | None = MODELS / "tabletop-brain"
    out: NewFolder = MODELS / "metaworld-brain"
    runs: NewFolder = RUNS / "metaworld-brain"
    minutes: Minutes = field(default_factory=Minutes)
    steps: CountOrNone = 0
    image_size: Annotated[int, OneOf(lambda: SIDES)] = SIZE
    codec: Annotated[str, OneOf(lambda: KINDS)] = "aim"
    stages: tuple[Annotated[str, OneOf(lambda: STAGES)], ...] = STAGES[:3]
    keep_features: bool = True
    pictures: Size = 32
    rows: Size = 5
    hidden: Size = 192
    layers: Size = 4
    inner: Size = 512
    seed: Seed = 0
    threads: Processes = 2
