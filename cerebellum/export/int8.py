"""The float32 graphs in int8: the large matrices only, the rest stays float32.

They hold the time (a matrix times one vector is as fast as its weights can be read), while the
small ones around them, first and last layer and the condition, cost accuracy; convolutions in
int8 are slower on a CPU.

ONNX Runtime: activations are quantised as they come, so there is nothing to calibrate. TensorRT:
quantise / dequantise pairs with fixed, symmetric scales, as its strongly typed networks want
them; with fixed scales fewer matrices pass the gate.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import onnx
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)

from cerebellum.engines.device import signed_bytes_overflow
from cerebellum.engines.onnx_engine import ENCODER, FIELD, OnnxEngine
from cerebellum.engines.protocol import ENCODER_INPUTS, Senses
from cerebellum.inputs import Floats

# Names of weights. The upward projections of the first two blocks stay float32: with both in int8
# too the worst of 1,000 random decisions has a cosine of 0.9992 instead of 0.9995. Quantising more
# of the encoder (fuse, correct) drops it to 0.996 and saves a twentieth; so does `context`, whose
# input can hold one feature so large that the scale of its row rounds the others away (0.994).
DYNAMIC = r"camera\.head\..*|blocks\.\d+\.(down|film)\..*|blocks\.2\.up\..*"
CALIBRATED = r"camera\.head\..*|blocks\.[12]\.film\..*"  # with the first block too: 0.998
MATRICES = ["MatMul", "Gemm"]
Feed = dict[str, Floats]


def to_int8_dynamic(folder: Path) -> None:
    """Rewrite both graphs of `folder` with int8 matrices, for ONNX Runtime on a CPU."""
    for name in (ENCODER, FIELD):
        onnx.save(_plain(folder / name), str(folder / name))
        with _quiet():
            quantize_dynamic(
                folder / name, folder / name, op_types_to_quantize=MATRICES, per_channel=True,
                weight_type=weight_type(), nodes_to_quantize=_matrices(folder / name, DYNAMIC),
                extra_options={
                    "MatMulConstBOnly": True, "DefaultTensorType": onnx.TensorProto.FLOAT,
                },
            )  # fmt: skip


def weight_type() -> QuantType:
    """Of weights that this machine's processor multiplies exactly."""
    return QuantType.QUInt8 if signed_bytes_overflow() else QuantType.QInt8


def to_int8_calibrated(folder: Path, engine: OnnxEngine, senses: Sequence[Senses]) -> None:
    """Rewrite both graphs of `folder` with quantise / dequantise pairs, for TensorRT.

    Args:
        engine: the same graphs in float32, loaded. senses: decisions to calibrate on.
    """
    feeds = _feeds(engine, senses)
    for name in (ENCODER, FIELD):
        onnx.save(_plain(folder / name), str(folder / name))
        with _quiet():
            quantize_static(
                folder / name, folder / name, _Reader(feeds[name]),
                quant_format=QuantFormat.QDQ, op_types_to_quantize=MATRICES,
                nodes_to_quantize=_matrices(folder / name, CALIBRATED),
                per_channel=True, activation_type=QuantType.QInt8, weight_type=QuantType.QInt8,
                calibrate_method=CalibrationMethod.MinMax,
                extra_options={
                    "ActivationSymmetric": True, "WeightSymmetric": True, "QuantizeBias": False,
                    "MatMulConstBOnly": True, "DedicatedQDQPair": True,
                    "OpTypesToExcludeOutputQuantization": MATRICES,
                },
            )  # fmt: skip


class _Reader(CalibrationDataReader):
    def __init__(self, feeds: list[Feed]) -> None:
        self._feeds = iter(feeds)

    def get_next(self) -> Feed | None:
        return next(self._feeds, None)


def _feeds(engine: OnnxEngine, senses: Sequence[Senses]) -> dict[str, list[Feed]]:
    """What both graphs are fed in `senses`, every Euler step of the field included."""
    feeds: dict[str, list[Feed]] = {ENCODER: [], FIELD: []}

    class Watched(OnnxEngine):
        def velocity(self, z: Floats, t: Floats) -> Floats:
            feeds[FIELD].append({"z": z, "t": t, **self._held})
            return super().velocity(z, t)

    watched = Watched(engine._encoder, engine._field, engine.describe())
    for one in senses:
        feeds[ENCODER].append({name: getattr(one, name) for name in ENCODER_INPUTS})
        watched.infer(one)
    return feeds


def _matrices(path: Path, weights: str) -> list[str]:
    """Nodes whose matrix has a name like `weights`: as they are, and as the quantiser renames
    them (a Gemm becomes a MatMul first)."""
    names = [
        node.name
        for node in onnx.load(str(path)).graph.node
        if node.op_type in MATRICES and re.fullmatch(weights, node.input[1])
    ]
    return [*names, *(f"{name}_MatMul" for name in names)]


def _plain(path: Path) -> onnx.ModelProto:
    """The graph without the exporter's notes on shapes, which contradict rewritten weights."""
    model = onnx.load(str(path))
    del model.graph.value_info[:]
    return model


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the quantiser's remarks on every tensor, which go to the root logger."""
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
