"""Where a brain computes, and in which numbers."""

import torch
from torch import nn

from brain.errors import BrainError


def placed(device: str, dtype: str) -> tuple[torch.device, torch.dtype]:
    """The device and type that `--brain-device` and `--brain-dtype` name, as torch has them.

    Raises:
        BrainError: there is no such device here.
    """
    try:
        chosen = torch.device(device)
    except RuntimeError as error:
        raise BrainError(
            f"--brain-device {device}: torch knows no such device. Remedy: cpu, cuda or cuda:1"
        ) from error
    found = torch.cuda.device_count() if chosen.type == "cuda" else 1
    if not found:
        raise BrainError(
            f"--brain-device {device}: torch {torch.__version__} finds no NVIDIA GPU here. "
            "Remedy: --brain-device cpu (pontine doctor says what is missing)"
        )
    if (chosen.index or 0) >= found:
        last = f"cuda:{found - 1}" if found > 1 else "cuda"
        raise BrainError(
            f"--brain-device {device}: there are {found} GPUs here. Remedy: the last is {last}"
        )
    return chosen, getattr(torch, dtype)


def put(network: nn.Module, device: torch.device, dtype: torch.dtype) -> None:
    """Move a float32 network there. Rotary frequencies and batch norm keep float32: half the
    digits cannot count positions, nor hold running variances."""
    network.to(device)
    if dtype is torch.float32:
        return
    for module in network.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            continue
        for parameter in module.parameters(recurse=False):
            parameter.data = parameter.data.to(dtype)
