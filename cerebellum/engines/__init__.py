"""What runs the controller's network without torch."""

from cerebellum.engines.build import cache_root, load_engine
from cerebellum.engines.onnx_engine import OnnxEngine
from cerebellum.engines.protocol import Engine, EngineError, Senses

__all__ = ["Engine", "EngineError", "OnnxEngine", "Senses", "cache_root", "load_engine"]
