"""What can be chosen when the flat baseline is trained."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from body.contract.errors import RangeError
from body.setting import (
    Amount,
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
from episodes.model_setting import BrainFolder
from episodes.places import DATA, MODELS, RUNS
from pontine.baselines.flat.shape import FlatShape

if TYPE_CHECKING:
    from learning.schedule import Schedule


@dataclass(frozen=True)
class Batching:
    """What one step learns from.

    Attributes:
        pictures: fixed-camera pictures, each with its wrist picture.
        rows: sentences per picture.
        still_share: share of pictures from unrelated scenes, if there are any.
        own_share: share of an episode's rows with its own goal; the others ask for something else.
        grasp_weight: how much more often a picture of the grasp is drawn.
        validation: held-out pictures judged at each checkpoint; four times as many at the end.
    """

    pictures: Size = 16
    rows: Size = 6
    still_share: Share = 0.25
    own_share: Share = 0.5
    grasp_weight: Amount = 2.0
    validation: Size = 96

    def __post_init__(self) -> None:
        if self.pictures < 1 or self.rows < 1:
            raise RangeError(
                f"a step needs a picture and a row, not {self.pictures} and {self.rows}"
            )


@dataclass(frozen=True)
class FlatTraining:
    """Train the flat baseline: one network from pictures and a sentence to a chunk.

    Attributes:
        data: training cache (pontine collect builds it).
        eyes: model folder of the brain whose encoder is taken over, frozen as it is in the brain;
            of `pontine train brain` or `pontine train vision`, made from the same data.
        out: model folder to write.
        runs: folder for the checkpoint and the curves; run again to resume.
        robot: robot of the recordings.
        minutes: wall-clock budget. The default is what the shipped brain and controller were
            given together, less the 20 minutes that their eyes took.
        steps: if above 0, steps instead of minutes (repeatable to the bit).
        unfreeze: share of the run after which the eyes learn too (1: never; a step then costs
            twice as much).
        learning_rate: peak of the one-cycle schedule, of AdamW and, for the matrices that bind
            words to what is seen, of Muon.
        weight_decay: of matrices and filters.
        ema: decay of the averaged weights, which are the ones evaluated and written.
        seed: of weights, sentences and batches.
        checkpoint_every: steps between checkpoints, each with a validation.
        log_every: steps between rows of the curves.
        bf16: autocast to bfloat16: several times faster on CPUs that have it, slower by as much
            on those that have not.
        threads: of torch; one more draws the batches.
        device: where it computes: cpu, cuda, cuda:1 ...
        batching: what a step learns from.
        augmentation: what is done to the senses, and the promised steps; there are no tokens here.
        shape: sizes of the network; those of the eyes and the vocabulary follow from them.
    """

    data: CacheFolder = DATA / "tabletop-cache"
    eyes: BrainFolder = MODELS / "tabletop-brain"
    out: NewFolder = MODELS / "tabletop-flat"
    runs: NewFolder = RUNS / "flat"
    robot: Robot = "fr3"
    minutes: Budget = 85.0
    steps: CountOrNone = 0
    unfreeze: Share = 1.0
    learning_rate: LearningRate = 1.5e-3
    weight_decay: Share = 0.01
    ema: Share = 0.998
    seed: Seed = 0
    checkpoint_every: Count = 200
    log_every: Count = 20
    bf16: bool = False
    threads: Processes = 1
    device: Device = "cpu"
    batching: Batching = field(default_factory=Batching)
    augmentation: Augmentation = field(default_factory=Augmentation)
    shape: FlatShape = field(default_factory=FlatShape)

    @property
    def schedule(self) -> "Schedule":
        """Budget and learning rate."""
        from learning.schedule import Schedule  # torch: only where it trains

        return Schedule(
            self.minutes, self.steps, self.learning_rate, weight_decay=self.weight_decay,
            seed=self.seed, validate_every=None, checkpoint_every=self.checkpoint_every,
            log_every=self.log_every,
        )  # fmt: skip

    def settings(self, data: str, eyes: str) -> dict[str, Any]:
        """What a checkpoint depends on besides the schedule.

        Args:
            data, eyes: hashes of the cache and of the model folder.
        """
        own = ("robot", "unfreeze", "ema", "bf16", "batching", "augmentation", "shape")
        return {"data": data, "eyes": eyes, **{name: getattr(self, name) for name in own}}
