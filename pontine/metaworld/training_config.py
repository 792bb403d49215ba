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
from pontine.metaworld.plans import KINDS
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
        eyes: brain whose encoder's weights the encoder begins with (None: with chance).
        out: model folder to write.
        runs: checkpoints and curves, a folder a stage.
        minutes: budget of each stage.
        steps: this many steps a stage instead of minutes, where above 0 (repeatable to the bit).
        image_size: pixels of a side, a divisor of 192 by which 16 divides.
        codec: how plans are told: aim, bins or rvq.
        stages: which to run, in this order; there is joint, too (everything, slowly).
        keep_features: compute the frozen encoder's tokens once (0.1 MB a picture) instead of
            afresh, augmented, at every step; of pictures as they were recorded alone.
        pictures: a step.
        rows: a picture, of its seven lessons.
        hidden: width of the language model.
        layers: of it.
        inner: width of its perceptrons.
        seed: of weights, lessons and batches.
        threads: of torch.
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
