"""What the stages that look at pictures ask of a suite: its pictures, and what is true of them."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from brain.tokenizer import Vocabulary


class Labels(Protocol):
    """The simulator's truth of every picture; `rows` (B,) are indices of pictures."""

    def heads(self, channels: int) -> nn.Module:
        """Read-outs of every cell: (B, C, G, G) to named fields."""

    def loss(
        self, out: dict[str, Tensor], rows: NDArray[np.int64]
    ) -> tuple[Tensor, dict[str, float]]:
        """The read-outs' loss, and its parts."""

    def figures(self, out: dict[str, Tensor], rows: NDArray[np.int64]) -> dict[str, float]:
        """How good the read-outs are on held-out pictures."""

    def token_targets(
        self, rows: NDArray[np.int64], embeddings: Tensor, vocabulary: Vocabulary, side: int
    ) -> tuple[Tensor, Tensor]:
        """(B, side^2, D) what each image token shall be, and (B, side^2) bool: it has an object."""


class Pictures(Protocol):
    """Pictures with their truth. `fixed` (N, S, S, 3) uint8; `held_out` (N,) for validation."""

    @property
    def fixed(self) -> NDArray[np.uint8]: ...
    @property
    def held_out(self) -> NDArray[np.bool_]: ...
    @property
    def labels(self) -> Labels: ...
