"""Sizes of the flat network; the defaults come to about as many parameters as brain and
controller have together."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from body.contract.errors import RangeError
from body.setting import Size
from cerebellum.network_config import NetworkConfig


@dataclass(frozen=True)
class FlatShape:
    """Sizes of the network.

    Attributes:
        image: pixels of a side of the fixed camera's picture.
        channels: of the encoder, which is the brain's.
        vision_blocks: residual blocks of the encoder.
        vocabulary: rows of the table of words.
        words: longest sentence, in pieces of words.
        width: of the transformer that reads the sentence and looks.
        heads: of its attention.
        layers: of that transformer.
        inner: width inside its MLPs.
        hand: wrist camera, senses and flow field, which are the controller's.
    """

    image: Size = 192
    channels: Size = 96
    vision_blocks: Size = 3
    vocabulary: Size = 1152
    words: Size = 64
    width: Size = 192
    heads: Size = 4
    layers: Size = 4
    inner: Size = 512
    hand: NetworkConfig = field(default_factory=NetworkConfig)

    def __post_init__(self) -> None:
        if self.width % self.heads:
            raise RangeError(f"width {self.width} must be a multiple of heads {self.heads}")

    def config(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "FlatShape":
        hand = dict(config["hand"])
        hand["channels"] = tuple(hand["channels"])
        return cls(**{**config, "hand": NetworkConfig(**hand)})
