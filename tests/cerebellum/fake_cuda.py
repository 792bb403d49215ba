"""A CUDA driver and TensorRT plans that live in host memory: a rehearsal without a GPU.

Addresses are real, work is queued, captured and replayed as on a stream; the kernels are ONNX
Runtime's. What a GPU alone can show (that TensorRT accepts the calls) is not shown here.
"""

import ctypes
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from cerebellum.engines.onnx_engine import open_session

Work = Callable[[], None]


def at(address: int, shape: tuple[int, ...]) -> np.ndarray:
    count = int(np.prod(shape))
    return np.ctypeslib.as_array((ctypes.c_float * count).from_address(address)).reshape(shape)


class FakeCuda:
    """Answers as cerebellum.engines.cuda.Cuda does; `launches` counts replays of graphs."""

    name = "rehearsal"
    stream = 7

    def __init__(self) -> None:
        self.memory: list[np.ndarray] = []
        self.queue: list[Work] = []
        self.launches = 0

    def allocate(self, size: int) -> int:
        self.memory.append(np.full(size // 4, np.nan, np.float32))
        return self.memory[-1].ctypes.data

    def pinned(self, shape: tuple[int, ...]) -> np.ndarray:
        return np.zeros(shape, np.float32)

    def upload(self, target: int, source: np.ndarray) -> None:
        self.queue.append(lambda: at(target, source.shape).__setitem__(..., source))

    def download(self, target: np.ndarray, source: int) -> None:
        self.queue.append(lambda: target.__setitem__(..., at(source, target.shape)))

    def synchronise(self) -> None:
        queued, self.queue = self.queue, []
        for work in queued:
            work()

    def capture(self, work: Work) -> Work:
        before, self.queue = self.queue, []
        work()
        captured, self.queue = self.queue, before

        def launch() -> None:
            self.launches += 1
            self.queue.extend(captured)

        return launch


class FakePlan:
    """Answers as an ICudaEngine and its execution context, computing an ONNX graph."""

    def __init__(self, graph: Path, cuda: FakeCuda) -> None:
        self.session, self.cuda = open_session(graph), cuda
        self.inputs = {i.name: tuple(i.shape) for i in self.session.get_inputs()}
        self.outputs = {o.name: tuple(o.shape) for o in self.session.get_outputs()}
        self.addresses: dict[str, int] = {}

    @property
    def num_io_tensors(self) -> int:
        return len(self.inputs) + len(self.outputs)

    def get_tensor_name(self, index: int) -> str:
        return [*self.inputs, *self.outputs][index]

    def get_tensor_shape(self, name: str) -> tuple[int, ...]:
        return (self.inputs | self.outputs)[name]

    def get_tensor_mode(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(name="INPUT" if name in self.inputs else "OUTPUT")

    def create_execution_context(self) -> "FakePlan":
        return self

    def set_tensor_address(self, name: str, address: int) -> bool:
        self.addresses[name] = address
        return True

    def execute_async_v3(self, stream: int) -> bool:
        assert stream == self.cuda.stream and len(self.addresses) == self.num_io_tensors

        def kernel() -> None:
            feed = {name: at(self.addresses[name], shape) for name, shape in self.inputs.items()}
            for name, value in zip(self.outputs, self.session.run(None, feed), strict=True):
                at(self.addresses[name], value.shape)[...] = value

        self.cuda.queue.append(kernel)
        return True
