"""Dense labels of named points, each of one role: where it appears, and where it is.

Several may lie in one cell (a hand and what it holds), so every role has read-outs of its own.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from brain.atomic import LOCATIONS
from brain.tokenizer import Vocabulary
from brain.train.dense_labels import soft_bins
from brain.train.token_targets import REACH as TOKEN_REACH
from brain.train.token_targets import between
from brain.vision_encoder import STEM_STRIDE
from episodes.splits import BRAIN_ONE_IN, held_out

REACH = 1.5  # cells whose middle lies nearer to a point (in cells) answer for it
FIELDS = 5  # regressed: sub-cell offset u, v (cells), x, y, z (0.2 m)
METRES = 0.2
# a millimetre must weigh on the loss long after the points are found
WEIGHTS = (3.0, 3.0, 10.0, 10.0, 10.0)
Range = tuple[float, float]


@dataclass(frozen=True, eq=False)
class PointLabels:
    """A :class:`brain.train.labels.Labels`.

    Attributes:
        points: (N, K, 5) x, y, z (m), u, v (pixels); not finite where there is no such point.
        kind: (N,) what sort of scene it is, 0 to `kinds` - 1.
        size: pixels of a side. roles: K words. ranges: of x, y, z, m.
        middle: m, about which places are regressed.
    """

    points: NDArray[np.float32]
    kind: NDArray[np.int64]
    kinds: int
    size: int
    roles: tuple[str, ...]
    ranges: tuple[Range, Range, Range]

    @property
    def middle(self) -> Tensor:
        return torch.tensor([sum(r) / 2 for r in self.ranges], dtype=torch.float32)

    def heads(self, channels: int) -> nn.Module:
        return PointHeads(channels, len(self.roles), self.kinds)

    def loss(
        self, out: dict[str, Tensor], rows: NDArray[np.int64]
    ) -> tuple[Tensor, dict[str, float]]:
        here, offset, place = self._near(rows)
        heat = nn.functional.binary_cross_entropy_with_logits(
            out["heat"], here.float(), reduction="none"
        )
        count = here.sum().clamp(min=1)
        present, empty = heat[here].sum() / count, heat[~here].mean()
        wanted = torch.cat([offset, self._scaled(place)], -1)
        error = nn.functional.smooth_l1_loss(
            out["regress"][here], wanted[here], beta=0.05, reduction="none"
        )
        regress = (error * torch.tensor(WEIGHTS)).sum() / (FIELDS * count)
        told = self._bins(out, here)
        bins = sum(
            nn.functional.cross_entropy(
                told[:, axis], soft_bins(place[here][:, axis], *span, LOCATIONS), reduction="sum"
            )
            for axis, span in enumerate(self.ranges)
        )
        some = here[..., 1:].any(-1)
        kind = torch.from_numpy(self.kind[rows])[:, None, None].expand(some.shape)
        kinds = nn.functional.cross_entropy(
            out["kind"][some], kind[some], reduction="sum"
        ) / some.sum().clamp(min=1)
        total = present + 3.0 * empty + regress + 0.1 * bins / count + 0.3 * kinds
        return total, {"heat": present.item(), "regress": regress.item(), "kind": kinds.item()}

    def figures(self, out: dict[str, Tensor], rows: NDArray[np.int64]) -> dict[str, float]:
        """Where each role's warmest cell believes its point to be, against where it is."""
        points = torch.from_numpy(self.points[rows])
        flat = out["heat"].flatten(1, 2)
        best = flat.argmax(1)
        told = out["regress"].flatten(1, 2)
        told = told.gather(1, best[:, None, :, None].expand(-1, 1, -1, FIELDS))[:, 0]
        places = told[..., 2:] * METRES + self.middle
        shown = self._shown(rows)
        figures = {}
        for k, role in enumerate(self.roles):
            seen = torch.from_numpy(shown[:, k])
            off = (places[:, k] - points[:, k, :3]).norm(dim=-1)[seen] * 1e3
            figures[f"{role}_median_mm"] = off.median().item() if seen.any() else float("nan")
            figures[f"{role}_90_mm"] = off.quantile(0.9).item() if seen.any() else float("nan")
        return figures

    def token_targets(
        self, rows: NDArray[np.int64], embeddings: Tensor, vocabulary: Vocabulary, side: int
    ) -> tuple[Tensor, Tensor]:
        """The role's word and the place; of several points the nearest to the token's middle."""
        points = self.points[rows]
        middle = (np.arange(side) + 0.5) * self.size / side
        du = points[:, None, None, :, 3] - middle[None, None, :, None]
        dv = points[:, None, None, :, 4] - middle[None, :, None, None]
        distance = np.hypot(du, dv)
        distance[~np.isfinite(distance)] = 1e6
        nearest = distance.argmin(-1).reshape(len(points), -1)
        near = torch.from_numpy(distance.min(-1).reshape(len(points), -1) < TOKEN_REACH * self.size)
        own = torch.from_numpy(np.nan_to_num(points[np.arange(len(points))[:, None], nearest]))
        roles = embeddings[[int(vocabulary.encode(role)[0]) for role in self.roles]]
        total = roles[torch.from_numpy(nearest)]
        places = embeddings[vocabulary.locations]
        for axis, span in enumerate(self.ranges):
            word = between(places, own[..., axis], *span)
            # each axis rolled by a third of the width, so that they keep apart
            total = total + word.roll(axis * word.shape[-1] // 3, -1)
        nothing = embeddings[vocabulary.image]
        nothing = nothing / nothing.norm() * total.norm(dim=-1).mean()
        return torch.where(near[..., None], total, nothing), near

    def _shown(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        spot = self.points[rows][..., 3:]
        with np.errstate(invalid="ignore"):
            inside = (spot >= 0) & (spot < self.size)
        return np.asarray(inside.all(-1))

    def _near(self, rows: NDArray[np.int64]) -> tuple[Tensor, Tensor, Tensor]:
        """(B, G, G, K) bool; (B, G, G, K, 2) cells; (B, G, G, K, 3) m."""
        points = self.points[rows]
        cells = self.size // STEM_STRIDE
        middle = (np.arange(cells, dtype=np.float32) + 0.5) * STEM_STRIDE
        du = np.broadcast_to(
            points[:, None, None, :, 3] - middle[None, None, :, None],
            (len(rows), cells, cells, len(self.roles)),
        )
        dv = points[:, None, None, :, 4] - middle[None, :, None, None]
        offset = np.stack([du, np.broadcast_to(dv, du.shape)], -1) / STEM_STRIDE
        with np.errstate(invalid="ignore"):
            here = np.hypot(offset[..., 0], offset[..., 1]) < REACH
        here &= self._shown(rows)[:, None, None, :]
        place = np.broadcast_to(points[:, None, None, :, :3], (*du.shape, 3))
        return (
            torch.from_numpy(here),
            torch.from_numpy(np.nan_to_num(offset).astype(np.float32)),
            torch.from_numpy(np.nan_to_num(place).astype(np.float32)),
        )

    def _bins(self, out: dict[str, Tensor], here: Tensor) -> Tensor:
        """(M, 3, 64) for the M points of `here` (B, G, G, K): on every cell they would cost more
        than all the encoder."""
        spots = here.nonzero()
        cells = out["cells"][spots[:, 0], spots[:, 1], spots[:, 2]]
        weight, bias = (out[name][spots[:, 3]] for name in ("bins_weight", "bins_bias"))
        return (torch.einsum("mabc,mc->mab", weight, cells) + bias).float()

    def _scaled(self, place: Tensor) -> Tensor:
        return (place - self.middle) / METRES


class PointHeads(nn.Module):
    """Linear read-outs of every cell: what they can read, the projector can read too."""

    def __init__(self, channels: int, roles: int, kinds: int) -> None:
        super().__init__()
        self.roles = roles
        self.sizes = (roles, roles * FIELDS, kinds)
        self.read = nn.Conv2d(channels, sum(self.sizes), 1)
        self.bins_weight = nn.Parameter(torch.randn(roles, 3, LOCATIONS, channels) * 0.02)
        self.bins_bias = nn.Parameter(torch.zeros(roles, 3, LOCATIONS))

    def forward(self, cells: Tensor) -> dict[str, Tensor]:
        """(B, C, G, G) to heat (B, G, G, K), regress (.., K, 5), kind; and what place bins are read
        with where there is a point."""
        out = self.read(cells).float().permute(0, 2, 3, 1)
        heat, regress, kind = out.split(list(self.sizes), -1)
        return {
            "heat": heat, "regress": regress.unflatten(-1, (self.roles, FIELDS)), "kind": kind,
            "cells": cells.permute(0, 2, 3, 1), "bins_weight": self.bins_weight,
            "bins_bias": self.bins_bias,
        }  # fmt: skip


@dataclass(frozen=True, eq=False)
class PointImages:
    """A :class:`brain.train.labels.Pictures`. `fixed` (N, S, S, 3) uint8; `episode` (N,)."""

    fixed: NDArray[np.uint8]
    episode: NDArray[np.int64]
    labels: PointLabels

    @property
    def held_out(self) -> NDArray[np.bool_]:
        return held_out(self.episode, BRAIN_ONE_IN)
