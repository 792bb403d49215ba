"""Figures of a flat network on held-out episodes, without simulation."""

import numpy as np
import torch
from torch import Tensor

from brain.atomic import LOCATIONS
from cerebellum.flow import integrate
from episodes.splits import FLAT_VALIDATION
from episodes.vocabulary import PLACE_X, PLACE_Y
from learning.objective import Metrics
from pontine.baselines.flat.dataset import Batch, FlatData
from pontine.baselines.flat.loss import believe
from pontine.baselines.flat.network import Belief, FlatNetwork

JUDGED = 5  # steps of a chunk: what is executed of it, and one more
MOVES = 0.01  # m in those steps: a way with a direction
SAME_WAY = float(np.cos(np.radians(20.0)))
RIGHT = 0.03  # m: it must be the object that is meant


def validate(model: FlatNetwork, data: FlatData, times: int = 1) -> Metrics:
    """Figures of `model`, in evaluation mode, on `times` as many held-out pictures as are set.

    On the recorded goals: `mm` and `deg` off at the fifth step, share of `gripper` orders right,
    share of moves in the right direction (`way`: horizontally within 20 degrees), share of targets
    told right within 30 mm (`target`). On sentences of our own: share of them that are rightly
    told apart from what cannot be done (`told_apart`).
    """
    on = next(model.parameters()).device
    found: dict[str, list[np.ndarray]] = {}
    for number in range(times * max(1, data.batching.validation // data.batching.pictures)):
        for own in (True, False):
            batch = data.batch(FLAT_VALIDATION.rng(number, own), own)
            there = {name: value.to(on) for name, value in batch.items()}
            belief = believe(model, there, model.look(there["pixels"]))
            if own:
                context = belief.context
                chunk = integrate(model, context, there["prefix"], there["prefix_mask"]).cpu()
                figures = _chunks(chunk, data, batch) | _targets(batch, belief)
            else:
                right = (belief.refuse.cpu() > 0) == (batch["refuse"] > 0.5)
                figures = {"told_apart": right.float().numpy()}
            for name, values in figures.items():
                found.setdefault(name, []).append(values)
    merged = {name: np.concatenate(values) for name, values in found.items()}
    return {name: float(values.mean()) for name, values in merged.items() if len(values)}


def _chunks(chunk: Tensor, data: FlatData, batch: Batch) -> dict[str, np.ndarray]:
    stats, true = data.statistics, batch["target"]
    difference = chunk - true
    ends = difference[:, :JUDGED].sum(dim=1)
    way, wanted = (stats.move * c[:, :JUDGED, :2].sum(dim=1) for c in (chunk, true))
    free = (wanted.norm(dim=1) > MOVES) & (batch["prefix_mask"][:, 2] == 0)
    along = torch.cosine_similarity(way, wanted, dim=1)[free] > SAME_WAY
    return {
        "mm": 1e3 * stats.move * ends[:, :3].norm(dim=1).numpy(),
        "deg": np.degrees(stats.turn) * ends[:, 3].abs().numpy(),
        "gripper": (difference[:, :JUDGED, 4].abs() < 1.0).float().flatten().numpy(),
        "way": along.float().numpy(),
    }


def _targets(batch: Batch, belief: Belief) -> dict[str, np.ndarray]:
    bins = belief.bins[:, 0].argmax(dim=-1).float().cpu() + 0.5
    low = torch.tensor([PLACE_X[0], PLACE_Y[0]])
    span = torch.tensor([PLACE_X[1], PLACE_Y[1]]) - low
    off = (low + span * bins / LOCATIONS - batch["places"][:, 0]).norm(dim=1)
    return {"target": (off < RIGHT).float().numpy()}
