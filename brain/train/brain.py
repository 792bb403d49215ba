"""All stages of the brain in order; run again after an interruption, it goes on where it was."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import nn

from body.robots.registry import robot
from brain.language_model import LanguageSizes
from brain.tokenizer import train_tokenizer
from brain.train.answer_loss import AnswerLoss, AnswerWeights
from brain.train.dialogue import Batching, Dialogues
from brain.train.eyes import fresh_eyes, take_eyes
from brain.train.features import fresh_features, kept_features
from brain.train.grounding import DRILL_WORDS, GroundingStage, drills, train_grounding
from brain.train.images import open_images
from brain.train.instruct import InstructStage, train_instruct
from brain.train.joint import JointStage, train_joint
from brain.train.language import LanguageStage, train_language
from brain.train.projector import ProjectorStage, train_projector
from brain.train.rows import Rows, read_rows, texts
from brain.train.stages import STAGES
from brain.train.vision import VisionStage, train_vision
from brain.vision_encoder import ConvVisionConfig
from brain.vision_language_model import VisionLanguageModel, build, load, save
from episodes.cache import Cache
from episodes.places import MODELS, RUNS
from episodes.replacing import replacing
from learning.device import device
from learning.errors import TrainingError
from learning.fingerprint import fingerprint
from learning.objective import Metrics
from learning.run import Run
from learning.schedule import Schedule


@dataclass(frozen=True)
class TrainBrain:
    """Train the brain in stages, each resumable."""

    cache: Path
    """Training cache (episodes.cache)."""
    dialogues: Path | None
    """dialogues.parquet; None where no stage that is run reads any (see :func:`reads`)."""
    codec_id: str
    """Hash of the codec that made the dialogues' codes."""
    code_sizes: tuple[int, ...] = (128, 128, 128, 48, 2, 8)
    """Valid codes at each position of the action."""
    out: Path = MODELS / "tabletop-brain"
    """Model folder to write."""
    runs: Path = RUNS / "brain"
    """Checkpoints and curves, one folder a stage."""
    robot: str = "fr3"
    start: Path | None = None
    """Model folder to start from instead of fresh weights (its tokenizer is kept)."""
    channels: int = 96
    vision_blocks: int = 3
    language: LanguageSizes = field(default_factory=LanguageSizes)
    vision_stage: VisionStage = field(default_factory=VisionStage)
    language_stage: LanguageStage = field(default_factory=LanguageStage)
    projector_stage: ProjectorStage = field(default_factory=ProjectorStage)
    grounding_stage: GroundingStage = field(default_factory=GroundingStage)
    instruct_stage: InstructStage = field(default_factory=InstructStage)
    joint_stage: JointStage = field(default_factory=JointStage)
    eyes: Path | None = None
    """A brain whose encoder's weights the encoder begins with."""
    fresh_eyes: bool = False
    """Of what `start` holds, begin the encoder with fresh weights."""
    batching: Batching = field(default_factory=Batching)
    keep_features: bool = False
    """Compute the frozen encoder's tokens once and keep them beside the cache (0.1 MB a picture)
    instead of afresh, augmented, at every step."""
    drilled: int = 16
    """Pictures with drills alone that join each step of the instruct and joint stages."""
    weights: AnswerWeights = field(default_factory=AnswerWeights)
    stages: tuple[str, ...] = STAGES
    """Which stages to run, in this order (leave one out to see what it is worth)."""
    seed: int = 0
    threads: int = 1
    device: str = "cpu"
    """Where it computes: cpu, cuda, cuda:1 ..."""
    workers: int = 1
    """Processes that tokenise."""
    rate_hz: float = 4.0
    latency_ms: float = 150.0
    ttl: float = 1.0
    renew_after: float = 1.0

    def metadata(self) -> dict[str, Any]:
        """What goes into config.json besides the network's shape."""
        return {
            "codec_id": self.codec_id, "code_sizes": list(self.code_sizes),
            "action_space": "waypoint tokens in the robot's base frame",
            "rate_hz": self.rate_hz, "latency_ms": self.latency_ms, "ttl": self.ttl,
            "renew_after": self.renew_after,
        }  # fmt: skip


def reads(stages: Sequence[str], start: Path | None) -> bool:
    """Whether dialogues are needed: fresh weights' tokenizer is made from them, too."""
    return start is None or bool({"language", "instruct", "joint"} & set(stages))


def train_brain(config: TrainBrain) -> dict[str, Metrics]:
    """Run the stages and write the model folder `config.out`; returns each stage's figures.

    Raises:
        TrainingError: an unknown stage or device is named, model and pictures differ in size, or
            a stage was begun with other settings.
    """
    if unknown := set(config.stages) - set(STAGES):
        raise TrainingError(f"unknown stages {sorted(unknown)}; there are {', '.join(STAGES)}")
    if config.dialogues is None and reads(config.stages, config.start):
        raise TrainingError("fresh weights and the stages after language need dialogues; give them")
    on = device(config.device)
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    images = open_images(config.cache)
    size = images.fixed.shape[1]
    model = _start(config, size)
    if model.image_size != size:
        begun = config.start or config.runs / "start"
        raise TrainingError(
            f"{begun} sees {model.image_size} px, {config.cache} has pictures of {size}: "
            "collect with the robot's camera set to the model's size, or start from fresh weights"
        )
    network = model.network
    nn.Module.to(network, on)
    loss = AnswerLoss(model.vocabulary, tuple(config.code_sizes), config.weights, on)
    encoder = network.model.vision_tower

    def frozen() -> Any:
        if config.keep_features:
            return kept_features(config.cache, encoder)
        return fresh_features(encoder, images.fixed)

    @cache
    def rows() -> Rows:
        assert config.dialogues is not None
        return read_rows(config.dialogues, model.vocabulary, config.workers)

    @cache
    def drill_rows() -> Rows:
        return drills(images.objects, model.vocabulary, size)

    def drills_alone(batching: Batching) -> Dialogues:
        return Dialogues(model, drill_rows(), images.held_out, batching, loss)

    @cache
    def dialogues() -> Dialogues:
        made = Dialogues(model, rows(), images.held_out, config.batching, loss)
        made.add_drills(drill_rows(), config.drilled)
        return made

    def read(run: Run) -> Run:
        assert config.dialogues is not None
        return run.depends_on(dialogues=config.dialogues.name)

    def seen(run: Run) -> Run:
        kept = config.keep_features
        return run.depends_on(eyes=fingerprint(encoder), keep_features=kept, answers=config.weights)

    def answered(run: Run) -> Run:
        return read(seen(run)).depends_on(batching=config.batching, drilled=config.drilled)

    trained: dict[str, Callable[[Run], Metrics]] = {
        "vision": lambda r: train_vision(encoder, images, config.vision_stage, r),
        "language": lambda r: train_language(model, rows(), config.language_stage, read(r)),
        "projector": lambda r: train_projector(
            model, images, frozen(), config.projector_stage, seen(r)
        ),
        "grounding": lambda r: train_grounding(
            drills_alone, frozen(), config.grounding_stage, seen(r)
        ),
        "instruct": lambda r: train_instruct(
            dialogues(), frozen(), config.instruct_stage, answered(r)
        ),
        "joint": lambda r: train_joint(dialogues(), images.fixed, config.joint_stage, answered(r)),
    }
    data = {"data": Cache.open(config.cache).hash}
    figures = {}
    for stage in config.stages:
        figures[stage] = trained[stage](Run(config.runs / stage, replacing, data))
        print(f"{stage}: " + ", ".join(f"{k} {v:.4g}" for k, v in figures[stage].items()))
    network.cpu().eval()
    save(model, config.out, spec=robot(config.robot))
    return figures


def _start(config: TrainBrain, size: int) -> VisionLanguageModel:
    """The model of this run as it began, for pictures of `size` pixels; kept, so that a resumed
    run has the same tokenizer."""
    kept = config.runs / "start"
    if not (kept / "config.json").exists():
        if config.start is not None:
            model = load(config.start)
            model.metadata.update(config.metadata())
            if config.fresh_eyes:
                fresh_eyes(model)
        else:
            acts = max(128, *config.code_sizes)
            assert config.dialogues is not None
            tokenizer = train_tokenizer([*texts(config.dialogues), DRILL_WORDS], acts=acts)
            vision = ConvVisionConfig(channels=config.channels, image_size=size,
                                      num_hidden_layers=config.vision_blocks)  # fmt: skip
            model = build(tokenizer, config.metadata(), vision, config.language)
            if config.eyes is not None:
                take_eyes(model, config.eyes)
        save(model, kept, dtype=torch.float32)
    return load(kept)


__all__ = ["STAGES", "Schedule", "TrainBrain", "train_brain"]
