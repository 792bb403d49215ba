"""From a folder that `pontine export` wrote to the engine in it."""

from pathlib import Path

from cerebellum.engines.description import ENGINES, read_description
from cerebellum.engines.euler import EulerEngine
from cerebellum.engines.onnx_engine import OnnxEngine
from cerebellum.engines.protocol import EngineError
from cerebellum.engines.tensorrt_engine import TensorrtEngine


def open_engine(folder: Path, provider: str = "cpu", fallback: bool = False) -> EulerEngine:
    """Load the engine in `folder`, whatever it was built with.

    Args:
        provider: ONNX Runtime's execution provider: "cpu", "cuda" or "tensorrt".
        fallback: permit ONNX Runtime to take the CPU instead.

    Raises:
        EngineError: the folder holds none, or it cannot run here.
    """
    kind = engine_kind(folder)
    if kind == "tensorrt":
        return TensorrtEngine.load(folder)
    if kind != "onnxruntime":
        raise EngineError(f"{folder}: engine {kind!r} is unknown; known are {', '.join(ENGINES)}")
    return OnnxEngine.load(folder, provider, fallback)


def engine_kind(folder: Path) -> str:
    """What runs the engine in `folder`: "onnxruntime", "tensorrt"; raises EngineError."""
    return str(read_description(folder).get("engine"))
