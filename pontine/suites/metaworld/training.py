"""`pontine train brain --suite metaworld`: the brain's stages on the experts' demonstrations."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from brain.atomic import LOCATIONS
from brain.language_model import LanguageSizes
from brain.tokenizer import train_tokenizer
from brain.train.answer_loss import AnswerLoss
from brain.train.dialogue import Batching, Dialogues
from brain.train.eyes import take_eyes
from brain.train.features import fresh_features, kept_features
from brain.train.instruct import InstructStage, train_instruct
from brain.train.joint import JointStage, train_joint
from brain.train.projector import ProjectorStage, train_projector
from brain.train.vision import VisionStage, train_vision
from brain.vision_encoder import ConvVisionConfig
from brain.vision_language_model import VisionLanguageModel, build, load, save
from cerebellum.codec import Codec, save_codec
from episodes.cache import Cache
from episodes.hold import holding
from episodes.replacing import replacing
from learning.fingerprint import fingerprint
from learning.objective import Metrics
from learning.run import Run
from learning.schedule import Schedule
from pontine.evaluation.log import EvaluationError
from pontine.suites.metaworld import plans
from pontine.suites.metaworld.answers import weights
from pontine.suites.metaworld.lessons import lessons, open_images
from pontine.suites.metaworld.speech import RANGES, ROLES, THOUGHT_ROLES, Speech
from pontine.suites.metaworld.training_config import STAGES, MetaWorldTraining
from sim.suites.metaworld.view import SIZE


@holding("out", "runs")
def train_metaworld(config: MetaWorldTraining) -> dict[str, Metrics]:
    """Run the stages and write the model folder; returns each stage's figures.

    Raises:
        EvaluationError: no such stage or codec, or `runs` was begun with another one.
        TrainingError: a stage was begun with other settings.
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

    def seen(run: Run) -> Run:
        return run.depends_on(eyes=fingerprint(encoder), keep_features=config.keep_features)

    def answered(run: Run) -> Run:
        batch = {"pictures": config.pictures, "rows": config.rows}
        return seen(run).depends_on(codec=codec.codec_id, **batch)

    trained: dict[str, Callable[[Run], Metrics]] = {
        "vision": lambda r: train_vision(encoder, images, VisionStage(schedule("vision", 1e-2)), r),
        "projector": lambda r: train_projector(
            model, images, frozen(), ProjectorStage(schedule("projector", 2e-3)), seen(r)
        ),
        "instruct": lambda r: train_instruct(
            dialogues(), frozen(), InstructStage(schedule("instruct", 5e-3)), answered(r)
        ),
        "joint": lambda r: train_joint(
            dialogues(), images.fixed, JointStage(schedule("joint", 3e-4)), answered(r)
        ),
    }
    data = {"data": cache.hash, "image_size": config.image_size}
    figures = {}
    for stage in config.stages:
        figures[stage] = trained[stage](Run(config.runs / stage, replacing, data))
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
