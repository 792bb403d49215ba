"""What the training loop asks of what it trains."""

from dataclasses import dataclass
from typing import Protocol, TypeVar

from torch import Tensor, nn

Metrics = dict[str, float]
Network = TypeVar("Network", bound=nn.Module, contravariant=True)
Drawn = TypeVar("Drawn")


@dataclass(frozen=True)
class Step:
    """Attributes:
    number: of steps taken before, so 0 for the first.
    share: of the run that is done, 0..1.
    """

    number: int
    share: float


class Objective(Protocol[Network, Drawn]):
    """Batches, the loss to descend on, and figures that say how far it got."""

    def batch(self, number: int) -> Drawn:
        """The batch of step `number` (from 0): a function of the number alone, so that a resumed
        run sees what an unbroken one would have seen. Drawn ahead, by a thread or a process."""

    def loss(self, batch: Drawn, step: Step) -> tuple[Tensor, Metrics]:
        """Loss () of a batch, with a gradient; and figures to be logged. Whatever is random about
        it follows from the step's number."""

    def validate(self, network: Network, last: bool) -> Metrics:
        """Figures of `network` (the averaged one, where weights are averaged; in evaluation mode,
        without gradients) on held-out data; `last`: at the end of the run."""
