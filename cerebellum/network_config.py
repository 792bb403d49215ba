"""Sizes of the controller's network. Loads no torch."""

from dataclasses import dataclass
from typing import Annotated

from body.setting import Number, Size


@dataclass(frozen=True)
class NetworkConfig:
    """Sizes; the defaults have 2.6M parameters."""

    joints: Annotated[int, Number(0, 16)] = 7
    channels: tuple[Size, ...] = (24, 48, 64, 96)
    feature: Size = 128
    context: Size = 256
    width: Size = 512
    hidden: Size = 384
    blocks: Size = 3
    film: Size = 128
