"""`pontine train metaworld-brain`: the brain's stages on the experts' demonstrations."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from brain.language_model import LanguageSizes
from brain.tokenizer import LOCATIONS, train_tokenizer
from brain.train.answer_loss import AnswerLoss
from brain.train.dialogue import Batching, Dialogues
from brain.train.eyes import take_eyes
from brain.train.features import fresh_features, kept_features
from brain.train.instruct import InstructStage, train_instruct
from brain.train.joint import JointStage, train_joint
from brain.train.loop import Metrics, Schedule
from brain.train.projector import ProjectorStage, train_projector
from brain.train.vision import VisionStage, train_vision
from brain.vision_encoder import ConvVisionConfig
from brain.vision_language_model import VisionLanguageModel, build, load, save
from cerebellum.codec import Codec, save_codec
from episodes.cache import Cache
from episodes.hold import holding
from pontine.evaluation.log import EvaluationError
from pontine.metaworld import plans
from pontine.metaworld.answers import weights
from pontine.metaworld.lessons import lessons, open_images
from pontine.metaworld.speech import RANGES, ROLES, THOUGHT_ROLES, Speech
from pontine.setup import MODELS
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

    data: Path = Path("data/metaworld-cache")
    eyes: Path | None = MODELS / "tabletop-brain"
    out: Path = MODELS / "metaworld-brain"
    runs: Path = Path("runs/metaworld-brain")
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


@holding("out", "runs")
def train_metaworld(config: MetaWorldTraining) -> dict[str, Metrics]:
    """Run the stages and write the model folder; returns each stage's figures.

    Raises:
        EvaluationError: no such stage or codec, or `runs` was begun with another one.
    """
    if unknown := set(config.stages) - set(STAGES):
        raise EvaluationError(f"--stages {' '.join(unknown)}: there are {', '.join(STAGES)}")
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    cache = Cache.open(config.data)
    hands = np.asarray(cache["observation.state"], float)[:, :3]
    codec = plans.fit(config.codec, np.asarray(cache["plan.aim"], float), hands)
    images = open_images(cache, config.image_size)
    model = _start(config, cache, codec)
    encoder = model.network.model.vision_tower

    def frozen() -> Any:
        if config.keep_features:
            others = None if config.image_size == SIZE else images.fixed
            return kept_features(config.data, encoder, others)
        return fresh_features(encoder, images.fixed)

    def dialogues() -> Dialogues:
        rows = lessons(cache, Speech(model.vocabulary), codec, config.seed)
        loss = AnswerLoss(model.vocabulary, codec.vocabulary, weights(codec))
        batching = Batching(config.pictures, config.rows, 192)
        mm = float(np.mean([1e3 * (high - low) / LOCATIONS for low, high in RANGES]))
        return Dialogues(model, rows, images.held_out, batching, loss, mm)

    def schedule(name: str, rate: float) -> Schedule:
        minutes = getattr(config.minutes, name)
        return Schedule(minutes, config.steps, rate, seed=config.seed, validate_every=120)

    runs: dict[str, Callable[[Path], Metrics]] = {
        "vision": lambda f: train_vision(encoder, images, VisionStage(schedule("vision", 1e-2)), f),
        "projector": lambda f: train_projector(
            model, images, frozen(), ProjectorStage(schedule("projector", 2e-3)), f
        ),
        "instruct": lambda f: train_instruct(
            dialogues(), frozen(), InstructStage(schedule("instruct", 5e-3)), f
        ),
        "joint": lambda f: train_joint(
            dialogues(), images.fixed, JointStage(schedule("joint", 3e-4)), f
        ),
    }
    figures = {}
    for stage in config.stages:
        figures[stage] = runs[stage](config.runs / stage)
        print(f"{stage}: " + ", ".join(f"{k} {v:.4g}" for k, v in figures[stage].items()))
    model.network.eval()
    save_codec(codec, config.out)
    save(model, config.out)
    return figures


def _start(config: MetaWorldTraining, cache: Cache, codec: Codec) -> VisionLanguageModel:
    """The model as it began; kept, so that a resumed run has the same tokenizer."""
    kept = config.runs / "start"
    if not (kept / "config.json").exists():
        texts = [*cache.instructions, " ".join((*ROLES, *THOUGHT_ROLES))]
        tokenizer = train_tokenizer(texts, acts=codec.vocabulary_size)
        metadata = {
            "codec_id": codec.codec_id, "code_sizes": list(codec.vocabulary),
            "action_space": f"{codec.kind} of the hand in Meta-World's frame", "suite": "metaworld",
            "protocol": "p1",
        }  # fmt: skip
        vision = ConvVisionConfig(image_size=config.image_size)
        sizes = LanguageSizes(hidden=config.hidden, layers=config.layers, inner=config.inner)
        model = build(tokenizer, metadata, vision, sizes)
        if config.eyes is not None:
            take_eyes(model, config.eyes)
        save(model, kept, dtype=torch.float32)
    model = load(kept)
    size = model.network.model.vision_tower.config.image_size
    if (model.metadata["codec_id"], size) != (codec.codec_id, config.image_size):
        raise EvaluationError(
            f"{config.runs} was begun with another codec, recording or image size: "
            "give another folder with --runs, or delete this one"
        )
    return model
