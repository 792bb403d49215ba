"""Engines in every precision: they compute what torch computes, and say in what."""

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnxruntime.quantization import QuantType

from cerebellum.engines import EngineError, OnnxEngine, open_engine
from cerebellum.export.gate import COSINE
from cerebellum.export.int8 import weight_type
from cerebellum.export.samples import random_senses
from cerebellum.export.write import export, verify
from cerebellum.torch_engine import TorchEngine, reference
from cerebellum.train_config import TrainControllerConfig

pytestmark = pytest.mark.slow  # each export takes seconds
WEIGHTS = {QuantType.QInt8: "int8", QuantType.QUInt8: "uint8"}[weight_type()]
KINDS = {"fp32": {"float"}, "fp16": {"float"}, "int8": {"float", WEIGHTS}}


@pytest.fixture(scope="module")
def exported(
    tiny: TrainControllerConfig, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """An ONNX engine of the toy controller in each precision."""
    made = {}
    for precision in COSINE:
        made[precision] = tmp_path_factory.mktemp("exported") / precision
        export(tiny.out, made[precision], "onnx", precision)  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize("precision", COSINE)
def test_an_engine_computes_what_torch_computes(
    tiny: TrainControllerConfig, exported: dict[str, Path], precision: str
):
    senses = list(random_senses(7, 30, seed=9))
    engine = OnnxEngine.load(exported[precision])
    found = np.stack([engine.infer(one)[0] for one in senses])
    wanted = reference(tiny.out, senses)
    allowed = {"fp32": 1e-4, "fp16": 2e-2, "int8": 0.2}[precision]
    error = np.abs(found - wanted).max()
    assert error < allowed and (error > 1e-4 or precision == "fp32")  # it is another precision
    for chunk, one in zip(found, senses, strict=True):
        committed = int(one.prefix_mask.sum())
        assert np.array_equal(chunk[:committed], one.prefix[0, :committed])


@pytest.mark.parametrize("precision", COSINE)
def test_the_precision_really_used_is_written_down(exported: dict[str, Path], precision: str):
    description = json.loads((exported[precision] / "engine.json").read_text())
    assert description["precision"] == precision
    judged = description["verified"]["CPUExecutionProvider"]
    # the CPU has no float16 kernels: a float16 graph runs in float32 there, and that is said
    assert set(judged["computes_in"]) == KINDS[precision]
    assert judged["random"]["cosine"] >= COSINE[precision]


def test_precisions_differ_in_what_the_weights_take(exported: dict[str, Path]):
    size = {p: (folder / "field.onnx").stat().st_size for p, folder in exported.items()}
    assert max(size["fp16"], size["int8"]) < 0.75 * size["fp32"]


def test_shapes_are_static_and_the_committed_prefix_is_inside(exported: dict[str, Path]):
    graph = onnx.load(str(exported["fp32"] / "field.onnx")).graph
    shapes = {
        value.name: [d.dim_value for d in value.type.tensor_type.shape.dim]
        for value in (*graph.input, *graph.output)
    }
    assert shapes["z"] == shapes["prefix"] == shapes["velocity"] == [1, 16, 5]
    assert shapes["prefix_mask"] == [1, 16] and shapes["t"] == [1]


def test_a_failed_gate_writes_nothing(tiny: TrainControllerConfig, tmp_path: Path, monkeypatch):
    monkeypatch.setitem(COSINE, "fp16", 1.0)
    with pytest.raises(EngineError, match="parity gate failed on random inputs"):
        export(tiny.out, tmp_path / "engine", "onnx", "fp16")
    assert not (tmp_path / "engine").exists()

    def lost(engine: object) -> dict:
        raise EngineError("closed-loop gate failed")

    with pytest.raises(EngineError, match="closed-loop"):
        export(tiny.out, tmp_path / "engine", closed_loop=lost)
    assert not (tmp_path / "engine").exists()


def test_verifying_replaces_the_verdict(
    tiny: TrainControllerConfig, exported: dict[str, Path], tmp_path: Path
):
    folder = shutil.copytree(exported["fp32"], tmp_path / "engine")
    recorded = list(random_senses(7, 5, seed=3))
    judged = verify(tiny.out, folder, recorded, lambda engine: {"episodes": 1})
    entry = judged["verified"]["CPUExecutionProvider"]
    assert entry["recorded"]["inputs"] == 5 and entry["closed_loop"] == {"episodes": 1}
    assert OnnxEngine.load(folder).describe()["verified"] == judged["verified"]

    def lost(engine: object) -> dict:
        raise EngineError("closed-loop gate failed")

    with pytest.raises(EngineError, match="closed-loop"):
        verify(tiny.out, folder, recorded, lost)
    assert OnnxEngine.load(folder).describe()["verified"] == {}


def test_an_altered_file_or_statistic_is_refused(exported: dict[str, Path], tmp_path: Path):
    folder = shutil.copytree(exported["fp32"], tmp_path / "engine")
    graph = folder / "field.onnx"
    whole = graph.read_bytes()
    graph.write_bytes(whole[:-1] + b"x")
    with pytest.raises(EngineError, match=r"field.onnx: is not the file that was judged"):
        open_engine(folder)
    graph.unlink()
    with pytest.raises(EngineError, match="missing"):
        open_engine(folder)
    graph.write_bytes(whole)
    description = json.loads((folder / "engine.json").read_text())
    description["statistics"]["move"] = 0.03
    (folder / "engine.json").write_text(json.dumps(description))
    with pytest.raises(EngineError, match="statistics do not have the hash"):
        open_engine(folder)


def test_an_unknown_engine_is_refused(exported: dict[str, Path], tmp_path: Path):
    folder = shutil.copytree(exported["fp32"], tmp_path / "engine")
    description = json.loads((folder / "engine.json").read_text())
    (folder / "engine.json").write_text(json.dumps({**description, "engine": "abacus"}))
    with pytest.raises(EngineError, match="'abacus' is unknown"):
        open_engine(folder)


def test_a_provider_that_is_not_here_is_an_error_unless_permitted(exported: dict[str, Path]):
    import onnxruntime

    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("this ONNX Runtime has CUDA")
    with pytest.raises(EngineError, match=r"no CUDAExecutionProvider.*--fallback"):
        open_engine(exported["fp32"], "cuda")
    engine = open_engine(exported["fp32"], "cuda", fallback=True)
    assert engine.describe()["provider"] == "CPUExecutionProvider"


def test_the_torch_engine_is_the_reference(tiny: TrainControllerConfig):
    senses = list(random_senses(7, 5))
    engine = TorchEngine.load(tiny.out)
    found = np.stack([engine.infer(one)[0] for one in senses])
    assert np.abs(found - reference(tiny.out, senses)).max() < 1e-4
    with pytest.raises(EngineError, match="CUDA"):
        TorchEngine(tiny.out, device="cuda", mode="cuda_graph")


def test_torch_in_half_is_what_is_exported_in_half(tiny: TrainControllerConfig):
    (one,) = random_senses(7, 1)
    half, whole = TorchEngine(tiny.out, half=True), TorchEngine(tiny.out)
    error = np.abs(half.infer(one)[0] - whole.infer(one)[0]).max()
    assert 1e-6 < error < 2e-2 and half.describe()["precision"] == "fp16"
