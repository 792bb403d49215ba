"""Flow matching over action chunks (Lipman et al. 2023), with committed prefixes.

    z_t = (1 - t) x + t e,     target velocity = e - x,     x = z_1 - integral over t of v

e is Gaussian noise times a temperature. Training draws temperatures down to 0, so that starting
from z_1 = 0 (the deterministic default at run time) is not foreign to the network, and puts a
share of its samples at t = 1, where one evaluation must already name the chunk.
"""

from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from cerebellum.dataset import Batch
from cerebellum.network import Controller

EULER_STEPS = 5
DRAWS = 2  # noise draws per encoded sample: the field is cheap beside the encoder
PLACE_WEIGHT = 0.3
HUBER = 0.05
GRIPPER_WEIGHT = 0.3
NEAR_STEPS = 8  # what will be executed counts more


def draw_times(size: int, generator: torch.Generator) -> Tensor:
    """(size,) times: a third at 1, the others uniform."""
    t = torch.rand(size, generator=generator)
    return torch.where(torch.rand(size, generator=generator) < 0.34, torch.ones(size), t)


def draw_noise(shape: torch.Size, generator: torch.Generator) -> Tensor:
    """Noise of `shape` (B, ...): half the samples at temperature 1, the others at 0..1."""
    noise = torch.randn(shape, generator=generator)
    low = torch.rand(shape[0], generator=generator)
    whole = torch.rand(shape[0], generator=generator) < 0.5
    temperature = torch.where(whole, torch.ones(shape[0]), low)
    return noise * temperature[:, None, None]


class Field(Protocol):
    """Anything with a velocity field over chunks."""

    def field(self, z: Tensor, t: Tensor, context: Tensor, prefix: Tensor, mask: Tensor) -> Tensor:
        """(B, 16, 5) velocities at `z` (B, 16, 5) and times `t` (B,)."""


def field_loss(model: Field, batch: Batch, context: Tensor, generator: torch.Generator) -> Tensor:
    """The field's error at drawn times and noises, committed steps masked out; `context` (B, C)."""
    x, prefix, mask = (
        batch[name].repeat(DRAWS, *([1] * (batch[name].ndim - 1)))
        for name in ("target", "prefix", "prefix_mask")
    )
    t = draw_times(len(x), generator).to(x.device)
    noise = draw_noise(x.shape, generator).to(x.device)
    z = (1 - t)[:, None, None] * x + t[:, None, None] * noise
    velocity = model.field(z, t, context.repeat(DRAWS, 1), prefix, mask).float()
    error = F.smooth_l1_loss(velocity, noise - x, beta=HUBER, reduction="none")
    weight = torch.ones_like(error)
    weight[:, NEAR_STEPS:] = 0.5
    weight[..., 4] *= GRIPPER_WEIGHT
    weight = weight * (1 - mask)[..., None]
    return (error * weight).sum() / weight.sum()


@torch.no_grad()
def integrate(
    model: Field,
    context: Tensor,
    prefix: Tensor,
    mask: Tensor,
    steps: int = EULER_STEPS,
    noise: Tensor | None = None,
) -> Tensor:
    """(B, 16, 5) normalised chunks by `steps` Euler steps from t = 1 to 0.

    `noise` (B, 16, 5) starts the integration, default zeros (deterministic); committed steps
    come back as given in `prefix`.
    """
    z = torch.zeros_like(prefix) if noise is None else noise
    for k in range(steps):
        t = z.new_full((len(z),), 1.0 - k / steps)
        z = z - model.field(z, t, context, prefix, mask).to(z.dtype) / steps
    keep = mask[..., None]
    return z * (1 - keep) + prefix * keep


def losses(model: Controller, batch: Batch, generator: torch.Generator) -> dict[str, Tensor]:
    """`total`, and its parts: `flow` (the field, committed steps masked out), `place` (the true
    waypoint, read off the context), `correction` (of the token, read off the camera)."""
    size = len(batch["target"])
    context, gates, correction = model.encoder.encode(
        batch["token"], batch["proprio"], batch["force"], batch["wrist"],
        batch["token"].new_full((size, 3), -1.0),
    )  # fmt: skip
    place = model.encoder.place(context).float()
    place_loss = F.smooth_l1_loss(place, batch["place"], beta=HUBER, reduction="none").mean(dim=1)
    place_loss = (place_loss * batch["known"]).mean()
    off = F.smooth_l1_loss(correction.float(), batch["correction"], beta=HUBER, reduction="none")
    off_loss = (off.mean(dim=1) * batch["known"]).mean()

    flow_loss = field_loss(model, batch, context, generator)
    return {
        "total": flow_loss + PLACE_WEIGHT * (place_loss + off_loss),
        "flow": flow_loss.detach(),
        "place": place_loss.detach(),
        "correction": off_loss.detach(),
        "gates": gates.detach().float().mean(dim=0),
    }


@torch.no_grad()
def sample(
    model: Controller,
    batch: Batch,
    steps: int = EULER_STEPS,
    noise: Tensor | None = None,
    gate_override: Tensor | None = None,
) -> Tensor:
    """(B, 16, 5) normalised chunks for `batch`; see :func:`integrate`."""
    prefix, mask = batch["prefix"], batch["prefix_mask"]
    if gate_override is None:
        gate_override = prefix.new_full((len(prefix), 3), -1.0)
    context, _ = model.encoder(
        batch["token"], batch["proprio"], batch["force"], batch["wrist"], gate_override
    )
    return integrate(model, context, prefix, mask, steps, noise)
