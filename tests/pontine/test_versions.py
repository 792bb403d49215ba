"""Versions are complete and cheap."""

import subprocess
import sys
from importlib import metadata

from pontine import versions as environment


def test_versions_name_everything_a_result_depends_on() -> None:
    found = environment.versions()
    assert {"python", "numpy", "mujoco", "torch", "pontine", "cpu", "commit"} <= set(found)
    assert found["numpy"] == metadata.version("numpy")
    assert all(isinstance(text, str) and text for text in found.values())


def test_versions_load_nothing_heavy() -> None:
    code = (
        "import sys; from pontine.versions import versions; versions()\n"
        "print(*sorted({'torch', 'mujoco', 'numpy', 'onnxruntime'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
