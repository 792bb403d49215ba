"""Whether pictures can be drawn on this machine, by what MUJOCO_GL says; and if not, the remedy.

Imports the standard library only, so that it can be asked before anything is installed
(`python3 -P sim/rendering.py` exits 0 where Mesa's EGL works), and before MuJoCo, which reads
MUJOCO_GL once, when it is first imported, and cannot be imported where that cannot be had.
"""

import ctypes
import ctypes.util
import os
import sys
from collections.abc import Mapping
from functools import lru_cache

EGL_PACKAGES = "libegl1 libgl1-mesa-dri libopengl0"
EGL_REMEDY = f"as root: apt-get install -y {EGL_PACKAGES}"
EGL = "MUJOCO_GL=egl, which draws without a display and works here"
OFF = ("disable", "disabled", "off", "false", "0")
WINDOW = ("glfw", "glx", "enable", "enabled", "on", "true", "1")  # as MuJoCo has them
DEVICE = "MUJOCO_EGL_DEVICE_ID"

GIVEN = dict(os.environ)  # as the person has it, whatever :func:`choose` makes of it

_PLATFORM_DEVICE = 0x313F
_OPENGL_API = 0x30A2
_CONFIG = (0x3033, 0x0001, 0x3040, 0x0008, 0x3038)  # surface: pbuffer; renderable: OpenGL; end
_MOST_DEVICES = 16


class RenderError(RuntimeError):
    """No picture can be drawn on this machine; the message names cause and remedy."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(cause, remedy)
        self.cause, self.remedy = cause, remedy

    def __str__(self) -> str:
        return f"{self.cause}. Remedy: {self.remedy}"


def choose() -> None:
    """Set MUJOCO_GL to what MuJoCo can be imported with; called before it is.

    Where what is asked for cannot be had it is "off": whatever draws no picture works, and whoever
    draws one is told by :func:`require_rendering`.
    """
    if not sys.platform.startswith("linux"):
        return
    chosen = way()
    platform = os.environ.get("PYOPENGL_PLATFORM") or chosen
    known = chosen in ("egl", "osmesa", "glfw", "off")
    if (
        not known
        or (chosen == "egl" and not (platform.lower() == "egl" and _loads("libEGL.so.1")))
        or (chosen == "osmesa" and not (platform.lower() == "osmesa" and _loads_osmesa()))
    ):
        os.environ["MUJOCO_GL"] = "off"
    elif chosen == "egl":
        os.environ["MUJOCO_GL"] = "egl"


def way(environment: Mapping[str, str] = GIVEN) -> str:
    """How MuJoCo will draw: "egl", "osmesa", "glfw", "off", or an unknown word as it is."""
    word = environment.get("MUJOCO_GL", "").lower().strip()
    if word in OFF:
        return "off"
    if not word:  # as sim/__init__.py has it
        return "glfw" if environment.get("DISPLAY") else "egl"
    return "glfw" if word in WINDOW else word


def require_rendering(environment: Mapping[str, str] = GIVEN) -> None:
    """Return if pictures can be drawn.

    Raises:
        RenderError: says what MUJOCO_GL asks for, why it cannot be had, and what helps.
    """
    word, chosen = environment.get("MUJOCO_GL", ""), way(environment)
    platform = environment.get("PYOPENGL_PLATFORM", "")
    if chosen == "off":
        raise RenderError(f"MUJOCO_GL={word}: drawing is switched off", _instead())
    if chosen not in ("egl", "osmesa", "glfw"):
        raise RenderError(f"MUJOCO_GL={word}: no such way to draw (egl, osmesa, glfw)", _instead())
    if chosen != "glfw" and platform and platform.lower() != chosen:
        cause = f"PYOPENGL_PLATFORM={platform}: pictures are drawn with {chosen} here"
        raise RenderError(cause, "unset PYOPENGL_PLATFORM")
    if chosen == "osmesa" and not _loads_osmesa():
        raise RenderError(
            f"MUJOCO_GL={word}: the library OSMesa is not installed",
            f"{_instead()}; or, as root: apt-get install -y libosmesa6",
        )
    if chosen == "glfw" and (fault := _display_fault(environment)):
        raise RenderError(f"MUJOCO_GL={word}: {fault}" if word else fault, _instead())
    if chosen == "egl":
        require_egl(environment.get(DEVICE))


def require_egl(device: str | None = None) -> None:
    """Return if MuJoCo can draw without a display.

    Args:
        device: number of the one EGL device to use, as MUJOCO_EGL_DEVICE_ID names it.

    Raises:
        RenderError: the EGL library or a driver is missing, or there is no such device.
    """
    able = _egl_devices()
    if isinstance(able, str):
        raise RenderError(f"no headless rendering: {able}", EGL_REMEDY)
    works = [number for number, draws in enumerate(able) if draws]
    if device is not None and not (device.strip().isdecimal() and int(device) < len(able)):
        raise RenderError(
            f"{DEVICE}={device}: there are {len(able)} EGL devices, 0 to {len(able) - 1}",
            f"unset {DEVICE}, or {DEVICE}={works[0] if works else 0}",
        )
    if not works:
        raise RenderError(
            f"no headless rendering: none of {len(able)} EGL devices can draw OpenGL", EGL_REMEDY
        )
    if device is not None and int(device) not in works:
        raise RenderError(
            f"{DEVICE}={device}: this EGL device cannot draw OpenGL",
            f"unset {DEVICE}, or {DEVICE}={works[0]}",
        )


def _instead() -> str:
    """What to do about a MUJOCO_GL that does not work."""
    able = _egl_devices()
    if isinstance(able, str) or not any(able):
        return f"MUJOCO_GL=egl, and {EGL_REMEDY}"
    return EGL


def _display_fault(environment: Mapping[str, str]) -> str:
    """Why no window can be opened; "" where one can, or where it cannot be told."""
    display = environment.get("DISPLAY", "")
    if not display:
        return "" if environment.get("WAYLAND_DISPLAY") else "DISPLAY is not set: no display"
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError as error:
        return f"libX11 cannot be loaded ({error})"
    x11.XOpenDisplay.restype, x11.XOpenDisplay.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    opened = x11.XOpenDisplay(display.encode(errors="replace"))
    if not opened:
        return f"DISPLAY={display}: no X server answers"
    x11.XCloseDisplay(opened)
    return ""


def _loads_osmesa() -> bool:
    names = ("libOSMesa.so.8", "libOSMesa.so", ctypes.util.find_library("OSMesa") or "")
    return any(name and _loads(name) for name in names)


@lru_cache
def _egl_devices() -> list[bool] | str:
    """Of each EGL device, whether it gives an OpenGL context's configuration; or why none can be
    asked.

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
    able = []
    for device in devices[: count.value]:
        display = get_display(_PLATFORM_DEVICE, device, None)
        if not display or not egl.eglInitialize(display, None, None):
            able.append(False)
            continue
        chosen, configs = void(), number()
        egl.eglBindAPI(_OPENGL_API)
        egl.eglChooseConfig(display, wanted, ctypes.byref(chosen), 1, ctypes.byref(configs))
        able.append(configs.value > 0)
    return able


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    try:
        require_egl()
    except RenderError as fault:
        sys.exit(str(fault))
