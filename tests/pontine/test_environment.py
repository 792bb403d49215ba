"""Versions are complete and cheap; the EGL check speaks of a remedy."""

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from pontine import environment


def test_versions_name_everything_a_result_depends_on() -> None:
    found = environment.versions()
    assert {"python", "numpy", "mujoco", "torch", "pontine", "cpu", "commit"} <= set(found)
    assert found["numpy"] == metadata.version("numpy")
    assert all(isinstance(text, str) and text for text in found.values())


def test_versions_load_nothing_heavy() -> None:
    code = (
        "import sys; from pontine.environment import versions; versions()\n"
        "print(*sorted({'torch', 'mujoco', 'numpy', 'onnxruntime'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_egl_works_where_the_tests_run() -> None:
    environment.require_egl()


def test_the_check_runs_before_anything_is_installed() -> None:
    script = Path(environment.__file__)
    done = subprocess.run([sys.executable, "-I", "-S", str(script)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_machine_without_the_library_is_told_the_apt_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(environment.ctypes, "CDLL", missing)
    with pytest.raises(environment.EglError, match="apt-get install -y libegl1"):
        environment.require_egl()


def test_the_makefile_names_the_same_packages() -> None:
    makefile = Path(environment.__file__).resolve().parents[1] / "Makefile"
    assert environment.EGL_PACKAGES in makefile.read_text()
