"""What can be chosen when Meta-World's brain is trained."""

from dataclasses import dataclass, field
from pathlib import Path

from episodes.places import DATA, MODELS, RUNS
from sim.suites.metaworld.view import SIZE

STAGES = ("vision", "projector", "instruct", "joint")


@dataclass(frozen=True)
class Minutes:
    """Wall-clock budgets of the stages, minutes."""

    vision: float = 44.0
    projector: float = 0.7
    instruct: float = 29.0
    joint: float = 10.0


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

    data: Path = DATA / "metaworld-cache"
    eyes: Path | None = MODELS / "tabletop-brain"
    out: Path = MODELS / "metaworld-brain"
    runs: Path = RUNS / "metaworld-brain"
    minutes: Minutes = field(default_factory=Minutes)
    steps: int = 0
    image_size: int = SIZE
    codec: str = "aim"
    stages: tuple[str, ...] = STAGES[:3]
    keep_features: bool = True
    pictures: int = 32
    rows: int = 5
    hidden: int = 192
    layers: int = 4
    inner: int = 512
    seed: int = 0
    threads: int = 2
