"""What runs the controller's network without torch."""

from cerebellum.engines.build import cache_root, load_engine, model_facts
from cerebellum.engines.description import require_fit, require_verified
from cerebellum.engines.onnx_engine import OnnxEngine, require_provider
from cerebellum.engines.opening import open_engine
from cerebellum.engines.protocol import Engine, EngineError, Senses

__all__ = [
    "Engine", "EngineError", "OnnxEngine", "Senses", "cache_root", "load_engine", "model_facts",
    "open_engine", "require_fit", "require_provider", "require_verified",
]  # fmt: skip
