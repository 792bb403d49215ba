from copy import deepcopy

import pytest
import torch
from torch import nn

from brain.train.optimiser import MatrixOptimiser


class Net(nn.Module):
    """An embedding tied to the head, a matrix, a convolution, a norm."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(7, 4)
        self.matrix = nn.Linear(4, 4)
        self.conv = nn.Conv1d(1, 1, 3)
        self.norm = nn.LayerNorm(4)
        self.head = nn.Linear(4, 7, bias=False)
        self.head.weight = self.table.weight

    def forward(self, ids):
        hidden = self.norm(self.matrix(self.table(ids)))
        return self.head(hidden) + self.conv(hidden[:, None]).mean()


def trained(net, optimiser, steps, seed=0):
    generator = torch.Generator().manual_seed(seed)
    for _ in range(steps):
        ids = torch.randint(0, 7, (32,), generator=generator)
        optimiser.zero_grad()
        nn.functional.cross_entropy(net(ids), (ids + 1) % 7).backward()
        optimiser.step()
    return net


def net(seed=0):
    torch.manual_seed(seed)
    return Net()


def test_every_parameter_moves_and_the_table_is_no_matrix():
    model = net()
    before = {k: v.detach().clone() for k, v in model.named_parameters()}
    optimiser = MatrixOptimiser(model, model.parameters(), 1e-2, 0.0)
    muon, adamw = optimiser.state_dict()
    assert [g["params"] for g in muon["param_groups"]] == [[0]]  # `matrix` alone
    assert sum(len(g["params"]) for g in adamw["param_groups"]) == 6
    trained(model, optimiser, 1)
    for name, value in model.named_parameters():
        assert not torch.equal(value, before[name]), name


def test_a_step_is_as_large_as_the_rate_says():
    model = net()
    before = model.matrix.weight.detach().clone()
    optimiser = MatrixOptimiser(model, model.parameters(), 1.0, 0.0)
    optimiser.set_rate(1e-3)
    trained(model, optimiser, 1)
    rms = (model.matrix.weight - before).pow(2).mean().sqrt().item()
    assert rms == pytest.approx(0.2e-3, rel=0.5)  # AdamW's usual 0.2 to 0.4 of the rate


def test_it_goes_on_where_it_stopped():
    one = net()
    first = MatrixOptimiser(one, one.parameters(), 1e-2, 0.01)
    trained(one, first, 6)
    other = net(seed=5)
    other.load_state_dict(one.state_dict())
    second = MatrixOptimiser(other, other.parameters(), 1e-2, 0.01)
    second.load_state_dict(deepcopy(first.state_dict()))  # as through a file
    trained(one, first, 3, seed=1)
    trained(other, second, 3, seed=1)
    for a, b in zip(one.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(a, b)


def test_it_learns():
    model = net()
    trained(model, MatrixOptimiser(model, model.parameters(), 2e-2, 0.0), 300)
    ids = torch.arange(7)
    assert (model(ids).argmax(-1) == (ids + 1) % 7).all()


def test_without_matrices_it_is_adamw():
    conv = nn.Conv1d(1, 1, 3)
    assert len(MatrixOptimiser(conv, conv.parameters(), 1e-3, 0.0).state_dict()) == 1
