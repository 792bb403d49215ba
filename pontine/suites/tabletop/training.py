"""`pontine train vision` and `pontine train brain`: lessons are written, then the stages run."""

from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from body.robots.registry import robot
from brain.train.brain import TrainBrain, reads
from brain.train.brain import train_brain as run_stages
from brain.train.stages import STAGES
from cerebellum.codec import WaypointCodec, load_codec
from episodes import model_folder
from episodes.cache import Cache
from episodes.hold import holding
from learning.schedule import Schedule
from pontine.suites.tabletop.teacher import TeacherConfig, lessons_version, teach
from pontine.suites.tabletop.training_config import BrainTraining, VisionTraining


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
    batching = replace(
        plan.batching, pictures=_wide(plan.batching.pictures, config),
        validation_pictures=_judged(plan.batching.validation_pictures, config),
    )  # fmt: skip
    drilled = _wide(plan.drilled, config)
    run_stages(replace(plan, batching=batching, drilled=drilled, **stages))
    return 0


train_vision: Callable[[VisionTraining], int] = train_brain


def _timed(stage: Any, name: str, config: BrainTraining) -> Any:
    if name == "instruct":
        stage = replace(stage, compile=config.compile)
    for size, scaled in (("batch", _wide), ("pictures", _wide), ("validation", _judged)):
        if size in {own.name for own in fields(stage)}:
            stage = replace(stage, **{size: scaled(getattr(stage, size), config)})
    schedule: Schedule = replace(
        stage.schedule, minutes=getattr(config.minutes, name), steps=config.steps,
        seed=config.seed, workers=config.workers,
        learning_rate=stage.schedule.learning_rate if config.lr is None else config.lr,
    )  # fmt: skip
    return replace(stage, schedule=schedule)


def _wide(pictures: int, config: BrainTraining) -> int:
    """Of a step."""
    return max(1, round(pictures * config.wider))


def _judged(pictures: int, config: BrainTraining) -> int:
    """Of a validation, which a rehearsal shortens and a GPU does not lengthen."""
    return max(1, round(pictures * min(1.0, config.wider)))


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
