"""`pontine doctor`: what commonly breaks, looked at one by one, each with its remedy."""

import ctypes
import importlib
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from typing import Annotated

from body.setting import Anything
from cerebellum.engines.build import cache_root, engine_folder
from cerebellum.engines.description import DESCRIPTION
from episodes import model_folder
from episodes.places import MODELS
from pontine import realtime
from pontine.environment import EglError, require_egl, version
from pontine.finding import Finding, Level, fault, ok, option

LEAST_PYTHON = (3, 11)
LEAST_DISK = 2e9  # bytes: engines, videos and results
DATA_DISK = 12e9  # bytes: the shipped models' recordings and training cache
AGAIN = ".venv/bin/python -m pip install -c constraints.txt -e ."


@dataclass(frozen=True)
class DoctorConfig:
    """Look at everything that commonly breaks, and say the remedy.

    Exit status 0 when Pontine can run here (what only some uses need is listed as an option),
    1 when something it cannot do without is at fault.

    Attributes:
        models: where the model folders lie.
        quiet: show only what is not well.
    """

    models: Annotated[Path, Anything("what is wrong with it is a finding")] = MODELS
    quiet: bool = False


def doctor(config: DoctorConfig) -> int:
    """Print a line a check, with its remedy below; returns the exit status."""
    faults = 0
    for finding in findings(config.models):
        faults += finding.level is Level.FAULT
        if config.quiet and finding.level is Level.OK:
            continue
        print(f"{finding.level:<7} {finding.name:<22} {finding.found}")
        if finding.remedy:
            print(f"{'':<31}remedy: {finding.remedy}")
    print(f"\n{faults or 'no'} fault{'s' * (faults != 1)}")
    return 1 if faults else 0


def findings(models: Path = MODELS) -> Iterator[Finding]:
    """All checks, in the order in which their remedies should be tried."""
    checks: tuple[Callable[[], Finding], ...] = (
        python, realtime.scheduling, realtime.locked_memory, realtime.governor,
        rendering, torch_build, onnx_runtime, cuda, tensorrt, rclpy, disk,
    )  # fmt: skip
    for check in checks:
        yield check()
    yield from model_folders(models)


def python() -> Finding:
    """The interpreter's version."""
    found = f"{platform.python_version()} in {sys.prefix}"
    if sys.version_info[:2] >= LEAST_PYTHON:
        return ok("python", found)
    return fault("python", found, "make install PYTHON=python3.11 (or newer)")


def rendering() -> Finding:
    """Whether cameras can be drawn without a display."""
    try:
        require_egl()
    except EglError as error:
        reason, _, remedy = str(error).partition(" Remedy, as root: ")
        return fault("EGL rendering", reason, f"as root: {remedy}")
    return ok("EGL rendering", "an OpenGL device answers")


def torch_build() -> Finding:
    """Torch's build, and a torchvision beside it that does not belong to it."""
    try:
        torch = importlib.import_module("torch")
        torch.ones(2).sum().item()
    except Exception as error:  # a broken build raises whatever its loader raises
        return fault("torch", f"cannot be used ({error})", AGAIN)
    built = f"CUDA {torch.version.cuda}" if torch.version.cuda else "CPU build"
    found = f"{torch.__version__}, {built}, {torch.get_num_threads()} threads"
    if util.find_spec("torchvision") is not None:
        try:
            importlib.import_module("torchvision")
        except Exception as error:
            return fault("torch", f"{found}; torchvision does not fit it ({error})",
                         "pip uninstall torchvision (nothing here needs it)")  # fmt: skip
    return ok("torch", found)


def onnx_runtime() -> Finding:
    """The execution providers, and two builds of ONNX Runtime that overwrite each other."""
    name = "ONNX Runtime"
    builds = [n for n in ("onnxruntime", "onnxruntime-gpu") if version(n)]
    if len(builds) == 2:
        return fault(name, "onnxruntime and onnxruntime-gpu share one import name",
                     "pip uninstall onnxruntime onnxruntime-gpu, then install one")  # fmt: skip
    try:
        providers = importlib.import_module("onnxruntime").get_available_providers()
    except Exception as error:
        return fault(name, f"cannot be loaded ({error})", AGAIN)
    return ok(name, f"{version(builds[0])}: {', '.join(providers)}" if builds else "own build")


def cuda() -> Finding:
    """Whether an NVIDIA driver answers."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return option("CUDA driver", "none: models run on the CPU", "install NVIDIA's driver")
    code, version = driver.cuInit(0), ctypes.c_int()
    if code:
        return option("CUDA driver", f"loaded, but cuInit answers {code}",
                      "nvidia-smi names the cause; in a container pass --gpus all")  # fmt: skip
    driver.cuDriverGetVersion(ctypes.byref(version))
    return ok("CUDA driver", f"CUDA {version.value // 1000}.{version.value % 1000 // 10}")


def tensorrt() -> Finding:
    """Which TensorRT can be imported."""
    for module in ("tensorrt", "tensorrt_rtx"):
        if util.find_spec(module) is None:
            continue
        try:
            found = importlib.import_module(module)
            return ok("TensorRT", f"{module} {found.__version__}")
        except Exception as error:
            return option("TensorRT", f"{module} cannot be loaded ({error})",
                          f"pip install --force-reinstall {module}")  # fmt: skip
    return option("TensorRT", "not installed: engines run in ONNX Runtime",
                  "pip install 'pontine[tensorrt]'")  # fmt: skip


def rclpy() -> Finding:
    """Whether ROS 2's Python client can be found."""
    if util.find_spec("rclpy") is None:
        remedy = "source ROS's setup.bash, or pip install ros-rclpy"
        return option("ROS 2", "no rclpy: no nodes, everything else works", remedy)
    return ok("ROS 2", f"rclpy {version('ros-rclpy') or version('rclpy') or 'found'}")


def disk() -> Finding:
    """Space for engines and results, and for the recordings of a training."""
    root = cache_root()
    while not root.exists():
        root = root.parent
    free = min(shutil.disk_usage(place).free for place in (root, Path.cwd()))
    found = f"{free / 1e9:.0f} GB free"
    if free < LEAST_DISK:
        return fault("disk", found, f"free some, or point PONTINE_CACHE elsewhere than {root}")
    if free < DATA_DISK:
        return option("disk", f"{found}: too little to collect the full data set",
                      "pontine collect --help names options for less of it")  # fmt: skip
    return ok("disk", found)


def model_folders(folder: Path) -> Iterator[Finding]:
    """Every model: hashes, and whether its engine is built."""
    found = model_folder.list_models(folder)
    if not found:
        yield fault("models", f"none in {folder}", "git checkout -- models")
    for model in found:
        name = f"model {model.name}"
        if model.problem is not None:
            yield fault(name, model.problem, f"git checkout -- {model.folder}")
        elif "network" not in model.config:
            yield ok(name, "verified")
        elif (engine_folder(model.config) / DESCRIPTION).exists():
            yield ok(name, "verified, engine built")
        else:
            yield option(name, "verified; its engine is built at first use",
                         f"pontine models build --names {model.name}")  # fmt: skip
