"""What the flat network is judged by: its flow field, and heads that say what it believes."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from brain.atomic import LOCATIONS
from brain.train.dense_labels import soft_bins
from cerebellum.flow import HUBER, PLACE_WEIGHT, field_loss
from episodes.vocabulary import PLACE_X, PLACE_Y
from learning.objective import Metrics
from pontine.baselines.flat.dataset import Batch
from pontine.baselines.flat.network import Belief, FlatNetwork

BINS_WEIGHT = 0.3  # grounding first: everything else hangs on it
REFUSE_WEIGHT = 0.1


@dataclass(frozen=True)
class Parts:
    """`total` to descend on; `figures` of its parts."""

    total: Tensor
    figures: Metrics


def losses(model: FlatNetwork, batch: Batch, image: Tensor, rng: np.random.Generator) -> Parts:
    """The losses of a batch whose pictures' tokens are `image` (P, N, C)."""
    belief = believe(model, batch, image)
    known = 1.0 - batch["refuse"]
    count = known.sum().clamp(min=1)

    def over(error: Tensor) -> Tensor:
        return (error.mean(dim=1) * known).sum() / count

    aim = over(_huber(belief.aim[:, :8], batch["place"]))
    aim = aim + over(_huber(belief.aim[:, 8:], batch["closed"][:, None]))
    place = over(_huber(belief.place, batch["place"]))
    correction = over(_huber(belief.correction, off_aim(belief, batch)))
    bins = _bins(belief.bins, batch["places"])
    refuse = F.binary_cross_entropy_with_logits(belief.refuse, batch["refuse"])
    generator = torch.Generator().manual_seed(int(rng.integers(2**31)))
    flow = field_loss(model, batch, belief.context, generator)
    total = flow + PLACE_WEIGHT * (aim + place + correction) + BINS_WEIGHT * bins
    total = total + REFUSE_WEIGHT * refuse
    parts = {"flow": flow, "aim": aim, "place": place, "correction": correction, "bins": bins,
             "refuse": refuse}  # fmt: skip
    return Parts(total, {name: value.item() for name, value in parts.items()})


def believe(model: FlatNetwork, batch: Batch, image: Tensor) -> Belief:
    """The network's belief about a batch."""
    names = ("words", "word_mask", "command", "proprio", "force", "wrist")
    return model.believe(image, *(batch[name] for name in names))


def off_aim(belief: Belief, batch: Batch) -> Tensor:
    """(B, 4) true keyframe minus aim: x, y, z in 20 mm, yaw in 0.15 rad, at most 4 of them."""
    true = batch["goal"] - batch["command"]
    told = torch.cat([belief.offset, belief.turn[:, None]], dim=1).detach()
    return ((true - told) / true.new_tensor([0.02, 0.02, 0.02, 0.15])).clamp(-4.0, 4.0)


def _bins(logits: Tensor, places: Tensor) -> Tensor:
    """Mean cross-entropy, over the places that are, of the logits (B, 2, 2, 64) of x and y."""
    there = places[..., 0].isfinite()
    if not there.any():
        return logits.sum() * 0.0
    total = logits.new_zeros(())
    for axis, (low, high) in enumerate((PLACE_X, PLACE_Y)):
        wanted = soft_bins(places[..., axis][there], low, high, LOCATIONS)
        total = total + F.cross_entropy(logits[:, :, axis][there], wanted)
    return total / 2


def _huber(values: Tensor, wanted: Tensor) -> Tensor:
    return F.smooth_l1_loss(values.float(), wanted, beta=HUBER, reduction="none")
