"""Whatever MUJOCO_GL says is told apart, with a remedy that helps; MuJoCo can be imported still."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim import rendering
from sim.rendering import RenderError, require_rendering, way


def test_egl_works_where_the_tests_run() -> None:
    rendering.require_egl()


def test_the_check_runs_before_anything_is_installed() -> None:
    script = Path(rendering.__file__)
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(script)], capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr


def test_a_machine_without_the_library_is_told_the_apt_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(rendering.ctypes, "CDLL", missing)
    rendering._egl_devices.cache_clear()
    try:
        with pytest.raises(RenderError, match="apt-get install -y libegl1"):
            rendering.require_egl()
    finally:
        rendering._egl_devices.cache_clear()


def test_the_makefile_names_the_same_packages() -> None:
    makefile = Path(rendering.__file__).resolve().parents[1] / "Makefile"
    assert rendering.EGL_PACKAGES in makefile.read_text(encoding="utf-8")


WRONG = [
    ({"MUJOCO_GL": "nonsense"}, "no such way to draw", "MUJOCO_GL=egl"),
    ({"MUJOCO_GL": "off"}, "switched off", "MUJOCO_GL=egl"),
    ({"MUJOCO_GL": "glfw"}, "DISPLAY is not set", "MUJOCO_GL=egl"),
    ({"DISPLAY": ":4711"}, "", "MUJOCO_GL=egl"),
    ({"PYOPENGL_PLATFORM": "glx"}, "PYOPENGL_PLATFORM=glx", "unset PYOPENGL_PLATFORM"),
    ({"MUJOCO_EGL_DEVICE_ID": "99"}, "EGL devices, 0 to", "unset MUJOCO_EGL_DEVICE_ID"),
    ({"MUJOCO_EGL_DEVICE_ID": "-1"}, "EGL devices, 0 to", "unset MUJOCO_EGL_DEVICE_ID"),
    ({"MUJOCO_EGL_DEVICE_ID": "gpu"}, "EGL devices, 0 to", "unset MUJOCO_EGL_DEVICE_ID"),
]


@pytest.mark.parametrize(("environment", "cause", "remedy"), WRONG)
def test_a_fault_is_named_with_what_helps(
    environment: dict[str, str], cause: str, remedy: str
) -> None:
    with pytest.raises(RenderError) as refused:
        require_rendering(environment)
    assert cause in refused.value.cause and remedy in refused.value.remedy
    assert str(refused.value) == f"{refused.value.cause}. Remedy: {refused.value.remedy}"


def test_osmesa_without_its_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "_loads_osmesa", lambda: False)
    with pytest.raises(RenderError, match=r"OSMesa is not installed.*MUJOCO_GL=egl.*libosmesa6"):
        require_rendering({"MUJOCO_GL": "osmesa"})


@pytest.mark.parametrize(
    ("environment", "expected"),
    [({}, "egl"), ({"DISPLAY": ":0"}, "glfw"), ({"MUJOCO_GL": " EGL "}, "egl"),
     ({"MUJOCO_GL": "glx"}, "glfw"), ({"MUJOCO_GL": "0"}, "off")],
)  # fmt: skip
def test_how_it_will_draw(environment: dict[str, str], expected: str) -> None:
    assert way(environment) == expected


@pytest.mark.parametrize("environment", [WRONG[0][0], WRONG[4][0], WRONG[5][0]])
def test_what_draws_nothing_works_and_what_draws_says_why(environment: dict[str, str]) -> None:
    code = (
        "from sim.worlds import World\nfrom sim.rendering import RenderError\n"
        "world = World()\n"
        "try:\n    world.render('fixed')\n"
        "except RenderError as error:\n    print(error)\n"
    )
    clean = {name: value for name, value in os.environ.items() if name != "MUJOCO_GL"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8",
        env=clean | environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Remedy: " in done.stdout and next(iter(environment)) in done.stdout
