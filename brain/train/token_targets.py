"""What an image token should say once it is projected: the words of the object it shows.

An image token with an object is drawn towards the sum of the embeddings of its words: colour, kind,
place and, where it matters, how a hand turns to fit it; a drawer's also to the place of its case,
for a turn is the same half a turn on, and does not tell which side is the front, nor how far it is
open. The place's second token is rolled by half the width, the turn by a quarter and the case's two
by an eighth and five, so that all keep apart. With
tied embeddings, looking at the right image token is then already half of naming it. A token without
object is drawn to one vector of the same length, never to zero: the language model normalises what
it reads, and would blow the rest of a hundred near-zero tokens up to as many loud distractors.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from brain.tokenizer import Vocabulary
from brain.train.turns import turn_embedding
from episodes.vocabulary import COLOURS, KINDS, PLACE_X, PLACE_Y

CLOSED = 0.096
"""m from the middle of a drawer's case to its handle, closed (as `sim.worlds.fixtures`)."""
DRAWER = KINDS.index("drawer")
REACH = 0.09  # of the picture's side, from an image token's middle to the object it speaks of


def token_targets(
    objects: NDArray[np.float32], embeddings: Tensor, vocabulary: Vocabulary, side: int, size: int
) -> tuple[Tensor, Tensor]:
    """(B, side^2, D) what each image token shall be, and (B, side^2) bool: it has an object.

    Args:
        objects: `scene.objects` (B, 6, 10); side: tokens along an edge; size: pixels of an edge.
    """
    middle = (np.arange(side) + 0.5) * size / side
    du = objects[:, None, None, :, 7] - middle[None, None, :, None]
    dv = objects[:, None, None, :, 8] - middle[None, :, None, None]
    distance = np.hypot(du, dv) + np.where(objects[..., 0] < 0, 1e6, 0)[:, None, None, :]
    nearest = distance.argmin(-1).reshape(len(objects), -1)
    on = embeddings.device
    own = torch.from_numpy(objects[np.arange(len(objects))[:, None], nearest]).to(on)
    near = torch.from_numpy(distance.min(-1).reshape(len(objects), -1) < REACH * size).to(on)
    words = {w: int(vocabulary.encode(w)[0]) for w in (*KINDS, *COLOURS)}
    kinds = embeddings[[words[w] for w in KINDS]][own[..., 0].long().clamp(0)]
    colours = embeddings[[words[w] for w in COLOURS]][own[..., 1].long().clamp(0)]
    places = embeddings[vocabulary.locations]
    x, y = (between(places, own[..., 2 + k], *r) for k, r in enumerate((PLACE_X, PLACE_Y)))
    turn = turn_embedding(embeddings[vocabulary.yaws], own[..., 0].long().clamp(0), own[..., 5])
    width = embeddings.shape[-1]
    total = kinds + colours + x + y.roll(width // 2, -1) + turn.roll(width // 4, -1)
    total = total + _case(places, own)
    nothing = embeddings[vocabulary.image]
    nothing = nothing / nothing.norm() * total.norm(dim=-1).mean()
    return torch.where(near[..., None], total, nothing), near


def _case(places: Tensor, own: Tensor) -> Tensor:
    """(..., D): where the case of a drawer `own` (..., 10) stands; zero for all else."""
    out, yaw = CLOSED + own[..., 6], own[..., 5]
    x = between(places, own[..., 2] - out * torch.cos(yaw), *PLACE_X)
    y = between(places, own[..., 3] - out * torch.sin(yaw), *PLACE_Y)
    width = places.shape[-1]
    told = x.roll(width // 8, -1) + y.roll(5 * width // 8, -1)
    return torch.where((own[..., 0] == DRAWER)[..., None], told, torch.zeros_like(told))


def between(table: Tensor, value: Tensor, low: float, high: float) -> Tensor:
    """Embedding of a value: linear between the embeddings of the two nearest bins."""
    place = ((value - low) / (high - low) * len(table) - 0.5).clamp(0, len(table) - 1.001)
    first = place.long()
    part = (place - first)[..., None]
    return table[first] * (1 - part) + table[first + 1] * part
