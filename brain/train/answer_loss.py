"""The loss on answers: soft bins where neighbouring tokens mean neighbouring values.

The binary gripper code and all words are learnt by plain cross-entropy; places, poses, yaws and
time to go are learnt against a Gaussian over bins, yaw on a circle (half a turn is the same hand).
A code competes only with the codes that are valid at its position, as it does when decoding.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from brain.tokenizer import Vocabulary
from brain.train.packing import Packed


@dataclass(frozen=True)
class AnswerWeights:
    """How much each kind of token counts and how wide its target is."""

    words: float = 1.0
    locations: float = 5.0
    """Few among many tokens, and what everything later hangs on."""
    yaws: float = 5.0
    """Likewise, of the hand's yaw in a thought."""
    codes: tuple[float, ...] = (2.0, 2.0, 1.0, 1.0, 1.0, 0.3)
    """Weight of each position of the action (x, y, z, yaw, closed, time to go)."""
    sigma: tuple[float, ...] = (1.5, 1.5, 1.5, 1.5, 0.0, 0.7)
    """Width of each position's soft target in bins; 0: exact."""
    circular: tuple[int, ...] = (3,)
    """Positions whose first and last bin are neighbours."""
    location_sigma: float = 1.0
    yaw_sigma: float = 1.0


def kernel(bins: int, sigma: float, circular: bool = False) -> Tensor:
    """(bins, bins) target probabilities, a row for each true bin."""
    if sigma < 0.05:
        return torch.eye(bins)
    line = torch.arange(bins, dtype=torch.float32)
    distance = (line[:, None] - line[None, :]).abs()
    if circular:
        distance = torch.minimum(distance, bins - distance)
    return (-0.5 * (distance / sigma) ** 2).softmax(-1)


class AnswerLoss:
    """Callable on the hidden states of predicting tokens."""

    def __init__(self, vocabulary: Vocabulary, code_sizes: tuple[int, ...],
                 weights: AnswerWeights | None = None,
                 on: torch.device | None = None) -> None:  # fmt: skip
        """`on`: the device of what it will be given."""
        self.weights = weights = weights or AnswerWeights()
        self.sizes = code_sizes
        self.acts = torch.tensor(vocabulary.acts, device=on)
        self.locations = torch.tensor(vocabulary.locations, device=on)
        self.yaws = torch.tensor(vocabulary.yaws, dtype=torch.long, device=on)
        spread = [weights.sigma[i] if i < len(weights.sigma) else 1.5
                  for i in range(len(code_sizes))]  # fmt: skip
        self.kernels = [
            kernel(n, spread[i], i in weights.circular).to(on) for i, n in enumerate(code_sizes)
        ]
        self.told = [
            ("places", self.locations, weights.locations,
             kernel(len(vocabulary.locations), weights.location_sigma).to(on)),
            ("yaws", self.yaws, weights.yaws,
             kernel(len(vocabulary.yaws), weights.yaw_sigma, circular=True).to(on)),
        ]  # fmt: skip

    def __call__(self, hidden: Tensor, head: Tensor, batch: Packed
                 ) -> tuple[Tensor, dict[str, float]]:  # fmt: skip
        """Weighted mean loss per answer token.

        Args:
            hidden: (M, D); head: (V, D) output embedding.
        """
        total, weight, figures = hidden.new_zeros(()), 0.0, {}
        words = batch.code < 0
        logits = (hidden[words] @ head.T).float()
        answer = batch.answer[words]
        log = logits.log_softmax(-1)
        exact = torch.ones(len(answer), dtype=torch.bool, device=answer.device)
        for name, own, share, spread in self.told:
            here = torch.isin(answer, own)
            exact &= ~here
            if here.any():
                bins = answer[here] - own[0]
                soft = -(log[here][:, own] * spread[bins]).sum()
                total, weight = total + share * soft, weight + share * int(here.sum())
                figures[name] = soft.item() / int(here.sum())
        if exact.any():
            loss = -log[exact].gather(1, answer[exact, None]).sum()
            total = total + self.weights.words * loss
            weight += self.weights.words * int(exact.sum())
            figures["words"] = loss.item() / int(exact.sum())
        for i, size in enumerate(self.sizes):
            here = batch.code == i
            if not here.any():
                continue
            own = self.acts[:size]
            log = (hidden[here] @ head[own].T).float().log_softmax(-1)
            soft = -(log * self.kernels[i][batch.answer[here] - own[0]]).sum()
            share = self.weights.codes[min(i, len(self.weights.codes) - 1)]
            total, weight = total + share * soft, weight + share * int(here.sum())
            if i < 2:
                figures[f"code_{i}"] = soft.item() / int(here.sum())
        return total / max(weight, 1.0), figures
