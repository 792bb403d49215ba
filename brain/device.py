"""Where a brain computes, and in which numbers."""

import torch
from torch import nn

from brain.errors import BrainError
from learning.device import lacking


def placed(device: str, dtype: str) -> tuple[torch.device, torch.dtype]:
    """The device and type that `--brain-device` and `--brain-dtype` name, as torch has them.

    Raises:
        BrainError: there is no such device here.
    """
    if fault := lacking(device, "--brain-device cpu"):
        raise BrainError(f"--brain-device {device}: {fault}")
    return torch.device(device), getattr(torch, dtype)


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
