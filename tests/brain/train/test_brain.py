"""All stages from a real cache to a model folder that thinks, and again from where it stopped."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
import torch

from body import ControllerReport, Observation
from body.robots.fr3 import FR3
from brain.language_model import LanguageSizes
from brain.policy import BrainPolicy
from brain.train.brain import STAGES, TrainBrain, train_brain
from brain.train.dialogue import Batching
from brain.train.grounding import GroundingStage
from brain.train.instruct import InstructStage
from brain.train.joint import JointStage
from brain.train.language import LanguageStage
from brain.train.projector import ProjectorStage
from brain.train.vision import VisionStage
from brain.vision_encoder import ConvVisionConfig
from brain.vision_language_model import build, save
from episodes import cache_build
from episodes.columns import TABLETOP
from episodes.vocabulary import STILLS
from episodes.writer import Recorder
from learning.errors import CheckpointError, TrainingError
from learning.schedule import Schedule
from tests.brain.train.scenes import pictures

FEW = Schedule(steps=2)


@pytest.fixture
def config(table, tmp_path) -> TrainBrain:
    recorder = Recorder(tmp_path / "data")
    fixed, objects = pictures(40 * 2, size=FR3.cameras["fixed"].pixels)
    for key in range(40):
        rows = slice(2 * key, 2 * key + 2)
        columns = {
            name: np.zeros((2, *f.shape), "uint8" if f.dtype == "image" else f.dtype)
            for name, f in TABLETOP.items()
        }
        columns["observation.images.fixed"] = fixed[rows]
        columns["scene.objects"] = objects[rows]
        columns["task_label"][:] = STILLS
        recorder.save(key, columns, "look")
    recorder.merge(progress=False)
    cache_build.build(tmp_path / "data", tmp_path / "cache", workers=1, progress=False)
    parquet.write_table(pa.table(table), tmp_path / "dialogues.parquet")
    return TrainBrain(
        cache=tmp_path / "cache", dialogues=tmp_path / "dialogues.parquet", codec_id="ab" * 8,
        out=tmp_path / "model", runs=tmp_path / "runs", channels=16, vision_blocks=1,
        language=LanguageSizes(hidden=32, layers=2, heads=2, key_value_heads=2, inner=64),
        vision_stage=VisionStage(FEW, 4), language_stage=LanguageStage(FEW, 4),
        projector_stage=ProjectorStage(FEW), grounding_stage=GroundingStage(FEW, 2),
        instruct_stage=InstructStage(FEW), joint_stage=JointStage(FEW),
        batching=Batching(2, 4, 4),
    )  # fmt: skip


@pytest.mark.slow
def test_all_stages_then_resumed(config, capsys):
    figures = train_brain(config)
    assert tuple(figures) == STAGES
    assert all((config.runs / stage / "training.png").exists() for stage in STAGES)
    image = np.zeros((128, 128, 3), np.uint8)
    look = Observation(1, FR3.home, np.zeros(7), 0.08, images={"fixed": image})
    brain = BrainPolicy.load(config.out, codec_id="ab" * 8)
    order = brain.think(look, "put the red cube", ControllerReport())
    before = (config.out / "model.safetensors").read_bytes()
    train_brain(config)  # every stage is finished: the same model at once
    assert (config.out / "model.safetensors").read_bytes() == before
    with pytest.raises(CheckpointError, match=r"instruct.*other batching, drilled"):
        train_brain(replace(config, drilled=3, batching=Batching(2, 5, 4)))
    assert brain.config["rate_hz"] == 4.0 and order.codec_id == "ab" * 8


def test_kept_features_are_computed_once(config):
    kept = replace(config, keep_features=True, stages=("vision", "instruct"))
    train_brain(kept)
    features = next((config.cache / "features").iterdir())
    before = features.stat().st_mtime_ns
    train_brain(replace(kept, out=config.out.with_name("again")))
    assert features.stat().st_mtime_ns == before


def test_pictures_of_another_size_are_refused(config, tokenizer, tmp_path):
    vision = ConvVisionConfig(channels=16, num_hidden_layers=1, image_size=128)
    save(build(tokenizer, config.metadata(), vision, config.language), tmp_path / "small")
    with pytest.raises(TrainingError, match="128 px"):
        train_brain(replace(config, start=tmp_path / "small"))


def test_unknown_stages_are_named(config):
    with pytest.raises(TrainingError, match="sleep"):
        train_brain(replace(config, stages=("vision", "sleep")))


@pytest.mark.slow
def test_eyes_and_drills_need_no_dialogues_and_fresh_words_do(config):
    train_brain(replace(config, stages=("language",)))
    seen = replace(
        config, start=config.out, dialogues=None, runs=config.runs / "again",
        stages=("vision", "projector", "grounding"),
    )  # fmt: skip
    assert tuple(train_brain(seen)) == seen.stages
    for changed in ({"start": None}, {"stages": ("instruct",)}):
        with pytest.raises(TrainingError, match="need dialogues"):
            train_brain(replace(seen, **changed))


def test_a_device_that_is_not_here_is_named(config):
    with pytest.raises(TrainingError, match="cpu, cuda or cuda:1"):
        train_brain(replace(config, device="abacus"))
    if not torch.cuda.is_available():
        with pytest.raises(TrainingError, match="--device cpu trains everything"):
            train_brain(replace(config, device="cuda"))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no NVIDIA GPU here: the CPU alone")
def test_a_gpu_runs_all_stages(config):
    assert tuple(train_brain(replace(config, device="cuda"))) == STAGES
