import torch
from torch import nn

from learning.fingerprint import fingerprint


def test_it_is_of_the_weights_and_not_of_how_they_lie_in_memory() -> None:
    network = nn.Conv2d(2, 3, 3)
    before = fingerprint(network)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    assert fingerprint(network) == before
    network.weight.data[0, 0, 0, 0] += 1e-6
    assert fingerprint(network) != before
