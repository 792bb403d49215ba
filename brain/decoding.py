"""Greedy decoding with a key-value cache: a bounded thought, then exactly the valid codes."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import DynamicCache

from brain.vision_language_model import VisionLanguageModel


def read_bin(scores: Tensor, circular: bool = False, reach: int = 4) -> int:
    """The bin a soft-binned distribution means: the mean within `reach` bins of its peak.

    The plain peak of a flat-topped bump jumps by a bin or two; the mean around it does not.

    Args:
        scores: (n,) logits; `circular`: first and last bin are neighbours.
    """
    peak, bins = int(scores.argmax()), len(scores)
    if not circular:  # a window cut off on one side would pull the mean inwards
        reach = min(reach, peak, bins - 1 - peak)
    offset = torch.arange(-reach, reach + 1)
    weight = scores[(peak + offset) % bins].softmax(-1)
    return round(peak + float((weight * offset).sum())) % bins


@dataclass(frozen=True)
class CodeRule:
    """How codes are read: positions read as soft bins, and those of them that are circular."""

    soft: tuple[int, ...] = (0, 1, 2, 3)
    circular: tuple[int, ...] = (3,)


class Decoder:
    """One answer at a time from one model; stateless between answers."""

    def __init__(self, model: VisionLanguageModel, rule: CodeRule | None = None,
                 longest_thought: int = 40) -> None:  # fmt: skip
        self.model = model
        self.rule = rule or CodeRule()
        self.longest_thought = longest_thought
        self._acts = torch.tensor(model.vocabulary.acts)
        locations = model.vocabulary.locations
        self._first_place, self._places = (locations or [-1])[0], len(locations)
        # a thought is words, places and its end: no actions, images or padding
        banned = [*model.vocabulary.acts, model.vocabulary.image, model.vocabulary.think,
                  model.vocabulary.end]  # fmt: skip
        self._banned = torch.tensor(banned)
        self._rows = len(model.vocabulary)

    def image_features(self, pixels: Tensor) -> Tensor:
        """(1, I, D) projected image tokens of one normalised picture (1, 3, S, S)."""
        out = self.model.network.model.get_image_features(pixel_values=pixels)
        return out.pooler_output[0][None]

    def prefill(self, image: Tensor, ids: Sequence[int]) -> tuple[Tensor, DynamicCache]:
        """Run image tokens and `ids`; returns the last hidden state (D,) and the cache."""
        network = self.model.network.model.language_model
        text = network.get_input_embeddings()(torch.tensor([list(ids)]))
        cache = DynamicCache(config=network.config)
        out = network(inputs_embeds=torch.cat([image.to(text.dtype), text], 1),
                      past_key_values=cache, use_cache=True)  # fmt: skip
        return out.last_hidden_state[0, -1], cache

    def _next(self, token: int, cache: DynamicCache) -> Tensor:
        network = self.model.network.model.language_model
        out = network(input_ids=torch.tensor([[token]]), past_key_values=cache, use_cache=True)
        return out.last_hidden_state[0, -1]

    def thought(self, hidden: Tensor, cache: DynamicCache) -> tuple[list[int], Tensor]:
        """Continue after `<think>`.

        Returns:
            The thought's ids without `</think>`, and the hidden state after `</think>`.
        """
        ids: list[int] = []
        end = self.model.vocabulary.thought_end
        while len(ids) < self.longest_thought:
            scores = self.model.network.lm_head(hidden).float()[: self._rows]
            scores[self._banned] = -torch.inf
            token = int(scores.argmax())
            if token == end:
                break
            place = token - self._first_place
            if 0 <= place < self._places:
                own = scores[self._first_place : self._first_place + self._places]
                token = self._first_place + read_bin(own, reach=2)
            ids.append(token)
            hidden = self._next(token, cache)
        return ids, self._next(end, cache)

    def codes(self, hidden: Tensor, cache: DynamicCache) -> tuple[int, ...]:
        """The action's codes, each among those valid at its position."""
        codes: list[int] = []
        sizes = self.model.code_sizes
        for i, size in enumerate(sizes):
            own = self._acts[:size]
            scores = (self.model.network.lm_head.weight[own] @ hidden).float()
            soft = i in self.rule.soft and size > 2
            code = read_bin(scores, i in self.rule.circular) if soft else int(scores.argmax())
            codes.append(code)
            if i + 1 < len(sizes):
                hidden = self._next(int(own[code]), cache)
        return tuple(codes)
