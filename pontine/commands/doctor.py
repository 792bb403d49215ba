"""`pontine doctor`: what commonly breaks, looked at one by one, each with its remedy."""

import codecs
import ctypes
import importlib
import locale
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from typing import Annotated

from body.robots.registry import ROBOTS
from body.setting import Anything, Writable
from cerebellum.engines.build import cache_root, engine_folder
from cerebellum.engines.description import DESCRIPTION
from cerebellum.engines.protocol import EngineError
from cerebellum.runtime.bus import room
from cerebellum.runtime.channel import FOLDER
from episodes import model_folder
from episodes.places import MODELS
from pontine.commands import surroundings
from pontine.commands.diagnosis import Diagnosis, Level, fault, ok, option
from pontine.film.encoder import VideoError, require_encoder
from pontine.live import rights as realtime
from pontine.versions import version
from sim.rendering import RenderError, require_rendering, way

LEAST_PYTHON = (3, 11)
LEAST_DISK = 2e9  # bytes: engines, videos and results
DATA_DISK = 12e9  # bytes: the shipped models' recordings and training cache
ONNX_RUNTIMES = tuple(
    f"onnxruntime{kind}" for kind in ("", "-gpu", "-openvino", "-rocm", "-directml", "-training")
)
AGAIN = ".venv/bin/python -m pip install -c constraints.txt -e ."


@dataclass(frozen=True)
class DoctorConfig:
    """Check everything that commonly breaks, and name the remedy.

    Exit status: 0 if Pontine can run here (what only some uses need is listed as an option), 1 if
    something that it cannot do without is missing.

    Attributes:
        models: folder that holds the model folders.
        quiet: show only findings that need attention.
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


def findings(models: Path = MODELS) -> Iterator[Diagnosis]:
    """All checks, in the order in which their remedies should be tried."""
    checks: tuple[Callable[[], Diagnosis], ...] = (
        python, text, user, home, engine_cache, temporary_files, realtime.scheduling,
        realtime.locked_memory, realtime.governor, rendering, films, shared_memory, torch_build,
        onnx_runtime, cuda, tensorrt, rclpy, disk,
    )  # fmt: skip
    for check in checks:
        yield check()
    yield from model_folders(models)


def python() -> Diagnosis:
    """The interpreter's version."""
    found = f"{platform.python_version()} in {sys.prefix}"
    if sys.version_info[:2] >= LEAST_PYTHON:
        return ok("python", found)
    return fault("python", found, "make install PYTHON=python3.11 (or newer)")


def text() -> Diagnosis:
    """Whether programs here read and write UTF-8. Ours do in any locale; others may not."""
    encoding = locale.getencoding()  # the locale's own, whatever mode Python is in
    if codecs.lookup(encoding).name == "utf-8":
        return ok("locale", encoding)
    return option("locale", f"{encoding}, not UTF-8: Pontine reads and writes UTF-8 all the same",
                  "export LC_ALL=C.UTF-8, for whatever else reads its files")  # fmt: skip


def user() -> Diagnosis:
    """Whether the user has a name, which some libraries ask for."""
    if surroundings.named():
        return ok("user", f"number {os.getuid()}, with a name")
    return option("user", f"number {os.getuid()} has no name: called {os.environ.get('USER')}",
                  "export USER=somebody, or add the user to the password file")  # fmt: skip


def home() -> Diagnosis:
    """Whether libraries can keep their caches in a home folder."""
    if found := surroundings.home_fault():
        return option("home", f"{found}: caches are kept among temporary files",
                      "export HOME to a folder where you may write")  # fmt: skip
    return ok("home", surroundings.home())


def engine_cache() -> Diagnosis:
    """Whether engines can be kept once they are built."""
    name = "engine cache"
    try:
        folder = cache_root()
    except EngineError as error:
        return fault(name, str(error).partition(". Remedy")[0], "export PONTINE_CACHE to a folder")
    if (found := Writable("folder").refuse(folder)) is not None:
        return fault(name, f"{folder} {found[0]}",
                     "export PONTINE_CACHE to a folder where you may write")  # fmt: skip
    return ok(name, str(folder))


def temporary_files() -> Diagnosis:
    """Whether there is a folder for temporary files."""
    try:
        return ok("temporary files", tempfile.gettempdir())
    except FileNotFoundError as error:
        return fault("temporary files", str(error.strerror or error),
                     "export TMPDIR to a folder where you may write")  # fmt: skip


def films() -> Diagnosis:
    """Whether films can be written."""
    try:
        return ok("films", require_encoder())
    except VideoError as error:
        cause, _, remedy = str(error).partition(". Remedy: ")
        return fault("films", cause, remedy)


def shared_memory() -> Diagnosis:
    """Whether the processes of one graph find room in shared memory (`soak`, ROS)."""
    needed = max(room(spec) for spec in ROBOTS.values())
    try:
        free = shutil.disk_usage(FOLDER).free
    except OSError as error:
        return option("shared memory", f"{FOLDER}: {error.strerror}: soak and ROS cannot run",
                      "as root: mount -t tmpfs -o size=64m tmpfs /dev/shm")  # fmt: skip
    found = f"{free / 1e6:.1f} MB free in {FOLDER}"
    if free < needed:
        return option(
            "shared memory", f"{found}, soak and a ROS graph take {needed / 1e6:.1f} MB",
            "docker run --shm-size=64m ..., or as root: mount -o remount,size=64m /dev/shm",
        )  # fmt: skip
    return ok("shared memory", found)


def rendering() -> Diagnosis:
    """Whether cameras can be drawn, by what MUJOCO_GL asks for."""
    try:
        require_rendering()
    except RenderError as error:
        return fault("rendering", error.cause, error.remedy)
    return ok("rendering", f"{way()}: pictures can be drawn")


def torch_build() -> Diagnosis:
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


def onnx_runtime() -> Diagnosis:
    """The execution providers, and two builds of ONNX Runtime that overwrite each other."""
    name = "ONNX Runtime"
    builds = [build for build in ONNX_RUNTIMES if version(build)]
    if len(builds) > 1:
        return fault(name, f"{' and '.join(builds)} share one import name",
                     f"pip uninstall {' '.join(builds)}, then install one")  # fmt: skip
    try:
        providers = importlib.import_module("onnxruntime").get_available_providers()
    except Exception as error:
        return fault(name, f"cannot be loaded ({error})", AGAIN)
    return ok(name, f"{version(builds[0])}: {', '.join(providers)}" if builds else "own build")


def cuda() -> Diagnosis:
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


def tensorrt() -> Diagnosis:
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


def rclpy() -> Diagnosis:
    """Whether ROS 2's Python client can be found."""
    if util.find_spec("rclpy") is None:
        remedy = "source ROS's setup.bash, or pip install ros-rclpy"
        return option("ROS 2", "no rclpy: no nodes, everything else works", remedy)
    return ok("ROS 2", f"rclpy {version('ros-rclpy') or version('rclpy') or 'found'}")


def disk() -> Diagnosis:
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


def model_folders(folder: Path) -> Iterator[Diagnosis]:
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
