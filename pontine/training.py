"""`pontine train vision` and `pontine train brain`: lessons are written, then the stages run."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Annotated, Any

import tyro

from body.robots import robot
from brain.train.brain import STAGES, TrainBrain, reads
from brain.train.brain import train_brain as run_stages
from brain.train.loop import Schedule
from cerebellum.codec import WaypointCodec, load_codec
from episodes import model_folder
from episodes.cache import Cache
from episodes.hold import holding
from pontine.setup import MODELS
from pontine.teacher import TeacherConfig, lessons_version, teach


@dataclass(frozen=True)
class Minutes:
    """Wall-clock budgets of the stages, minutes."""

    vision: float = 30.0
    language: float = 1.5
    projector: float = 2.0
    grounding: float = 20.0
    instruct: float = 150.0
    joint: float = 8.0

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
        wider: so many times as many pictures a step (a GPU has room for eight times).
        workers: processes that draw the batches of steps to come (worth it beside a GPU), and as
            many that write the lessons.
    """

    data: Path = Path("data/tabletop-cache")
    codec: Path = MODELS / "tabletop-codec"
    out: Path = MODELS / "tabletop-brain"
    runs: Path = Path("runs/brain")
    robot: str = "fr3"
    start: Annotated[Path | None, tyro.conf.arg(name="from")] = None
    eyes: Path | None = None
    fresh_eyes: bool = False
    lessons: int = 8
    minutes: Minutes = field(default_factory=Minutes)
    steps: int = 0
    lr: float | None = None
    stages: tuple[str, ...] = STAGES
    keep_features: bool = False
    compile: bool = False
    seed: int = 0
    threads: int = 1
    device: str = "cpu"
    wider: int = 1
    workers: int = 0


@dataclass(frozen=True)
class VisionTraining(BrainTraining):
    """Train the brain's encoder alone on the simulator's dense labels (the first stage)."""

    stages: tuple[str, ...] = ("vision",)


@holding("out", "runs")
def train_brain(config: BrainTraining) -> int:
    """Write the lessons if they are missing or stale, then run the stages."""
    # what is fine-tuned speaks on in the codes it knows, another arm's or not
    made_for = None if config.start else robot(config.robot)
    settings = model_folder.load_config(config.codec, spec=made_for)
    codec = load_codec(config.codec, settings["codec_id"])
    if not isinstance(codec, WaypointCodec):
        raise SystemExit(f"{config.codec}: the lessons speak waypoints; train a waypoint codec")
    needed = reads(config.stages, config.start)
    dialogues = _lessons(config, codec) if needed else None
    plan = TrainBrain(
        cache=config.data, dialogues=dialogues, codec_id=codec.codec_id,
        code_sizes=tuple(codec.vocabulary), out=config.out, runs=config.runs,
        robot=config.robot, start=config.start, stages=config.stages, seed=config.seed,
        threads=config.threads, keep_features=config.keep_features, eyes=config.eyes,
        fresh_eyes=config.fresh_eyes, device=config.device,
        workers=config.workers,
    )  # fmt: skip
    stages = {
        f"{name}_stage": _timed(getattr(plan, f"{name}_stage"), name, config) for name in STAGES
    }
    batching = replace(plan.batching, pictures=plan.batching.pictures * config.wider)
    drilled = plan.drilled * config.wider
    run_stages(replace(plan, batching=batching, drilled=drilled, **stages))
    return 0


train_vision: Callable[[VisionTraining], int] = train_brain


def _timed(stage: Any, name: str, config: BrainTraining) -> Any:
    if name == "instruct":
        stage = replace(stage, compile=config.compile)
    for size in {"batch", "pictures"} & {own.name for own in fields(stage)}:
        stage = replace(stage, **{size: getattr(stage, size) * config.wider})
    schedule: Schedule = replace(
        stage.schedule, minutes=getattr(config.minutes, name), steps=config.steps,
        seed=config.seed, workers=config.workers,
        learning_rate=stage.schedule.learning_rate if config.lr is None else config.lr,
    )  # fmt: skip
    return replace(stage, schedule=schedule)


def _lessons(config: BrainTraining, codec: WaypointCodec) -> Path:
    """The dialogues of this cache and codec, by this writer; their file's name says which."""
    writer = f"{config.seed}-{config.lessons}-{lessons_version()}"
    identity = f"{Cache.open(config.data).hash}-{codec.codec_id}-{writer}"
    path = config.runs / f"dialogues-{identity}.parquet"
    if not path.exists():
        lessons = TeacherConfig(
            config.data, path, config.lessons, config.seed, config.robot, config.workers
        )
        teach(lessons, codec)
    return path
