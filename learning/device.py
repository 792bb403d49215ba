"""Where training computes: a CPU's cores, or a GPU."""

import torch

from learning.errors import TrainingError


def device(name: str) -> torch.device:
    """The device `name` (cpu, cuda, cuda:1 ...).

    Raises:
        TrainingError: there is no such device here.
    """
    try:
        chosen = torch.device(name)
    except RuntimeError as error:
        raise TrainingError(f"no device {name!r}: say cpu, cuda or cuda:1") from error
    if chosen.type == "cuda" and not torch.cuda.is_available():
        raise TrainingError(
            f"--device {name}: torch {torch.__version__} finds no NVIDIA GPU here "
            "(pontine doctor says what is missing); --device cpu trains everything, slower"
        )
    return chosen


def autocast(on: torch.device, enabled: bool = True) -> torch.autocast:
    """bfloat16 where it is worth it; the weights stay float32."""
    return torch.autocast(on.type, torch.bfloat16, enabled=enabled)
