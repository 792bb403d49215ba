"""The names of the chips that engines run on."""

import platform
from pathlib import Path


def cpu_name() -> str:
    """As /proc/cpuinfo names it, else the machine's architecture."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
