"""Everything that the loop trains, small: each in a folder, by steps, until it is killed.

python -m tests.learning.small NAME FOLDER STEP
"""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from episodes.replacing import replacing
from learning.optimiser import Optimiser
from learning.run import Run
from learning.schedule import Schedule

Weights = dict[str, Tensor]
SCHEDULE = Schedule(steps=4, validate_every=None, checkpoint_every=2)


def brain(folder: Path) -> Weights:
    """All six stages, one after the other."""
    from brain.tokenizer import train_tokenizer
    from brain.train.answer_loss import AnswerLoss
    from brain.train.dialogue import Batching, Dialogues
    from brain.train.features import fresh_features
    from brain.train.grounding import DRILL_WORDS, GroundingStage, drills, train_grounding
    from brain.train.images import Images
    from brain.train.instruct import InstructStage, train_instruct
    from brain.train.joint import JointStage, train_joint
    from brain.train.language import LanguageStage, train_language
    from brain.train.projector import ProjectorStage, train_projector
    from brain.train.rows import tokenise
    from brain.train.vision import VisionStage, train_vision
    from tests.brain.conftest import CORPUS, SIZES, dialogue_table, tiny_brain
    from tests.brain.train.scenes import pictures

    model = tiny_brain(train_tokenizer([*CORPUS, DRILL_WORDS], size=600))
    fixed, objects = pictures(24)
    images = Images(fixed, objects, np.arange(24))
    loss = AnswerLoss(model.vocabulary, SIZES)
    told = drills(images.objects, model.vocabulary, 128)
    rows = tokenise(dialogue_table(), model.vocabulary)
    dialogues = Dialogues(model, rows, images.held_out, Batching(2, 4, 4), loss)
    encoder = model.network.model.vision_tower
    features = fresh_features(encoder, images.fixed)

    def drilled(batching: Batching) -> Dialogues:
        return Dialogues(model, told, images.held_out, replace(batching, validation_pictures=4),
                         loss)  # fmt: skip

    def run(stage: str) -> Run:
        return Run(folder / stage, replacing)

    train_vision(encoder, images, VisionStage(SCHEDULE, 4), run("vision"))
    train_language(model, rows, LanguageStage(SCHEDULE, 4), run("language"))
    train_projector(model, images, features, ProjectorStage(SCHEDULE, 4), run("projector"))
    train_grounding(drilled, features, GroundingStage(SCHEDULE, 2), run("grounding"))
    train_instruct(dialogues, features, InstructStage(SCHEDULE), run("instruct"))
    train_joint(dialogues, images.fixed, JointStage(SCHEDULE), run("joint"))
    return model.network.state_dict()


def controller(folder: Path) -> Weights:
    from cerebellum.codec import WaypointCodec, save_codec
    from cerebellum.train import train
    from cerebellum.train_config import TrainControllerConfig
    from cerebellum.weights import load_model
    from tests.cerebellum.conftest import SMALL
    from tests.cerebellum.synthetic import toy_cache

    (folder / "codec").mkdir(parents=True, exist_ok=True)
    save_codec(WaypointCodec(), folder / "codec")
    config = TrainControllerConfig(
        codec=folder / "codec", out=folder / "model", run=folder / "run", steps=7, batch=16,
        log_every=2, checkpoint_every=3, network=SMALL,
    )  # fmt: skip
    return load_model(train(config, toy_cache(2)))[0].state_dict()


def flat(folder: Path) -> Weights:
    from pontine.baselines.flat.config import FlatTraining
    from pontine.baselines.flat.files import load_model
    from pontine.baselines.flat.train import train
    from tests.pontine.baselines.flat.conftest import FEW, SMALL

    data = folder.parent / "flat-data"
    config = FlatTraining(
        data=data / "data-cache", eyes=data / "eyes", out=folder / "model", runs=folder / "runs",
        steps=6, unfreeze=0.5, batching=FEW, shape=SMALL, log_every=2, checkpoint_every=2, ema=0.9,
    )  # fmt: skip
    train(config)
    return load_model(config.out).network.state_dict()


def metaworld_controller(folder: Path) -> Weights:
    from cerebellum.weights import load_model
    from pontine.suites.metaworld.controller import train
    from pontine.suites.metaworld.controller.config import MetaWorldControllerTraining

    train.CHECKPOINT_EVERY = 2
    data = folder.parent / "metaworld-data"
    config = MetaWorldControllerTraining(
        data=data / "data-cache", codec=data / "codec", out=folder / "model", run=folder / "run",
        steps=6, batch=8, threads=1,
    )  # fmt: skip
    return load_model(train.train_controller(config))[0].state_dict()


TRAINED: dict[str, Callable[[Path], Weights]] = {
    "brain": brain, "controller": controller, "flat": flat,
    "metaworld_controller": metaworld_controller,
}  # fmt: skip


def main(name: str, folder: str, step: str) -> None:
    """Train `name`, and kill this process after that many of the optimiser's steps."""
    torch.set_num_threads(1)
    left, taken = int(step), Optimiser.step

    def last(self: Optimiser) -> None:
        nonlocal left
        taken(self)
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    Optimiser.step = last  # type: ignore[method-assign]
    TRAINED[name](Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
