"""What a run ran on: versions for the results. Imports the standard library only."""

import platform
import subprocess
from functools import lru_cache
from importlib import metadata
from pathlib import Path

PACKAGES = ("pontine", "numpy", "mujoco", "torch", "transformers", "onnxruntime", "ruckig")


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


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
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
            [*git, "rev-parse", "HEAD"],
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
            encoding="utf-8",
            errors="replace",
        ).stdout.strip()
        changed = subprocess.run(
            [*git, "diff-index", "--quiet", "HEAD", "--"], capture_output=True, timeout=10
        ).returncode
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return head + ("+" if changed else "")
