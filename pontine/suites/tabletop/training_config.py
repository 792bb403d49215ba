"""What can be chosen when the brain is trained."""

from dataclasses import asdict, dataclass, field
from typing import Annotated

import tyro

from body.setting import (
    Budget,
    CacheFolder,
    Count,
    CountOrNone,
    Device,
    Factor,
    LearningRate,
    NewFolder,
    OneOf,
    Processes,
    ProcessesOrNone,
    Robot,
    Seed,
)
from brain.train.stages import STAGES
from episodes.model_setting import BrainFolder, CodecFolder
from episodes.places import DATA, MODELS, RUNS


@dataclass(frozen=True)
class Minutes:
    """Wall-clock budgets of the stages, minutes."""

    vision: Budget = 30.0
    language: Budget = 1.5
    projector: Budget = 2.0
    grounding: Budget = 20.0
    instruct: Budget = 150.0
    joint: Budget = 8.0

    def times(self, factor: float) -> "Minutes":
        """Every budget so many times as long."""
        return Minutes(**{name: factor * minutes for name, minutes in asdict(self).items()})


@dataclass(frozen=True)
class BrainTraining:
    """Train the brain: vision, language, projector, grounding, instruct, joint; each resumes.

    Attributes:
        data: training cache (pontine collect builds it).
        codec: folder of the codec whose codes the brain learns to speak.
        out: model folder to write.
        runs: checkpoints and curves, one folder per stage.
        robot: robot of the recordings.
        start: model folder to fine-tune, instead of fresh weights.
        eyes: brain whose encoder gives a fresh encoder its first weights.
        fresh_eyes: with --from, train the encoder from scratch all the same.
        lessons: lessons (questions with answers) written for each picture.
        minutes: wall-clock budget of each stage.
        steps: if above 0, steps of each stage instead of minutes (repeatable to the bit).
        lr: peak learning rate of all stages that are run (None: each stage's own). Fine-tuning
            wants a lower one than fresh weights.
        stages: stages to run, in this order.
        keep_features: compute the frozen encoder's tokens once and keep them beside the cache
            (0.1 MB per picture), instead of anew and augmented at every step.
        compile: compile the language model for the instruct stage (needs a C++ compiler and a
            minute or two; then a step takes a sixth less).
        seed: seed of weights, lessons and batches.
        threads: torch threads.
        device: cpu, cuda, cuda:1 ...
        wider: factor for the pictures of a training step; a GPU has room for 8. Below 1, validation
            looks at fewer pictures too, for a rehearsal.
        workers: processes that prepare the next batches (worth it beside a GPU), and as many that
            write the lessons.
    """

    data: CacheFolder = DATA / "tabletop-cache"
    codec: CodecFolder = MODELS / "tabletop-codec"
    out: NewFolder = MODELS / "tabletop-brain"
    runs: NewFolder = RUNS / "brain"
    robot: Robot = "fr3"
    start: Annotated[BrainFolder | None, tyro.conf.arg(name="from")] = None
    eyes: BrainFolder | None = None
    fresh_eyes: bool = False
    lessons: Count = 8
    minutes: Minutes = field(default_factory=Minutes)
    steps: CountOrNone = 0
    lr: LearningRate | None = None
    stages: tuple[Annotated[str, OneOf(lambda: STAGES)], ...] = STAGES
    keep_features: bool = False
    compile: bool = False
    seed: Seed = 0
    threads: Processes = 1
    device: Device = "cpu"
    wider: Factor = 1.0
    workers: ProcessesOrNone = 0


@dataclass(frozen=True)
class VisionTraining(BrainTraining):
    """Train the brain's encoder alone on the simulator's dense labels (the first stage)."""

    stages: tuple[Annotated[str, OneOf(lambda: STAGES)], ...] = ("vision",)
