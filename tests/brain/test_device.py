import pytest
import torch

from brain.device import placed, put
from brain.errors import BrainError


def test_a_device_that_is_not_there_is_refused_in_words() -> None:
    assert placed("cpu", "bfloat16") == (torch.device("cpu"), torch.bfloat16)
    with pytest.raises(BrainError, match="Remedy: cpu, cuda or cuda:1"):
        placed("gpu", "float32")
    absent = "cuda:99"
    with pytest.raises(BrainError, match=r"--brain-device cuda:99: .* Remedy: "):
        placed(absent, "float32")


def test_half_the_digits_spare_what_needs_them() -> None:
    network = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2))
    network.register_buffer("inv_freq", torch.ones(2))
    put(network, torch.device("cpu"), torch.bfloat16)
    assert network[0].weight.dtype is torch.bfloat16
    assert network[1].weight.dtype is network.inv_freq.dtype is torch.float32
