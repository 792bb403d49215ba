"""What a run ran on: versions for the results, and whether headless rendering works.

Imports the standard library only, so that `make install` can ask about EGL before anything
is installed: `python3 -P pontine/environment.py` exits 0 where EGL works.
"""

import ctypes
import platform
import subprocess
import sys
from functools import lru_cache
from importlib import metadata
from pathlib import Path

PACKAGES = ("pontine", "numpy", "mujoco", "torch", "transformers", "onnxruntime", "ruckig")
EGL_PACKAGES = "libegl1 libgl1-mesa-dri libopengl0"
EGL_REMEDY = f"apt-get install -y {EGL_PACKAGES}"

_PLATFORM_DEVICE = 0x313F
_OPENGL_API = 0x30A2
_CONFIG = (0x3033, 0x0001, 0x3040, 0x0008, 0x3038)  # surface: pbuffer; renderable: OpenGL; end
_MOST_DEVICES = 16


class EglError(RuntimeError):
    """Cameras cannot be rendered on this machine; the message says what to install."""


def version(package: str) -> str:
    """The installed version of `package`; empty when it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


@lru_cache
def versions() -> dict[str, str]:
    """Everything a result's figures may depend on, as text; nothing heavy is imported."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    found |= {package: version(package) or "not installed" for package in PACKAGES}
    return found | {"cpu": _cpu(), "commit": _commit()}


def require_egl() -> None:
    """Return if MuJoCo can render without a display.

    Raises:
        EglError: the EGL library or a driver is missing; names the one apt line.
    """
    reason = _egl_fault()
    if reason:
        raise EglError(f"no headless rendering: {reason}. Remedy, as root: {EGL_REMEDY}")


def _egl_fault() -> str:
    """Why no EGL device gives an OpenGL context's configuration; empty when one does.

    Walks the same path as MuJoCo's own EGL context: devices, a display each, initialise. The
    display is not terminated: MuJoCo may be drawing on it in this process.
    """
    try:
        egl = ctypes.CDLL("libEGL.so.1")
    except OSError as error:
        return f"libEGL cannot be loaded ({error})"
    if not any(_loads(library) for library in ("libOpenGL.so.0", "libGL.so.1")):
        return "libOpenGL cannot be loaded"
    void, number = ctypes.c_void_p, ctypes.c_int
    egl.eglGetProcAddress.restype = void
    egl.eglGetProcAddress.argtypes = [ctypes.c_char_p]
    egl.eglInitialize.argtypes = [void, void, void]
    egl.eglChooseConfig.argtypes = [void, void, void, number, void]
    query_at = egl.eglGetProcAddress(b"eglQueryDevicesEXT")
    display_at = egl.eglGetProcAddress(b"eglGetPlatformDisplayEXT")
    if not query_at or not display_at:
        return "libEGL lacks the device extensions"
    query = ctypes.CFUNCTYPE(number, number, void, void)(query_at)
    get_display = ctypes.CFUNCTYPE(void, number, void, void)(display_at)

    devices, count = (void * _MOST_DEVICES)(), number()
    query(_MOST_DEVICES, devices, ctypes.byref(count))
    wanted = (number * len(_CONFIG))(*_CONFIG)
    for device in devices[: count.value]:
        display = get_display(_PLATFORM_DEVICE, device, None)
        if not display or not egl.eglInitialize(display, None, None):
            continue
        chosen, configs = void(), number()
        egl.eglBindAPI(_OPENGL_API)
        egl.eglChooseConfig(display, wanted, ctypes.byref(chosen), 1, ctypes.byref(configs))
        if configs.value:
            return ""
    return f"none of {count.value} EGL devices can draw OpenGL"


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _commit() -> str:
    """The commit of the checkout, "+" behind it when tracked files differ from it."""
    root = Path(__file__).resolve().parents[1]
    git = ("git", "-c", f"safe.directory={root}", "-C", str(root))
    try:
        head = subprocess.run(
            [*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True, timeout=10
        ).stdout.strip()
        changed = subprocess.run(
            [*git, "diff-index", "--quiet", "HEAD", "--"], capture_output=True, timeout=10
        ).returncode
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return head + ("+" if changed else "")


if __name__ == "__main__":
    try:
        require_egl()
    except EglError as egl_error:
        sys.exit(str(egl_error))
