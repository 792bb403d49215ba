"""The names of the chips that engines run on."""

import platform
from pathlib import Path

VNNI = {"avx512_vnni", "avx_vnni", "amx_int8"}


def signed_bytes_overflow() -> bool:
    """Whether this processor adds products of unsigned and signed bytes in 16 bits only.

    x86 without VNNI does, and a network in int8 comes out wrong (cosine 0.95 to float64); products
    of unsigned bytes alone are exact. ONNX Runtime's documentation, "Quantize ONNX models".
    """
    if platform.machine() not in ("x86_64", "AMD64"):
        return False
    try:
        words = set(Path("/proc/cpuinfo").read_text(encoding="utf-8").split())
    except OSError:
        return True
    return not words & VNNI


def cpu_name() -> str:
    """As /proc/cpuinfo names it, else the machine's architecture."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
