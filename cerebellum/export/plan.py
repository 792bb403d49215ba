"""TensorRT plans from the ONNX graphs: parsed and built with the API that 10, 11 and RTX share.

Networks are strongly typed: the graph's types are the precision, there is nothing to ask for and
nothing to be refused silently. TensorRT-RTX builds without a GPU; running needs one.
"""

from pathlib import Path
from types import ModuleType
from typing import Any

from cerebellum.engines.protocol import EngineError


def build_plan(trt: ModuleType, graph: Path, plan: Path) -> None:
    """Write the plan of an ONNX graph.

    Args:
        trt: the module, from :func:`cerebellum.engines.tensorrt_engine.load_tensorrt`.

    Raises:
        EngineError: TensorRT does not parse or build the graph.
    """
    logger = trt.Logger(trt.Logger.ERROR)
    builder = trt.Builder(logger)
    network = builder.create_network(_flags(trt))
    parser = trt.OnnxParser(network, logger)
    if not parser.parse_from_file(str(graph)):
        errors = "; ".join(str(parser.get_error(i)) for i in range(parser.num_errors))
        raise EngineError(
            f"{trt.__name__} {trt.__version__} does not parse {graph.name}: {errors}; export in "
            "another --precision, or --to onnx"
        )
    config = builder.create_builder_config()
    config.clear_flag(trt.BuilderFlag.TF32)  # on by default: float32 would silently be less
    built: Any = builder.build_serialized_network(network, config)
    if built is None:
        raise EngineError(
            f"{trt.__name__} {trt.__version__} does not build {graph.name} (its log lines above "
            "say why); TensorRT-RTX builds without a GPU, TensorRT 10 and 11 need theirs"
        )
    plan.write_bytes(bytes(built))


def _flags(trt: ModuleType) -> int:
    """Strongly typed; TensorRT 11 knows nothing else and may have dropped the flag."""
    flag = getattr(trt.NetworkDefinitionCreationFlag, "STRONGLY_TYPED", None)
    return 0 if flag is None else 1 << int(flag)
