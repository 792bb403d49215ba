import pytest
import torch

from learning.device import autocast, device
from learning.errors import TrainingError


def test_a_device_that_is_not_here_is_named() -> None:
    assert device("cpu").type == "cpu"
    with pytest.raises(TrainingError, match="cpu, cuda or cuda:1"):
        device("abacus")
    with pytest.raises(TrainingError, match=r"--device cuda:99: .* Remedy: "):
        device("cuda:99")
    if not torch.cuda.is_available():
        with pytest.raises(TrainingError, match="--device cpu trains everything"):
            device("cuda")


def test_autocast_can_be_left_out() -> None:
    a = torch.ones(2, 2)
    with autocast(a.device):
        assert (a @ a).dtype == torch.bfloat16
    with autocast(a.device, enabled=False):
        assert (a @ a).dtype == torch.float32
