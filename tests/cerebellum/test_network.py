import torch

from cerebellum import flow, inputs
from cerebellum.export.graphs import example
from cerebellum.network import Controller, Gate
from cerebellum.network_config import NetworkConfig
from tests.cerebellum.conftest import SMALL

KEYS = ("token", "proprio", "force", "wrist")


def test_the_shipped_size_is_within_three_million():
    assert Controller(NetworkConfig()).parameter_count <= 3_000_000


def test_a_gate_follows_the_formula():
    gate = Gate(5, 3)
    q, m = torch.randn(4, 5), torch.randn(4, 3)
    hidden = torch.relu(torch.cat([q, m], 1) @ gate.first.weight.T)
    wanted = torch.sigmoid(hidden @ gate.second.weight.T + gate.second.bias)
    assert torch.allclose(gate(q, m), wanted, atol=1e-6)


def test_gates_are_independent_and_can_be_forced():
    model = Controller(SMALL).eval()
    batch = example(model)
    override = torch.tensor([[-1.0, 0.25, -1.0]])
    context, gates = model.encoder(*(batch[k] for k in KEYS), batch["gate_override"])
    forced, moved = model.encoder(*(batch[k] for k in KEYS), override)
    assert gates.shape == (1, len(inputs.MODALITIES))
    assert moved[0, 1] == 0.25 and moved[0, 0] == gates[0, 0]
    assert not torch.allclose(context, forced)


def test_a_closed_gate_shuts_its_sense_out():
    model = Controller(SMALL).eval()
    batch = example(model)
    shut = torch.zeros(1, 3)
    one, _ = model.encoder(*(batch[k] for k in KEYS), shut)
    batch["wrist"] = torch.rand_like(batch["wrist"])
    two, _ = model.encoder(*(batch[k] for k in KEYS), shut)
    assert torch.equal(one, two)


def test_committed_steps_have_no_velocity_and_hide_the_noise_under_them():
    model = Controller(SMALL).eval()
    batch = example(model)
    context, _ = model.encoder(*(batch[k] for k in KEYS), batch["gate_override"])
    rest = (torch.ones(1), context, batch["prefix"], batch["prefix_mask"])
    z = batch["noise"]
    velocity = model.field(z, *rest)
    assert (velocity[:, :2] == 0).all() and (velocity[:, 2:] != 0).any()
    other = z.clone()
    other[:, :2] += 1.0
    assert torch.equal(velocity, model.field(other, *rest))


def test_sampling_keeps_committed_steps():
    model = Controller(SMALL).eval()
    batch = example(model)
    chunk = flow.sample(model, batch)
    assert torch.equal(chunk[:, :2], batch["prefix"][:, :2])
    assert torch.equal(chunk, flow.sample(model, batch))
