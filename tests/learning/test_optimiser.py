import itertools
from copy import deepcopy

import pytest
import torch
from torch import nn

from learning.optimiser import Optimiser, hidden_matrices, orthogonal


class Net(nn.Module):
    """An embedding tied to the head, a matrix, two convolutions, a norm."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(7, 4)
        self.matrix = nn.Linear(4, 4)
        self.conv = nn.Conv2d(1, 3, 3)
        self.point = nn.Conv2d(3, 1, 1)
        self.norm = nn.LayerNorm(4)
        self.head = nn.Linear(4, 7, bias=False)
        self.head.weight = self.table.weight

    def forward(self, ids):
        hidden = self.norm(self.matrix(self.table(ids)))
        wide = hidden[:, None, :, None].expand(-1, -1, -1, 4)
        return self.head(hidden) + self.point(self.conv(wide)).mean()


def trained(net, optimiser, steps, seed=0):
    generator = torch.Generator().manual_seed(seed)
    for _ in range(steps):
        ids = torch.randint(0, 7, (32,), generator=generator)
        optimiser.zero_grad()
        nn.functional.cross_entropy(net(ids), (ids + 1) % 7).backward()
        optimiser.step()
    return net


def both(module, rate, decay, **options):
    """Muon for what lies between layers, AdamW for the rest."""
    return Optimiser(module.parameters(), rate, decay, hidden_matrices(module), **options)


def net(seed=0):
    torch.manual_seed(seed)
    return Net()


def test_every_parameter_moves_and_the_table_is_no_matrix():
    model = net()
    before = {k: v.detach().clone() for k, v in model.named_parameters()}
    optimiser = both(model, 1e-2, 0.0)
    muon, adamw = optimiser.state_dict()
    # `matrix` and the filters of `conv`; what reads out of single pixels is no filter
    assert [g["params"] for g in muon["param_groups"]] == [[0, 1]]
    assert sum(len(g["params"]) for g in adamw["param_groups"]) == 7
    trained(model, optimiser, 1)
    for name, value in model.named_parameters():
        assert not torch.equal(value, before[name]), name


@pytest.mark.parametrize("precise", [False, True])
def test_a_step_is_as_large_as_the_rate_says(precise):
    model = net()
    before = model.matrix.weight.detach().clone()
    optimiser = both(model, 1.0, 0.0, precise=precise)
    optimiser.set_rate(1e-3)
    trained(model, optimiser, 1)
    rms = (model.matrix.weight - before).pow(2).mean().sqrt().item()
    assert rms == pytest.approx(0.2e-3, rel=0.5)  # AdamW's usual 0.2 to 0.4 of the rate


def test_filters_move_as_a_matrix_does_however_they_and_their_gradients_lie_in_memory():
    torch.manual_seed(0)
    weight, gradient = torch.randn(2, 5, 4, 3, 3)
    moved = []
    orders = (torch.contiguous_format, torch.channels_last)
    for order, other in itertools.product(orders, orders):
        conv = nn.Conv2d(4, 5, 3, bias=False)
        conv.weight.data = weight.clone(memory_format=order)
        optimiser = both(conv, 1e-2, 0.01)
        for _ in range(2):
            conv.weight.grad = gradient.contiguous(memory_format=other)
            optimiser.step()
        optimiser.zero_grad()
        assert conv.weight.grad is None
        moved.append(conv.weight.detach())
    matrix = nn.Linear(36, 5, bias=False)
    matrix.weight.data = weight.flatten(1).clone()
    optimiser = both(matrix, 1e-2, 0.01)
    for _ in range(2):
        matrix.weight.grad = gradient.flatten(1).clone()
        optimiser.step()
    step = matrix.weight - weight.flatten(1)
    # the orthogonalisation runs in bfloat16: in another order it rounds otherwise
    for after in moved:
        own = after.flatten(1) - weight.flatten(1)
        assert nn.functional.cosine_similarity(own.flatten(), step.flatten(), dim=0) > 0.99
        assert own.norm() == pytest.approx(step.norm().item(), rel=0.05)


@pytest.mark.parametrize("options", [{}, {"precise": True, "fused": True}])
def test_it_goes_on_where_it_stopped(options):
    one = net()
    first = both(one, 1e-2, 0.01, **options)
    trained(one, first, 6)
    other = net(seed=5)
    other.load_state_dict(one.state_dict())
    second = both(other, 1e-2, 0.01, **options)
    second.load_state_dict(deepcopy(first.state_dict()))  # as through a file
    trained(one, first, 3, seed=1)
    trained(other, second, 3, seed=1)
    for a, b in zip(one.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(a, b)


def test_it_learns():
    model = net()
    trained(model, both(model, 2e-2, 0.0), 300)
    ids = torch.arange(7)
    assert (model(ids).argmax(-1) == (ids + 1) % 7).all()


def test_without_matrices_it_is_adamw():
    point = nn.Conv2d(1, 1, 1)
    assert len(both(point, 1e-3, 0.0).state_dict()) == 1


def test_vectors_do_not_decay_and_matrices_do():
    model = net()
    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimiser = Optimiser(model.parameters(), 0.1, 0.5)
    before = {k: v.detach().clone() for k, v in model.named_parameters()}
    optimiser.step()
    for name, value in model.named_parameters():
        kept = 1.0 if value.ndim <= 1 else 1.0 - 0.1 * 0.5
        torch.testing.assert_close(value.detach(), kept * before[name])


def test_what_has_no_gradient_stays():
    model = net()
    before = model.matrix.weight.detach().clone()
    for precise in (False, True):
        both(model, 0.1, 0.5, precise=precise).step()
    assert torch.equal(model.matrix.weight, before)


@pytest.mark.parametrize("shape", [(8, 8), (5, 12), (12, 5)])
def test_an_orthogonal_update_has_singular_values_about_one(shape):
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    values = torch.linalg.svdvals(orthogonal(matrix))
    assert values.min() > 0.3 and values.max() < 1.3


def test_muon_steps_alike_in_either_precision():
    moved = []
    for precise in (False, True):
        model = net()
        trained(model, both(model, 1e-2, 0.01, precise=precise), 1)
        moved.append((model.matrix.weight - net().matrix.weight).detach())
    assert nn.functional.cosine_similarity(*(m.flatten() for m in moved), dim=0) > 0.99
    assert moved[0].norm() == pytest.approx(moved[1].norm().item(), rel=0.05)
