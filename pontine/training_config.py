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
        codec: folder of the codec whose codes the brain shall speak.
        out: model folder to write.
        runs: checkpoints and curves, a folder a stage.
        robot: of the recordings.
        start: model folder to start from (fine-tuning) instead of fresh weights.
        eyes: brain whose encoder's weights a fresh one begins with.
        fresh_eyes: with --from, let the encoder begin again: what are recordings worth to the eyes?
        lessons: question-and-answer rows written for each picture.
        minutes: budget of each stage.
        steps: this many steps a stage instead of minutes, where above 0 (repeatable to the bit).
        lr: peak learning rate of all stages that are run (None: each its own; what is fine-tuned
            wants less than fresh weights).
        stages: which to run, in this order.
        keep_features: compute the frozen encoder's tokens once and keep them beside the cache
            (0.1 MB a picture) instead of afresh, augmented, at every step.
        compile: the language model, for the instruct stage (needs a C++ compiler, and a minute or
            two; then steps take a sixth less).
        seed: of weights, lessons and batches.
        threads: of torch.
        device: where it computes: cpu, cuda, cuda:1 ...
        wider: so many times as many pictures a step (a GPU has room for eight times); below 1,
            validations look at fewer too, for a rehearsal.
        workers: processes that draw the batches of steps to come (worth it beside a GPU), and as
            many that write the lessons.
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
