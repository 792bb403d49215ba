"""The controller in ONNX Runtime: on one CPU thread, on CUDA, or on TensorRT through it."""

import sys
from pathlib import Path
from typing import Any, Self

import onnxruntime as ort

from cerebellum.engines.cuda import gpu_name
from cerebellum.engines.description import CPU, read_description
from cerebellum.engines.device import cpu_name
from cerebellum.engines.euler import EulerEngine
from cerebellum.engines.protocol import ENCODER_INPUTS, EngineError, Senses
from cerebellum.inputs import Floats

ENCODER, FIELD = "encoder.onnx", "field.onnx"
PROVIDERS = {
    "cpu": CPU,
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
}


class OnnxEngine(EulerEngine):
    """Two inference sessions; see :class:`cerebellum.engines.protocol.Engine`."""

    def __init__(
        self, encoder: ort.InferenceSession, field: ort.InferenceSession, description: dict
    ) -> None:
        provider = encoder.get_providers()[0]
        super().__init__(description, provider, cpu_name() if provider == CPU else gpu_name())
        self._encoder, self._field = encoder, field
        self._held: dict[str, Floats] = {}

    @classmethod
    def load(cls, folder: Path, provider: str = "cpu", fallback: bool = False) -> Self:
        """Load `folder` on the execution provider called `provider` ("cpu", "cuda", "tensorrt").

        Args:
            fallback: take the CPU where the provider cannot be had or lacks an operator.

        Raises:
            EngineError: no usable engine there, or the provider is not to be had.
        """
        description = read_description(folder)
        if description.get("engine") != "onnxruntime":
            raise EngineError(f"{folder}: holds a {description.get('engine')} engine")
        return cls(
            open_session(folder / ENCODER, provider, fallback),
            open_session(folder / FIELD, provider, fallback),
            description,
        )

    def encode(self, senses: Senses) -> Floats:
        named = {name: getattr(senses, name) for name in ENCODER_INPUTS}
        context, gates = self._encoder.run(None, named)
        self._held = {
            "context": context,
            "prefix": senses.prefix,
            "prefix_mask": senses.prefix_mask,
        }
        return gates

    def velocity(self, z: Floats, t: Floats) -> Floats:
        return self._field.run(None, {"z": z, "t": t, **self._held})[0]


def open_session(
    path: Path,
    provider: str = "cpu",
    fallback: bool = False,
    options: ort.SessionOptions | None = None,
) -> ort.InferenceSession:
    """One thread, static graph, and the provider asked for or none.

    ONNX Runtime by itself takes the CPU, with no more than a log line, where a provider fails to
    load or lacks an operator: both are errors here unless `fallback` permits them.

    Raises:
        EngineError: with what is available and the remedy.
    """
    wanted = PROVIDERS[provider]
    available = ort.get_available_providers()
    require_provider(provider, fallback)
    options = options or ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 3
    if wanted != CPU and not fallback:
        options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
    try:
        chosen: Any = [name for name in dict.fromkeys((wanted, CPU)) if name in available]
        session = ort.InferenceSession(str(path), options, providers=chosen)
    except Exception as error:  # ONNX Runtime raises its own, undocumented types
        raise EngineError(
            f"{path}: ONNX Runtime cannot run it on {wanted} ({error}); if the file is damaged "
            "delete its folder, it is rebuilt; `pontine doctor` looks at the driver"
        ) from error
    if (took := session.get_providers()[0]) != wanted:
        if not fallback:
            raise EngineError(
                f"{path}: asked for {wanted}, ONNX Runtime took {took}; "
                "`pontine doctor` looks at the driver, --fallback permits it"
            )
        print(f"note: {path.name} runs on {took}, not on {wanted} (--fallback)", file=sys.stderr)
    return session


def require_provider(provider: str, fallback: bool = False) -> None:
    """Refuse an execution provider that this build of ONNX Runtime has not.

    Raises:
        EngineError: with what it has, and the remedy.
    """
    wanted, available = PROVIDERS[provider], ort.get_available_providers()
    if wanted not in available and not fallback:
        raise EngineError(
            f"ONNX Runtime has no {wanted} here (it has {', '.join(available)}). Remedy: install "
            "onnxruntime-gpu in place of onnxruntime, or permit the CPU with --fallback"
        )
