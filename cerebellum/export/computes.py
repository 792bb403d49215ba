"""What matrices and convolutions are really computed in, read off the graph that is run.

For ONNX Runtime that is the graph it optimised: its CPU provider has no float16 kernels, for
example, and puts casts around float32 ones, which nothing else tells. For TensorRT it is the
exported graph, for a strongly typed network computes in the types it is given.
"""

import tempfile
from collections import Counter
from pathlib import Path

import onnx
import onnxruntime as ort

from cerebellum.engines.onnx_engine import ENCODER, FIELD, open_session

HEAVY = ("Gemm", "MatMul", "Conv")  # and what they are fused into


def computes_in(folder: Path, provider: str = "cpu") -> dict[str, int]:
    """Type of the weights' operand to number of operators, both graphs together."""
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        for name in (ENCODER, FIELD):
            options = ort.SessionOptions()
            options.optimized_model_filepath = str(Path(scratch) / name)
            options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
            open_session(folder / name, provider, True, options)
            found += _operators(onnx.load(options.optimized_model_filepath))
    return dict(sorted(found.items()))


def typed(folder: Path) -> dict[str, int]:
    """As :func:`computes_in`, of the exported graphs as they are."""
    found = sum((_operators(onnx.load(str(folder / n))) for n in (ENCODER, FIELD)), Counter())
    return dict(sorted(found.items()))


def _operators(model: onnx.ModelProto) -> Counter[str]:
    """Heavy operators by the type of their second operand."""
    graph = onnx.shape_inference.infer_shapes(model).graph
    kinds = {tensor.name: tensor.data_type for tensor in graph.initializer}
    for value in (*graph.value_info, *graph.input, *graph.output):
        kinds[value.name] = value.type.tensor_type.elem_type
    for node in graph.node:
        if node.op_type == "Cast":
            kinds[node.output[0]] = next(a.i for a in node.attribute if a.name == "to")
        elif node.op_type == "DequantizeLinear":  # what TensorRT fuses into the operator
            kinds[node.output[0]] = kinds.get(node.input[0], onnx.TensorProto.UNDEFINED)
    found: Counter[str] = Counter()
    for node in graph.node:
        if any(word in node.op_type for word in HEAVY):
            kind = kinds.get(node.input[1], onnx.TensorProto.UNDEFINED)
            found[onnx.TensorProto.DataType.Name(kind).lower()] += 1
    return found
