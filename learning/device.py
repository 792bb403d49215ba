"""Where training computes: a CPU's cores, or a GPU."""

import torch

from learning.errors import TrainingError


def lacking(name: str, without_gpu: str) -> str:
    """What is wrong with a device of this `name`, and the remedy; "": it is here.

    Args:
        without_gpu: the remedy where an NVIDIA GPU is asked for, and none is found.
    """
    try:
        chosen = torch.device(name)
    except RuntimeError:
        return "torch knows no such device. Remedy: cpu, cuda or cuda:1"
    found = torch.cuda.device_count() if chosen.type == "cuda" else 1
    if not found:
        return (
            f"torch {torch.__version__} finds no NVIDIA GPU here. Remedy: {without_gpu} "
            "(pontine doctor says what is missing)"
        )
    if (chosen.index or 0) >= found:
        last = f"cuda:{found - 1}" if found > 1 else "cuda"
        return f"there are {found} GPUs here. Remedy: the last is {last}"
    return ""


def device(name: str) -> torch.device:
    """The device `name` (cpu, cuda, cuda:1 ...).

    Raises:
        TrainingError: there is no such device here.
    """
    if fault := lacking(name, "--device cpu trains everything, slower"):
        raise TrainingError(f"--device {name}: {fault}")
    return torch.device(name)


def autocast(on: torch.device, enabled: bool = True) -> torch.autocast:
    """bfloat16 where it is worth it; the weights stay float32."""
    return torch.autocast(on.type, torch.bfloat16, enabled=enabled)
