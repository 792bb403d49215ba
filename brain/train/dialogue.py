"""What the stages that read dialogues share: drawing packed batches, the loss, the figures."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from brain.atomic import LOCATIONS, YAWS
from brain.train.answer_loss import AnswerLoss
from brain.train.packing import Packed, hidden_states, pack
from brain.train.rows import Rows, join
from brain.vision_language_model import VisionLanguageModel
from episodes.vocabulary import PLACE_X, PLACE_Y
from learning.device import autocast
from learning.errors import TrainingError
from learning.objective import Metrics

PLACE_MM = 500.0 * ((PLACE_X[1] - PLACE_X[0]) + (PLACE_Y[1] - PLACE_Y[0])) / LOCATIONS
RIGHT_MM = 30.0  # nearer than this, along one axis, it must be the object that is meant
YAW_NEAR = 3  # bins of 3.75 degrees
Features = Callable[[NDArray[np.int64], np.random.Generator | None], Tensor]


@dataclass(frozen=True)
class Batching:
    """How many pictures a step and how many rows a picture."""

    pictures: int = 16
    rows_per_picture: int = 8
    validation_pictures: int = 192


class Dialogues:
    """Rows of learning and of held-out pictures, drawn in packed batches."""

    def __init__(self, model: VisionLanguageModel, rows: Rows, held_out: NDArray[np.bool_],
                 batching: Batching, loss: AnswerLoss,
                 place_mm: float = PLACE_MM) -> None:  # fmt: skip
        """`place_mm`: what a location token spans, on average over the axes."""
        self.place_mm = place_mm
        self.model, self.rows, self.batching, self.loss = model, rows, batching, loss
        groups = rows.by_picture()
        learn = [p for p in groups if not held_out[p]]
        check = [p for p in groups if held_out[p]]
        if not learn:
            raise TrainingError("every picture with dialogues is held out; collect more episodes")
        self.groups = groups
        self.drills: dict[int, NDArray[np.int64]] = {}
        self.drilled = 0
        self.learn = np.array(learn)
        self.check = np.array(check or learn)
        sizes = np.array([min(len(groups[p]), batching.rows_per_picture) for p in learn], float)
        self.weight = sizes.cumsum() / sizes.sum()

    def add_drills(self, drills: Rows, pictures: int) -> None:
        """While learning, pictures bring their drills along, and `pictures` more have drills alone.

        Without them a stage that starts on dialogues loses the grounding the drills gave, for
        half of the dialogues tell the place in the thought before.
        """
        first = len(self.rows)
        self.rows = join(self.rows, drills)
        self.drills = {p: rows + first for p, rows in drills.by_picture().items()}
        self.drilled = pictures

    def _packed(
        self, pictures: NDArray[np.int64], rng: np.random.Generator, learning: bool = False
    ) -> Packed:
        limit = self.batching.rows_per_picture
        chosen = [rng.permutation(self.groups[int(p)])[:limit] for p in pictures]
        if learning and self.drills:
            more = rng.choice(self.learn, self.drilled)
            none = np.zeros(0, np.int64)
            chosen += [none] * len(more)
            pictures = np.concatenate([pictures, more])
            drills = [self.drills.get(int(p), none) for p in pictures]
            chosen = [np.concatenate(both) for both in zip(chosen, drills, strict=True)]
        return pack(self.rows, chosen, pictures, self.model.image_tokens,
                    len(self.model.code_sizes))  # fmt: skip

    def draw(self, rng: np.random.Generator) -> Packed:
        """A random batch; pictures with more rows come more often."""
        picks = self.weight.searchsorted(rng.random(self.batching.pictures), side="right")
        return self._packed(self.learn[np.minimum(picks, len(self.learn) - 1)], rng, True)

    def held_out_batches(self) -> list[Packed]:
        """Always the same batches of held-out pictures."""
        rng = np.random.default_rng(0)
        limit = min(self.batching.validation_pictures, len(self.check))
        pictures = self.check[np.linspace(0, len(self.check) - 1, limit).astype(int)]
        parts = np.array_split(pictures, max(1, limit // self.batching.pictures))
        return [self._packed(part, rng) for part in parts]

    def step(
        self, features: Features, drawn: Packed, rng: np.random.Generator
    ) -> tuple[Tensor, Metrics]:
        """Loss of one drawn batch."""
        batch = drawn.to(self.model.network.device)
        with autocast(self.model.network.device):
            hidden = hidden_states(self.model.network, features(batch.pictures, rng), batch)
            return self.loss(hidden, self.model.network.lm_head.weight, batch)

    def figures(self, features: Features) -> Metrics:
        """Teacher-forced figures on held-out pictures: word accuracy, place mm, code bins off."""
        total: dict[str, list[float]] = {}
        head = self.model.network.lm_head.weight
        for drawn in self.held_out_batches():
            batch = drawn.to(head.device)
            hidden = hidden_states(self.model.network, features(batch.pictures, None), batch)
            value, _ = self.loss(hidden, head, batch)
            total.setdefault("loss", []).append(value.item())
            words = batch.code < 0
            guess = (hidden[words] @ head.T).argmax(-1)
            answer, places = batch.answer[words], self.loss.locations
            is_place = torch.isin(answer, places)
            is_yaw = torch.isin(answer, self.loss.yaws)
            right = (guess == answer)[~is_place & ~is_yaw].float()
            total.setdefault("word_accuracy", []).extend(right.tolist())
            logits = hidden[words][is_place] @ head[places].T
            off = (logits.argmax(-1) + places[0] - answer[is_place]).abs()
            total.setdefault("place_mm", []).extend((off * self.place_mm).tolist())
            turns = (guess - answer)[is_yaw]
            turns = (torch.remainder(turns + YAWS // 2, YAWS) - YAWS // 2).abs()
            total.setdefault("yaw_right", []).extend((turns <= YAW_NEAR).float().tolist())
            near = (off * self.place_mm < RIGHT_MM).float()
            total.setdefault("place_right", []).extend(near.tolist())
            for i, size in enumerate(self.loss.sizes):
                here = batch.code == i
                own = self.loss.acts[:size]
                bins = (hidden[here] @ head[own].T).argmax(-1) + own[0] - batch.answer[here]
                if i in self.loss.weights.circular:
                    bins = torch.remainder(bins + size // 2, size) - size // 2
                total.setdefault(f"code_{i}_bins_off", []).extend(bins.abs().tolist())
        return {
            name: float(np.median(v) if name.endswith(("_mm", "_off")) else np.mean(v))
            for name, v in total.items()
            if v
        }
