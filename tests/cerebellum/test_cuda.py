"""The CUDA driver's calls, made for real to a stub of its library in host memory."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from cerebellum.engines import EngineError, cuda
from cerebellum.engines.cuda import Cuda, gpu_name

SOURCE = Path(__file__).with_name("stub_cuda.c")


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cuda:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler to make a stub of libcuda with")
    library = tmp_path / "libcuda.so.1"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, SOURCE], check=True)
    monkeypatch.setattr(cuda, "_LIBRARY", str(library))
    return Cuda()


def test_what_goes_up_comes_down(driver: Cuda):
    sent, back = driver.pinned((2, 3)), driver.pinned((2, 3))
    sent[...] = np.arange(6).reshape(2, 3)
    device = driver.allocate(sent.nbytes)
    driver.upload(device, sent)
    driver.download(back, device)
    driver.synchronise()
    assert np.array_equal(back, sent) and device > 2**32  # no pointer was cut short
    assert gpu_name() == driver.name == "Stub GPU"


def test_captured_work_runs_when_launched_on_what_the_buffers_then_hold(driver: Cuda):
    sent, back = driver.pinned((4,)), driver.pinned((4,))
    device = driver.allocate(sent.nbytes)

    def work() -> None:
        driver.upload(device, sent)
        driver.download(back, device)

    launch = driver.capture(work)
    sent[...] = 7
    assert (back == 0).all()
    launch()
    driver.synchronise()
    assert (back == 7).all()


def test_a_refused_call_names_itself_and_the_reason(driver: Cuda):
    with pytest.raises(EngineError, match=r"cuMemAlloc_v2 failed with CUDA_ERROR_OUT_OF_MEMORY"):
        driver.allocate(2**41)


def test_without_a_driver_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cuda, "_LIBRARY", "libno-such-driver.so.1")
    with pytest.raises(EngineError, match=r"no NVIDIA driver here .* export --to onnx"):
        Cuda()
