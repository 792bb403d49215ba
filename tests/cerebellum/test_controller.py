"""The exported controller at run time."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from body.contract.errors import CodecMismatchError, RobotMismatchError
from body.contract.observation import Observation
from body.contract.tokens import ActionTokens
from body.contract.waypoint import Waypoint
from body.geometry.kinematics import Kinematics
from body.robots.fr3 import FR3
from cerebellum.codec import WaypointCodec, save_codec
from cerebellum.engines import Engine, EngineError, OnnxEngine, load_engine
from cerebellum.export.gate import COSINE
from cerebellum.export.write import export
from cerebellum.network import Controller
from cerebellum.network_config import NetworkConfig
from cerebellum.runtime.controller import Cerebellum
from cerebellum.state import CommandState
from cerebellum.statistics import FORCE_SCALE, Statistics
from cerebellum.torch_engine import TorchEngine
from cerebellum.train_config import TrainControllerConfig
from cerebellum.weights import save_model
from episodes import model_folder, png
from tests.cerebellum.synthetic import picture

CODEC = WaypointCodec()
KINEMATICS = Kinematics(FR3)
GOAL = Waypoint([0.5, 0.1, 0.16], 0.2, False, 1.0)
REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def cerebellum(tiny: TrainControllerConfig, engines: Path, monkeypatch) -> Cerebellum:
    monkeypatch.setenv("PONTINE_CACHE", str(engines))
    return Cerebellum(tiny.out, FR3, codec=CODEC)


def seen(tick: int, q: np.ndarray) -> Observation:
    image = picture(KINEMATICS.hand(q), np.array([0.5, 0.1]), False, np.zeros(4))
    image = image.repeat(2, axis=0).repeat(2, axis=1)
    return Observation(tick * 50_000_000, q, np.zeros(7), 0.08, np.ones(6), {"wrist": image})


def tokens(codec_id: str = CODEC.codec_id) -> ActionTokens:
    return ActionTokens(CODEC.encode(GOAL), codec_id, 0)


def drive(cerebellum: Cerebellum, ticks: int = 12) -> np.ndarray:
    q, path = FR3.home, []
    cerebellum.reset(seen(0, q))
    for tick in range(ticks):
        q = cerebellum.step(seen(tick, q), tokens(), 0.1).joint_position[0]
        path.append(q)
    return np.array(path)


def test_it_moves_towards_the_token_and_repeats_itself_exactly(cerebellum: Cerebellum):
    start = KINEMATICS.tool_pose(FR3.home)
    one, two = drive(cerebellum), drive(cerebellum)
    assert (one == two).all()
    before = np.linalg.norm(start[:3] - GOAL.position)
    assert np.linalg.norm(KINEMATICS.tool_pose(one[-1])[:3] - GOAL.position) < before
    assert cerebellum.refused == 0


def test_the_hand_times_its_own_arrival_whatever_the_token_says(cerebellum: Cerebellum):
    cerebellum.reset(seen(0, FR3.home))
    *place, _ = CODEC.encode(GOAL)
    plans = [
        cerebellum.plan(seen(0, FR3.home), (*place, time), 0.1, np.zeros((0, 5)))
        for time in range(CODEC.time_bins)
    ]
    assert all(np.array_equal(plan, plans[0]) for plan in plans)


def test_a_shut_hand_told_to_open_beside_itself_opens_where_it_is(cerebellum: Cerebellum):
    pose = KINEMATICS.tool_pose(FR3.home)
    aside, below = pose + np.array([0.03, -0.03, 0, 0]), pose - np.array([0, 0, 0.1, 0])
    plans = {}
    for closed in (True, False):
        for name, place in {"here": pose, "aside": aside, "below": below}.items():
            cerebellum.command = CommandState(pose, closed=closed)
            codes = CODEC.encode(Waypoint(place[:3], place[3], False, 1.0))
            senses = cerebellum._senses(seen(0, FR3.home), codes, 0.1, np.zeros((0, 5)))
            plans[closed, name] = senses.token[0, :3]
    assert np.array_equal(plans[True, "here"], plans[True, "aside"])
    for other in ((False, "aside"), (True, "below"), (False, "below")):
        assert not np.allclose(plans[other], plans[True, "here"], atol=1e-2), other


def test_it_plans_every_fourth_step_and_on_new_codes(cerebellum: Cerebellum):
    cerebellum.reset(seen(0, FR3.home))
    planned = []
    for tick in range(9):
        cerebellum.step(seen(tick, FR3.home), tokens(), 0.1)
        planned.append(cerebellum.replanned)
    assert planned == [True, False, False, False] * 2 + [True]
    other = ActionTokens(CODEC.encode(replace(GOAL, position=[0.4, 0, 0.2])), CODEC.codec_id, 1)
    cerebellum.step(seen(9, FR3.home), other, 0.1)
    assert cerebellum.replanned and cerebellum.report.token_stamp == 1


def test_masks_and_gates_change_the_plan(cerebellum: Cerebellum):
    plain = drive(cerebellum, 4)
    assert set(cerebellum.gates) == {"proprio", "camera", "force"}
    for sense in ("camera", "force", "proprio"):
        cerebellum.masked = {sense}
        assert not np.array_equal(drive(cerebellum, 4), plain), sense
    cerebellum.masked = set()
    cerebellum.gate_override = {"camera": 0.0}
    shut = drive(cerebellum, 4)
    assert cerebellum.gates["camera"] == 0.0 and not np.array_equal(shut, plain)
    cerebellum.gate_override = {"nose": 1.0}
    with pytest.raises(ValueError, match="no such senses"):
        drive(cerebellum, 1)


def test_a_picture_that_comes_again_though_the_hand_moved_counts_as_none(cerebellum: Cerebellum):
    def wrist(observation: Observation) -> np.ndarray:
        return cerebellum._senses(observation, CODEC.encode(GOAL), 0.1, np.zeros((0, 5))).wrist

    here, there = seen(0, FR3.home), seen(1, FR3.home + 0.05)
    cerebellum.reset(here)
    assert wrist(here).any() and wrist(here).any()  # nothing has moved: nothing else to be seen
    hung = replace(there, images=here.images)
    assert not wrist(hung).any()
    assert wrist(there).any()
    assert not wrist(replace(here, images=there.images)).any()
    cerebellum.reset(hung)
    assert wrist(hung).any()  # what another episode saw is forgotten


def test_it_runs_without_a_camera_and_with_the_null_code(cerebellum: Cerebellum):
    blind = Observation(0, FR3.home, np.zeros(7), 0.08)
    cerebellum.reset(blind)
    chunk = cerebellum.step(blind, ActionTokens((), CODEC.codec_id, 0), 0.1)
    assert np.isfinite(chunk.joint_position).all() and cerebellum.waypoint is None


def test_run_time_shrinks_images_as_the_cache_does():
    from cerebellum import inputs

    image = np.random.default_rng(0).integers(0, 256, (128, 128, 3), dtype=np.uint8)
    assert np.abs(inputs.shrink(image).astype(int) - png.shrink(image, 64).astype(int)).max() <= 1


def test_another_robot_codec_or_joint_name_is_refused_before_anything_loads(
    tiny: TrainControllerConfig,
):
    with pytest.raises(RobotMismatchError):
        Cerebellum(tiny.out, replace(FR3, name="other"))
    names = (*FR3.joint_names[:-1], "thumb")
    with pytest.raises(RobotMismatchError, match="thumb"):
        Cerebellum(tiny.out, replace(FR3, joint_names=names))
    with pytest.raises(CodecMismatchError):
        Cerebellum(tiny.out, FR3, codec=WaypointCodec(bins=64))


def test_foreign_tokens_are_refused(cerebellum: Cerebellum):
    with pytest.raises(CodecMismatchError):
        cerebellum.step(seen(0, FR3.home), tokens("0" * 16), 0.1)


def test_the_default_engine_has_passed_the_random_half_of_the_gate(
    tiny: TrainControllerConfig, cerebellum: Cerebellum
):
    assert isinstance(cerebellum.engine, OnnxEngine)
    description = cerebellum.engine.describe()
    judged = description["verified"]["CPUExecutionProvider"]
    assert judged["random"]["inputs"] == 1000 and judged["random"]["cosine"] >= COSINE["fp32"]
    assert judged["random"]["step_mm"] < 0.01 and set(judged["computes_in"]) == {"float"}
    assert description["joint_names"] == list(FR3.joint_names)
    assert description["codec_id"] == CODEC.codec_id
    assert description["statistics_hash"] == Statistics.load(tiny.out).hash


def test_an_engine_of_another_model_is_refused(
    tiny: TrainControllerConfig, cerebellum: Cerebellum, engines: Path
):
    config = model_folder.load_config(tiny.out)
    path = next((engines / "engines").glob("*/engine.json"))
    whole = path.read_text()
    try:
        path.write_text(json.dumps({**json.loads(whole), "codec_id": "f" * 16}))
        with pytest.raises(EngineError, match=r"codec_id.*rebuilt"):
            load_engine(tiny.out, config)
        with pytest.raises(EngineError, match="codec_id"):
            Cerebellum(tiny.out, FR3, engine=OnnxEngine.load(path.parent))
        path.write_text("{")
        with pytest.raises(EngineError, match="delete the folder"):
            load_engine(tiny.out, config)
    finally:
        path.write_text(whole)


def test_an_unverified_engine_does_not_arm(
    tiny: TrainControllerConfig, cerebellum: Cerebellum, engines: Path
):
    path = next((engines / "engines").glob("*/engine.json"))
    whole = path.read_text()
    try:
        path.write_text(json.dumps({**json.loads(whole), "verified": {}}))
        engine = OnnxEngine.load(path.parent)
        with pytest.raises(EngineError, match=r"unverified.*pontine export --verify"):
            Cerebellum(tiny.out, FR3, engine=engine)
        assert Cerebellum(tiny.out, FR3, engine=engine, trial=True).engine is engine
    finally:
        path.write_text(whole)


def test_a_fresh_process_drives_without_torch(
    tiny: TrainControllerConfig, cerebellum: Cerebellum, engines: Path
):
    code = f"""
import sys, numpy as np
from body.robots.fr3 import FR3
from body.contract.observation import Observation
from body.contract.tokens import ActionTokens
from cerebellum.runtime.controller import Cerebellum
import cerebellum.playback
c = Cerebellum({str(tiny.out)!r}, FR3)
seen = Observation(0, FR3.home, np.zeros(7), 0.08)
c.reset(seen)
c.step(seen, ActionTokens({tokens().codes}, c.codec_id, 0), 0.1)
print(sorted({{"torch", "transformers", "onnx", "safetensors"}} & set(sys.modules)))
"""
    made = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY
    )
    assert made.returncode == 0, made.stderr
    assert made.stdout.strip() == "[]"


def whole_model(folder: Path) -> Path:
    torch.manual_seed(0)
    save_codec(CODEC, folder)
    statistics = Statistics(np.zeros(7), np.ones(7), np.ones(7), FORCE_SCALE)
    return save_model(folder, Controller(NetworkConfig()), statistics, CODEC, FR3)


def p50_ms(folder: Path, engine: Engine) -> float:
    """Of one thread's own time: test machines are shared."""
    cerebellum = Cerebellum(folder, FR3, engine=engine, replan=1, trial=True)
    cerebellum.reset(seen(0, FR3.home))
    own = []
    for tick in range(60):
        observation, started = seen(tick, FR3.home), time.process_time()
        cerebellum.step(observation, tokens(), 0.1)
        own.append(1e3 * (time.process_time() - started))
    return float(np.median(own[10:]))


@pytest.mark.slow
def test_the_shipped_size_decides_faster_than_in_torch_on_one_thread(tmp_path, record_property):
    folder = whole_model(tmp_path / "model")
    export(folder, tmp_path / "engine")
    found = p50_ms(folder, OnnxEngine.load(tmp_path / "engine"))
    eager = p50_ms(folder, TorchEngine.load(folder))
    record_property("controller_ms_p50", round(found, 2))
    print(f"controller tick p50 {found:.2f} ms of one thread, in torch {eager:.2f} ms")
    assert found < 0.9 * eager
