"""The controller in TensorRT 10 or 11, or TensorRT-RTX: their common API, one CUDA graph a part.

Encoder and field are plans built from strongly typed ONNX graphs (see cerebellum/export/plan.py).
Inputs go through pinned buffers; the context never leaves the device; copies and kernels of each
part are captured once and queued with one call.
"""

import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from cerebellum.engines.cuda import Cuda
from cerebellum.engines.description import read_description
from cerebellum.engines.euler import EulerEngine
from cerebellum.engines.protocol import ENCODER_INPUTS, EngineError, Senses
from cerebellum.inputs import Floats

ENCODER_PLAN, FIELD_PLAN = "encoder.plan", "field.plan"
MODULES = ("tensorrt", "tensorrt_rtx")  # in the order of preference
PROVIDER = "TensorRT"


def load_tensorrt(name: str | None = None) -> ModuleType:
    """The module `name`, or the first of `MODULES` that works here.

    Raises:
        EngineError: none can be imported; names what to install.
    """
    tried = []
    for candidate in (name,) if name else MODULES:
        try:
            module = importlib.import_module(candidate)
            module.Logger  # noqa: B018  the wheels called tensorrt may be empty shells
            return module
        except Exception as error:  # a stub or a foreign CUDA raises whatever its loader raises
            tried.append(f"{candidate}: {error}")
    raise EngineError(
        f"TensorRT cannot be imported ({'; '.join(tried)}); pip install 'pontine[tensorrt]' gives "
        "TensorRT-RTX, NVIDIA's own packages give TensorRT 10 or 11"
    )


class TensorrtEngine(EulerEngine):
    """Two plans on one stream; see :class:`cerebellum.engines.protocol.Engine`.

    Args:
        encoder, field: deserialised plans (ICudaEngine).
    """

    def __init__(self, encoder: Any, field: Any, description: dict[str, Any], cuda: Cuda) -> None:
        super().__init__(description, PROVIDER, cuda.name)
        self._cuda = cuda
        context = cuda.allocate(4 * int(np.prod(tuple(encoder.get_tensor_shape("context")))))
        shared = {"context": context}
        self._encoder = _Part(encoder, cuda, shared)
        self._field = _Part(field, cuda, shared)

    @classmethod
    def load(cls, folder: Path) -> "TensorrtEngine":
        description = read_description(folder)
        if description.get("engine") != "tensorrt":
            raise EngineError(f"{folder}: holds a {description.get('engine')} engine")
        made_with = description["tensorrt"]
        trt = load_tensorrt(made_with["module"])
        if trt.__version__ != made_with["version"]:
            raise EngineError(
                f"{folder}: built by {made_with['module']} {made_with['version']}, here is "
                f"{trt.__version__}; plans fit one version: make it again with pontine export"
            )
        cuda = Cuda()
        runtime = trt.Runtime(trt.Logger(trt.Logger.ERROR))
        plans = []
        for name in (ENCODER_PLAN, FIELD_PLAN):
            plan = runtime.deserialize_cuda_engine((folder / name).read_bytes())
            if plan is None:
                raise EngineError(
                    f"{folder / name}: TensorRT {trt.__version__} cannot load it on {cuda.name} "
                    "(its log line above says why); make it again with pontine export here"
                )
            plans.append(plan)
        return cls(plans[0], plans[1], description, cuda)

    def encode(self, senses: Senses) -> Floats:
        self._encoder.run({name: getattr(senses, name) for name in ENCODER_INPUTS})
        self._field.fill(prefix=senses.prefix, prefix_mask=senses.prefix_mask)
        return self._encoder.host["gates"].copy()

    def velocity(self, z: Floats, t: Floats) -> Floats:
        self._field.run({"z": z, "t": t})
        return self._field.host["velocity"].copy()


class _Part:
    """One plan: its buffers on both sides, and everything it queues as one CUDA graph."""

    def __init__(self, plan: Any, cuda: Cuda, shared: dict[str, int]) -> None:
        self._cuda, self._plan = cuda, plan
        self._execution = plan.create_execution_context()
        self.host: dict[str, Floats] = {}
        self._device: dict[str, int] = {}
        self._inputs: list[str] = []
        for index in range(plan.num_io_tensors):
            name = plan.get_tensor_name(index)
            shape = tuple(plan.get_tensor_shape(name))
            if name in shared:
                self._device[name] = shared[name]
            else:
                self.host[name] = cuda.pinned(shape)
                self._device[name] = cuda.allocate(4 * int(np.prod(shape)))
                if plan.get_tensor_mode(name).name == "INPUT":
                    self._inputs.append(name)
            self._execution.set_tensor_address(name, self._device[name])
        self._queue_all()  # what TensorRT prepares at the first run cannot be captured
        cuda.synchronise()
        self._launch: Callable[[], None] = cuda.capture(self._queue_all)

    def fill(self, **values: Floats) -> None:
        """Write inputs into their pinned buffers."""
        for name, value in values.items():
            self.host[name][...] = value

    def run(self, values: dict[str, Floats]) -> None:
        """Fill inputs, run, and wait: outputs then lie in `host`."""
        self.fill(**values)
        self._launch()
        self._cuda.synchronise()

    def _queue_all(self) -> None:
        for name in self._inputs:
            self._cuda.upload(self._device[name], self.host[name])
        if not self._execution.execute_async_v3(self._cuda.stream):
            raise EngineError(
                "TensorRT refused to run the plan (its log line above says why); make it again "
                "with pontine export on this machine"
            )
        for name in self.host.keys() - set(self._inputs):
            self._cuda.download(self.host[name], self._device[name])
