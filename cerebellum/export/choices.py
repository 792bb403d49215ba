"""What an engine is written for, and in which precision."""

from typing import Literal

Target = Literal["onnx", "tensorrt"]
Precision = Literal["fp32", "fp16", "int8"]
