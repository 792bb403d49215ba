import pytest
import torch
from torch import nn

from learning.averages import Averages


def test_the_average_follows_its_recurrence_and_forgets_the_beginning_early() -> None:
    network = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(network.weight)
    averages = Averages(network, 0.5)
    expected = 0.0
    for step in range(20):
        nn.init.constant_(network.weight, step + 1.0)
        averages.update(network, step)
        decay = min(0.5, (1 + step) / (10 + step))
        expected = decay * expected + (1 - decay) * (step + 1.0)
    assert averages.network.weight.item() == pytest.approx(expected)
    assert expected > 18


def test_it_is_a_copy_that_is_not_trained() -> None:
    network = nn.BatchNorm1d(2)
    averages = Averages(network, 0.9)
    network(torch.randn(8, 2)).sum().backward()
    averages.update(network, 0)
    assert not averages.network.weight.requires_grad and averages.network.weight.is_leaf
    assert network.running_mean is not None
    assert not torch.equal(averages.network.running_mean, network.running_mean)
