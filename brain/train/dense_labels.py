"""What each cell of the encoder's grid should know of the nearest object, and its read-out."""

from dataclasses import dataclass, fields

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from brain.atomic import LOCATIONS
from brain.tokenizer import Vocabulary
from brain.train.token_targets import token_targets
from brain.vision_encoder import STEM_STRIDE
from episodes.vocabulary import COLOURS, KINDS, PLACE_X, PLACE_Y

NO_KIND = len(KINDS)  # where nothing stands
REACH = 1.9  # cells whose middle lies nearer to an object's centre (in cells) answer for it
# regressed: sub-cell offset u, v (cells), x, y, z (0.2, 0.2, 0.1 m), width (0.05 m),
# sin and cos of n yaw: a cube looks the same every quarter turn, a knob every half, a drawer never
REGRESSED = 8
SYMMETRY = {"cube": 4.0, "drawer": 1.0, "knob": 2.0}
# a millimetre in x, y must weigh on the loss long after the objects are found
WEIGHTS = (3.0, 3.0, 10.0, 10.0, 3.0, 2.0, 2.0, 2.0)
KIND_WEIGHT = 2.0  # the hardest to learn: shapes differ by a few pixels
FIELDS = {"kind": NO_KIND + 1, "colour": len(COLOURS), "x_bin": LOCATIONS, "y_bin": LOCATIONS,
          "in_hand": 1, "regress": REGRESSED}  # fmt: skip
_SYMMETRY = np.array([SYMMETRY.get(kind, 0.0) for kind in KINDS], np.float32)
KNOB = KINDS.index("knob")


@dataclass
class DenseLabels:
    """Per cell (B, G, G): kind (NO_KIND: none), and for cells with an object all the rest."""

    kind: Tensor
    colour: Tensor
    in_hand: Tensor
    xy: Tensor
    regress: Tensor
    regress_mask: Tensor
    centre: Tensor

    @property
    def present(self) -> Tensor:
        """(B, G, G) bool: the cell answers for an object."""
        return self.kind < NO_KIND

    def to(self, on: torch.device) -> "DenseLabels":
        """The same on another device."""
        return DenseLabels(*(getattr(self, f.name).to(on) for f in fields(self)))


def dense_labels(objects: NDArray[np.float32], cells: int) -> DenseLabels:
    """Labels from `scene.objects` (B, 6, 10) for a grid of `cells` x `cells`.

    `centre` marks the one cell that holds each object's centre: figures are read there.
    """
    kind, u, v = objects[..., 0], objects[..., 7], objects[..., 8]
    middle = (np.arange(cells, dtype=np.float32) + 0.5) * STEM_STRIDE
    du = u[:, None, None, :] - middle[None, None, :, None]
    dv = v[:, None, None, :] - middle[None, :, None, None]
    distance = np.hypot(du, dv) + np.where(kind < 0, 1e6, 0)[:, None, None, :]
    nearest = distance.argmin(-1)
    batch = np.arange(len(objects))[:, None, None]
    own = objects[batch, nearest]
    present = np.take_along_axis(distance, nearest[..., None], -1)[..., 0] < REACH * STEM_STRIDE
    offset = np.stack([np.take_along_axis(d, nearest[..., None], -1)[..., 0]
                       for d in np.broadcast_arrays(du, dv)], -1) / STEM_STRIDE  # fmt: skip
    x, y, z, yaw, width = (own[..., i] for i in range(2, 7))
    turns = _SYMMETRY[own[..., 0].astype(int)]
    regress = np.stack([offset[..., 0], offset[..., 1], (x - 0.475) / 0.2, y / 0.2, z / 0.1,
                        width / 0.05, np.sin(turns * yaw), np.cos(turns * yaw)], -1)  # fmt: skip
    mask = np.ones(regress.shape, bool)
    mask[..., 5] = own[..., 0] != KNOB  # there it is an angle, and the yaw tells it
    mask[..., 6:] = (turns > 0)[..., None]
    centre = (np.abs(offset) <= 0.5).all(-1) & present
    return DenseLabels(
        kind=torch.from_numpy(np.where(present, own[..., 0], NO_KIND).astype(np.int64)),
        colour=torch.from_numpy(np.clip(own[..., 1], 0, len(COLOURS) - 1).astype(np.int64)),
        in_hand=torch.from_numpy(own[..., 9].astype(np.float32)),
        xy=torch.from_numpy(np.stack([x, y], -1).astype(np.float32)),
        regress=torch.from_numpy(np.nan_to_num(regress).astype(np.float32)),
        regress_mask=torch.from_numpy(mask & present[..., None]),
        centre=torch.from_numpy(centre),
    )


class DenseHeads(nn.Module):
    """Linear read-outs of every cell: what they can read, the projector can read too."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.read = nn.Conv2d(channels, sum(FIELDS.values()), 1)

    def forward(self, cells: Tensor) -> dict[str, Tensor]:
        """Cells (B, C, G, G) -> each of :data:`FIELDS` as (B, G, G, size)."""
        out = self.read(cells).float().permute(0, 2, 3, 1).split(list(FIELDS.values()), -1)
        return dict(zip(FIELDS, out, strict=True))


def soft_bins(value: Tensor, low: float, high: float, bins: int, sigma: float = 1.5) -> Tensor:
    """(N,) values -> (N, bins) probabilities, a Gaussian of `sigma` bins around each value."""
    centre = (value - low) / (high - low) * bins - 0.5
    line = torch.arange(bins, device=value.device)
    logits = -0.5 * ((line - centre[:, None]) / sigma) ** 2
    return logits.softmax(-1)


def dense_loss(out: dict[str, Tensor], labels: DenseLabels) -> tuple[Tensor, dict[str, float]]:
    """Sum of the read-outs' losses: what is there on every cell, the rest where an object is.

    Cells with an object are 4 % of the grid: averaged with the empty ones, their kinds would
    hardly weigh against colours and places.
    """
    present = labels.present
    cross = nn.functional.cross_entropy
    count = present.sum().clamp(min=1)  # an empty table has nothing to read
    kinds = cross(out["kind"].flatten(0, 2), labels.kind.flatten(), reduction="none")
    kinds = kinds.view(present.shape)
    kind = kinds[present].sum() / count
    empty = kinds[~present].mean()
    colour = cross(out["colour"][present], labels.colour[present], reduction="sum") / count
    held = nn.functional.binary_cross_entropy_with_logits(
        out["in_hand"][present][:, 0], labels.in_hand[present], reduction="sum"
    )
    error = nn.functional.smooth_l1_loss(
        out["regress"], labels.regress, beta=0.05, reduction="none"
    )
    error = error * labels.regress_mask * torch.tensor(WEIGHTS, device=error.device)
    regress = error.sum() / labels.regress_mask.sum().clamp(min=1)
    xy = labels.xy[present]
    x_bins = soft_bins(xy[:, 0], *PLACE_X, LOCATIONS)
    y_bins = soft_bins(xy[:, 1], *PLACE_Y, LOCATIONS)
    bins = cross(out["x_bin"][present], x_bins, reduction="sum")
    bins = bins + cross(out["y_bin"][present], y_bins, reduction="sum")
    total = KIND_WEIGHT * kind + empty + colour + 0.3 * held / count + regress
    total = total + 0.2 * bins / count
    return total, {"kind": kind.item(), "colour": colour.item(), "regress": regress.item()}


def dense_figures(out: dict[str, Tensor], labels: DenseLabels) -> dict[str, float]:
    """Accuracy and median errors at the objects' centres, and of empty cells."""
    here, regress = labels.centre, labels.regress
    xy = (out["regress"] - regress)[here][:, 2:4] * 200.0
    cube = here & (labels.kind == 0)
    turn = torch.atan2(out["regress"][cube][:, 6], out["regress"][cube][:, 7])
    true = torch.atan2(regress[cube][:, 6], regress[cube][:, 7])
    yaw = torch.rad2deg(torch.remainder(turn - true + torch.pi, 2 * torch.pi) - torch.pi) / 4
    hit = out["kind"].argmax(-1) == labels.kind
    return {
        "kind_accuracy": hit[here].float().mean().item(),
        "empty_accuracy": hit[~labels.present].float().mean().item(),
        "colour_accuracy": (out["colour"].argmax(-1) == labels.colour)[here].float().mean().item(),
        "xy_median_mm": xy.norm(dim=-1).median().item(),
        "yaw_median_deg": yaw.abs().median().item() if cube.any() else float("nan"),
    }


@dataclass(frozen=True, eq=False)
class ObjectLabels:
    """A :class:`brain.train.labels.Labels` of `scene.objects` (N, 6, 10), pictures of `size` px."""

    objects: NDArray[np.float32]
    size: int

    def heads(self, channels: int) -> nn.Module:
        return DenseHeads(channels)

    def loss(
        self, out: dict[str, Tensor], rows: NDArray[np.int64]
    ) -> tuple[Tensor, dict[str, float]]:
        return dense_loss(out, self._dense(rows, out["kind"].device))

    def figures(self, out: dict[str, Tensor], rows: NDArray[np.int64]) -> dict[str, float]:
        return dense_figures(out, self._dense(rows, out["kind"].device))

    def token_targets(
        self, rows: NDArray[np.int64], embeddings: Tensor, vocabulary: Vocabulary, side: int
    ) -> tuple[Tensor, Tensor]:
        return token_targets(self.objects[rows], embeddings, vocabulary, side, self.size)

    def _dense(self, rows: NDArray[np.int64], on: torch.device) -> DenseLabels:
        return dense_labels(self.objects[rows], self.size // STEM_STRIDE).to(on)
