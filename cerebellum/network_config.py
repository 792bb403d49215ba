"""Sizes of the controller's network. Loads no torch."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NetworkConfig:
    """Sizes; the defaults have 2.6M parameters."""

    joints: int = 7
    channels: tuple[int, ...] = (24, 48, 64, 96)
    feature: int = 128
    context: int = 256
    width: int = 512
    hidden: int = 384
    blocks: int = 3
    film: int = 128
