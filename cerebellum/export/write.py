"""A model folder becomes an engine folder, if the engine passes its gate."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import onnx
import onnxruntime
import torch

from cerebellum import flow
from cerebellum.engines.build import model_facts
from cerebellum.engines.description import (
    file_hash,
    read_description,
    require_fit,
    write_description,
)
from cerebellum.engines.euler import EulerEngine
from cerebellum.engines.onnx_engine import ENCODER, FIELD, OnnxEngine, open_session
from cerebellum.engines.opening import open_engine
from cerebellum.engines.protocol import EngineError, Senses
from cerebellum.engines.tensorrt_engine import ENCODER_PLAN, FIELD_PLAN, load_tensorrt
from cerebellum.export.choices import Precision, Target
from cerebellum.export.computes import computes_in, typed
from cerebellum.export.gate import INPUTS, judge
from cerebellum.export.graphs import OPSET, write_graphs
from cerebellum.export.int8 import to_int8_calibrated, to_int8_dynamic
from cerebellum.export.plan import build_plan
from cerebellum.export.samples import random_senses
from cerebellum.statistics import Statistics
from cerebellum.torch_engine import reference
from cerebellum.weights import load_model

ClosedLoop = Callable[[EulerEngine], dict[str, Any]]
CALIBRATION = 600  # random decisions, besides 100 recorded ones, that fix int8 scales


def export(
    model: Path,
    folder: Path,
    target: Target = "onnx",
    precision: Precision = "fp32",
    recorded: Sequence[Senses] = (),
    closed_loop: ClosedLoop | None = None,
    provider: str = "cpu",
    tensorrt: str | None = None,
) -> dict[str, Any]:
    """Write the engine of `model` into the new `folder`, judge it, and return engine.json.

    A TensorRT engine that cannot run on this machine is judged by its graphs in ONNX Runtime, and
    stays unverified.

    Args:
        recorded: decisions of a recording to judge it on beside random ones.
        closed_loop: gives the figures of paired episodes, or raises; left out without a simulator.
        provider: where ONNX Runtime is to run: "cpu", "cuda" or "tensorrt".
        tensorrt: module that builds plans; None: the first of `MODULES` that can be imported.

    Raises:
        ModelFolderError: the model folder is damaged.
        EngineError: the engine cannot be built or failed its gate; `folder` is then removed.
    """
    torch.set_num_threads(1)
    folder.mkdir(parents=True)
    try:
        description = _build(model, folder, target, precision, recorded, tensorrt)
        write_description(folder, description)
        try:
            engine = open_engine(folder, provider)
        except EngineError as error:
            if target == "onnx":
                raise
            reason = str(error)
            graphs = _in_onnx_runtime(folder, description)
            parity = _parity(model, graphs, recorded)
            description["rehearsed"] = {
                "because": reason,
                "on": "the same graphs in ONNX Runtime, CPU",
                "typed": typed(folder),
                **parity,
            }
        else:
            entry = _judged(model, folder, engine, recorded, closed_loop, provider)
            description["verified"] = {engine.describe()["provider"]: entry}
        write_description(folder, description)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return description


def verify(
    model: Path,
    folder: Path,
    recorded: Sequence[Senses],
    closed_loop: ClosedLoop | None = None,
    provider: str = "cpu",
) -> dict[str, Any]:
    """Judge the engine in `folder` on this machine; passed, it may arm here. Returns engine.json.

    Arguments are those of :func:`export`.

    Raises:
        EngineError: it does not fit the model, cannot run here, or failed; engine.json then no
            longer says that it has passed on this provider.
    """
    torch.set_num_threads(1)
    description = read_description(folder)
    require_fit(description, model_facts(load_model(model)[1]), model)
    engine = open_engine(folder, provider)
    name = engine.describe()["provider"]
    description["verified"].pop(name, None)
    write_description(folder, description)
    entry = _judged(model, folder, engine, recorded, closed_loop, provider)
    description["verified"][name] = entry
    write_description(folder, description)
    return description


def _judged(
    model: Path,
    folder: Path,
    engine: EulerEngine,
    recorded: Sequence[Senses],
    closed_loop: ClosedLoop | None,
    provider: str,
) -> dict[str, Any]:
    """What is written below `verified`; raises EngineError where the engine failed."""
    found = engine.describe()
    on_onnx_runtime = found["engine"] == "onnxruntime"
    computed = computes_in(folder, provider) if on_onnx_runtime else typed(folder)
    entry = {"device": found["device"], "computes_in": computed, **_parity(model, engine, recorded)}
    if closed_loop is not None:
        entry["closed_loop"] = closed_loop(engine)
    return entry


def _parity(model: Path, engine: EulerEngine, recorded: Sequence[Senses]) -> dict[str, Any]:
    statistics = Statistics.load(model)
    description = engine.describe()
    precision, joints = description["precision"], len(description["joint_names"])
    kinds = {"random": list(random_senses(joints, INPUTS)), "recorded": list(recorded)}
    return {
        kind: judge(kind, engine, senses, reference(model, senses), statistics, precision)
        for kind, senses in kinds.items()
        if senses
    }


def _in_onnx_runtime(folder: Path, description: dict[str, Any]) -> OnnxEngine:
    """The graphs of `folder` on the CPU, whatever engine they are meant for."""
    return OnnxEngine(open_session(folder / ENCODER), open_session(folder / FIELD), description)


def _build(
    model: Path,
    folder: Path,
    target: Target,
    precision: Precision,
    recorded: Sequence[Senses],
    tensorrt: str | None,
) -> dict[str, Any]:
    network, config = load_model(model)
    write_graphs(network, folder, half=precision == "fp16")
    description: dict[str, Any] = {
        **model_facts(config),
        "robot": config["robot"],
        "statistics": Statistics.load(model).config(),
        "engine": "onnxruntime" if target == "onnx" else "tensorrt",
        "precision": precision,
        "euler_steps": flow.EULER_STEPS,
        "opset": OPSET,
        "versions": {
            "torch": torch.__version__,
            "onnx": onnx.__version__,
            "onnxruntime": onnxruntime.__version__,
        },
        "verified": {},
    }
    if precision == "int8" and target == "onnx":
        to_int8_dynamic(folder)
    elif precision == "int8":
        exact = _in_onnx_runtime(folder, description)
        some = random_senses(network.config.joints, CALIBRATION, seed=1)
        to_int8_calibrated(folder, exact, [*recorded[:: max(1, len(recorded) // 100)], *some])
    names = [ENCODER, FIELD]
    if target == "tensorrt":
        trt = load_tensorrt(tensorrt)
        description["tensorrt"] = {"module": trt.__name__, "version": trt.__version__}
        for graph, plan in ((ENCODER, ENCODER_PLAN), (FIELD, FIELD_PLAN)):
            build_plan(trt, folder / graph, folder / plan)
        names += [ENCODER_PLAN, FIELD_PLAN]
    description["files"] = {name: file_hash(folder / name) for name in names}
    return description
