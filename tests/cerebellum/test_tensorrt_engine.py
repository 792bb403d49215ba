"""TensorRT: plans are built for real where TensorRT-RTX is installed, and run in rehearsal.

Running them for real needs an NVIDIA GPU: benchmarks/gpu.sh does it there.
"""

import ctypes
import importlib.util
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from body.robots.fr3 import FR3
from cerebellum.engines import EngineError, OnnxEngine, open_engine
from cerebellum.engines.tensorrt_engine import MODULES, TensorrtEngine, load_tensorrt
from cerebellum.export.gate import COSINE
from cerebellum.export.samples import random_senses
from cerebellum.export.write import export
from cerebellum.runtime.controller import Cerebellum
from cerebellum.train_config import TrainControllerConfig
from tests.cerebellum.fake_cuda import FakeCuda, FakePlan

TYPES = {"fp32": {"float"}, "fp16": {"float16"}, "int8": {"float", "int8"}}


def gpu() -> bool:
    try:
        return ctypes.CDLL("libcuda.so.1").cuInit(0) == 0
    except OSError:
        return False


needs_tensorrt = pytest.mark.skipif(
    not any(importlib.util.find_spec(name) for name in MODULES),
    reason="no TensorRT: pip install 'pontine[tensorrt]' gives tensorrt-rtx, which builds here",
)
slow = pytest.mark.slow  # each plan takes a quarter of a minute
needs_gpu = pytest.mark.skipif(
    not gpu(), reason="no NVIDIA GPU: a TensorRT plan can be built here but not run"
)


@pytest.fixture(scope="module")
def onnx_folder(tiny: TrainControllerConfig, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("onnx") / "engine"
    export(tiny.out, folder)
    return folder


@pytest.fixture(scope="module", params=list(COSINE))
def plans(request, tiny: TrainControllerConfig, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plans") / request.param
    export(tiny.out, folder, "tensorrt", request.param)
    return folder


def test_the_rehearsal_computes_what_onnx_runtime_computes(onnx_folder: Path):
    onnx = OnnxEngine.load(onnx_folder)
    cuda = FakeCuda()
    parts = [FakePlan(onnx_folder / f"{name}.onnx", cuda) for name in ("encoder", "field")]
    engine = TensorrtEngine(*parts, onnx.describe(), cuda)  # type: ignore[arg-type]
    engine.warm_up()
    before = cuda.launches
    for one in random_senses(7, 5, seed=2):
        chunk, gates = engine.infer(one)
        wanted, wanted_gates = onnx.infer(one)
        assert np.array_equal(chunk, wanted) and np.array_equal(gates, wanted_gates)
    assert cuda.launches - before == 5 * (1 + 5)  # one graph for the encoder, one an Euler step
    assert engine.describe()["device"] == "rehearsal"


def test_a_plan_that_refuses_to_run_is_an_error(onnx_folder: Path, monkeypatch):
    cuda = FakeCuda()
    parts = [FakePlan(onnx_folder / f"{name}.onnx", cuda) for name in ("encoder", "field")]
    monkeypatch.setattr(parts[0], "execute_async_v3", lambda stream: False)
    description = OnnxEngine.load(onnx_folder).describe()
    with pytest.raises(EngineError, match="refused to run"):
        TensorrtEngine(*parts, description, cuda)  # type: ignore[arg-type]


def test_without_tensorrt_the_remedy_is_named(monkeypatch):
    def missing(name: str) -> None:
        raise ImportError(f"no module {name}")

    monkeypatch.setattr("cerebellum.engines.tensorrt_engine.importlib.import_module", missing)
    with pytest.raises(EngineError, match=r"no module tensorrt_rtx.*pip install"):
        load_tensorrt()


@slow
@needs_tensorrt
def test_plans_are_built_in_every_precision(plans: Path):
    description = json.loads((plans / "engine.json").read_text())
    assert description["tensorrt"]["module"] in MODULES
    rehearsed = description["rehearsed"]
    assert rehearsed["random"]["cosine"] >= COSINE[description["precision"]]
    assert set(rehearsed["typed"]) == TYPES[description["precision"]]
    for name in ("encoder.plan", "field.plan"):
        assert (plans / name).stat().st_size > 10_000 and name in description["files"]


@slow
@needs_tensorrt
@pytest.mark.skipif(gpu(), reason="this machine has a GPU: the engine is verified at once")
def test_built_elsewhere_it_is_unverified_and_does_not_arm(
    plans: Path, onnx_folder: Path, tiny: TrainControllerConfig
):
    description = json.loads((plans / "engine.json").read_text())
    assert description["verified"] == {}
    with pytest.raises(EngineError, match="no NVIDIA driver"):
        open_engine(plans)
    cuda = FakeCuda()
    parts = [FakePlan(plans / f"{name}.onnx", cuda) for name in ("encoder", "field")]
    engine = TensorrtEngine(*parts, description, cuda)  # type: ignore[arg-type]
    with pytest.raises(EngineError, match=r"unverified .* --verify"):
        Cerebellum(tiny.out, FR3, engine=engine)
    elsewhere = {"TensorRT": {"device": "another GPU"}}
    engine = TensorrtEngine(*parts, {**description, "verified": elsewhere}, cuda)  # type: ignore[arg-type]
    with pytest.raises(EngineError, match="judged on another GPU, this is rehearsal"):
        Cerebellum(tiny.out, FR3, engine=engine)


@slow
@needs_tensorrt
def test_plans_of_another_version_are_refused(plans: Path, tmp_path: Path):
    folder = shutil.copytree(plans, tmp_path / "engine")
    description = json.loads((folder / "engine.json").read_text())
    description["tensorrt"]["version"] = "9.9"
    (folder / "engine.json").write_text(json.dumps(description))
    with pytest.raises(EngineError, match=r"9\.9, here is .* again with pontine export"):
        open_engine(folder)


@slow
@needs_tensorrt
@needs_gpu
def test_plans_run_on_the_gpu(plans: Path):
    engine, graphs = open_engine(plans), plans
    cuda = FakeCuda()
    parts = [FakePlan(graphs / f"{name}.onnx", cuda) for name in ("encoder", "field")]
    rehearsal = TensorrtEngine(*parts, engine.describe(), cuda)  # type: ignore[arg-type]
    for one in random_senses(7, 10):
        assert np.abs(engine.infer(one)[0] - rehearsal.infer(one)[0]).max() < 0.05
