"""What an engine needs of the CUDA driver, through ctypes: no package to match its version.

Memory on the device, pinned memory on the host, one stream, and graphs captured from it.
"""

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np

from cerebellum.engines.protocol import EngineError
from cerebellum.inputs import Floats

Pointer = int
_LIBRARY = "libcuda.so.1"
_RELAXED = 2  # CU_STREAM_CAPTURE_MODE_RELAXED: TensorRT may allocate while captured
_NON_BLOCKING = 1


class Cuda:
    """The first GPU's primary context and one stream on it.

    Raises:
        EngineError: no driver, or no GPU behind it; also from every call that CUDA refuses.
    """

    def __init__(self) -> None:
        try:
            self._driver: Any = ctypes.CDLL(_LIBRARY)
        except OSError as error:
            raise EngineError(
                f"no NVIDIA driver here ({error}): a TensorRT engine cannot run; install the "
                "driver (in a container pass --gpus all), or export --to onnx"
            ) from error
        self._call("cuInit", 0)
        device, context = ctypes.c_int(), ctypes.c_void_p()
        self._call("cuDeviceGet", ctypes.byref(device), 0)
        name = ctypes.create_string_buffer(128)
        self._call("cuDeviceGetName", name, len(name), device)
        self.name = name.value.decode()
        self._call("cuDevicePrimaryCtxRetain", ctypes.byref(context), device)
        self._call("cuCtxSetCurrent", context)
        stream = ctypes.c_void_p()
        self._call("cuStreamCreate", ctypes.byref(stream), _NON_BLOCKING)
        self.stream: Pointer = stream.value or 0

    def allocate(self, size: int) -> Pointer:
        """`size` bytes on the device, for this process's lifetime."""
        pointer = ctypes.c_uint64()
        self._call("cuMemAlloc_v2", ctypes.byref(pointer), ctypes.c_size_t(size))
        return pointer.value

    def pinned(self, shape: tuple[int, ...]) -> Floats:
        """A float32 array in page-locked host memory, for this process's lifetime."""
        size = 4 * int(np.prod(shape))
        pointer = ctypes.c_void_p()
        self._call("cuMemHostAlloc", ctypes.byref(pointer), ctypes.c_size_t(size), 0)
        memory = (ctypes.c_float * (size // 4)).from_address(pointer.value or 0)
        return np.ctypeslib.as_array(memory).reshape(shape)

    def upload(self, target: Pointer, source: Floats) -> None:
        """Queue a copy of a pinned array to the device."""
        size = ctypes.c_size_t(source.nbytes)
        self._call("cuMemcpyHtoDAsync_v2", ctypes.c_uint64(target),
                   ctypes.c_void_p(source.ctypes.data), size, self._queue)  # fmt: skip

    def download(self, target: Floats, source: Pointer) -> None:
        """Queue a copy from the device into a pinned array."""
        size = ctypes.c_size_t(target.nbytes)
        self._call("cuMemcpyDtoHAsync_v2", ctypes.c_void_p(target.ctypes.data),
                   ctypes.c_uint64(source), size, self._queue)  # fmt: skip

    def synchronise(self) -> None:
        """Wait for everything queued."""
        self._call("cuStreamSynchronize", self._queue)

    def capture(self, work: Callable[[], None]) -> Callable[[], None]:
        """Record what `work` queues; the function returned queues all of it in one call."""
        self._call("cuStreamBeginCapture_v2", self._queue, _RELAXED)
        graph = ctypes.c_void_p()
        try:
            work()
        finally:
            self._call("cuStreamEndCapture", self._queue, ctypes.byref(graph))
        ready = ctypes.c_void_p()
        self._call("cuGraphInstantiateWithFlags", ctypes.byref(ready), graph, ctypes.c_uint64(0))
        return lambda: self._call("cuGraphLaunch", ready, self._queue)

    @property
    def _queue(self) -> ctypes.c_void_p:
        return ctypes.c_void_p(self.stream)

    def _call(self, name: str, *arguments: Any) -> None:
        code = getattr(self._driver, name)(*arguments)
        if code:
            text = ctypes.c_char_p()
            self._driver.cuGetErrorName(code, ctypes.byref(text))
            reason = (text.value or b"unknown").decode()
            raise EngineError(
                f"CUDA: {name} failed with {reason} ({code}); `nvidia-smi` shows the driver's "
                "state, `pontine doctor` what it can run"
            )


def gpu_name() -> str:
    """The first GPU's name; :class:`EngineError` where there is none."""
    return Cuda().name
