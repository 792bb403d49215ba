"""Decoding with a key-value cache: a bounded thought, then exactly the valid codes. Greedy, unless
codes are asked to be drawn."""

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
                 longest_thought: int = 64) -> None:  # fmt: skip
        self.model = model
        self.rule = rule or CodeRule()
        self.longest_thought = longest_thought
        self._acts = torch.tensor(model.vocabulary.acts, device=model.device)
        self._before = model.vocabulary.encode(model.conventions.before)
        # places and yaws are read as soft bins; a yaw is circular
        families = (model.vocabulary.locations, False), (model.vocabulary.yaws, True)
        self._soft = [
            (ids[0], len(ids), circular) for ids, circular in families
            if ids and ids == list(range(ids[0], ids[0] + len(ids)))
        ]  # fmt: skip
        # a thought is words, places and its end: no actions, images or padding
        banned = [*model.vocabulary.acts, model.vocabulary.image, model.vocabulary.think,
                  model.vocabulary.end]  # fmt: skip
        self._banned = torch.tensor(banned)
        self._rows = len(model.vocabulary)

    def image_features(self, pixels: Tensor) -> Tensor:
        """(1, I, D) projected image tokens of one normalised picture (1, 3, S, S)."""
        pixels = pixels.to(self.model.device, self.model.dtype)
        out = self.model.network.model.get_image_features(pixel_values=pixels)
        return out.pooler_output[0][None]

    def prefill(self, image: Tensor, ids: Sequence[int]) -> tuple[Tensor, DynamicCache]:
        """Run image tokens and `ids`, behind whatever the checkpoint has before a picture.

        Returns:
            The (B + I + T, D) states after each, and the cache.
        """
        network = self.model.network.model.language_model
        text = self._embedded(ids)
        parts = [image.to(text.dtype), text]
        if self._before:
            parts.insert(0, self._embedded(self._before))
        cache = DynamicCache(config=network.config)
        out = network(inputs_embeds=torch.cat(parts, 1), past_key_values=cache, use_cache=True)
        return out.last_hidden_state[0], cache

    def _embedded(self, ids: Sequence[int]) -> Tensor:
        """(1, T, D) embeddings."""
        table = self.model.network.model.language_model.get_input_embeddings()
        return table(torch.tensor([list(ids)], device=self.model.device))

    def read(self, tokens: Sequence[int], cache: DynamicCache) -> Tensor:
        """(T, D) the states after each of `tokens`, which join the cache."""
        network = self.model.network.model.language_model
        ids = torch.tensor([list(tokens)], device=self.model.device)
        out = network(input_ids=ids, past_key_values=cache, use_cache=True)
        return out.last_hidden_state[0]

    def thought(self, states: Tensor, cache: DynamicCache) -> tuple[list[int], Tensor]:
        """Continue behind the last of `states`, that after `<think>`.

        Returns:
            The thought's ids without `</think>`, and the (1, D) state after `</think>`.
        """
        ids: list[int] = []
        end = self.model.vocabulary.thought_end
        while len(ids) < self.longest_thought:
            scores = self.model.network.lm_head(states[-1]).float().cpu()[: self._rows]
            scores[self._banned] = -torch.inf
            token = int(scores.argmax())
            if token == end:
                break
            for first, count, circular in self._soft:
                if first <= token < first + count:
                    own = scores[first : first + count]
                    token = first + read_bin(own, circular, reach=2)
                    break
            ids.append(token)
            states = self.read([token], cache)
        return ids, self.read([end], cache)

    def codes_after(
        self, image: Tensor, ids: Sequence[int], guess: Sequence[int] = ()
    ) -> tuple[int, ...]:
        """The codes that follow image tokens and `ids`.

        Args:
            guess: what they may well be, such as those of the tick before. It is read along with
                `ids`, and as far as it proves right nothing is left to decode; the answer is the
                same (speculative decoding, Leviathan et al. 2023, with a greedy target).
        """
        guess = tuple(guess)[: len(self.model.code_sizes) - 1]
        acts = [self.model.vocabulary.acts[code] for code in guess]
        return self.codes(*self.prefill(image, [*ids, *acts]), guess)

    def codes(
        self,
        states: Tensor,
        cache: DynamicCache,
        guess: Sequence[int] = (),
        draw: torch.Generator | None = None,
    ) -> tuple[int, ...]:
        """The action's codes, each among those valid at its position.

        Args:
            states: the last is that where they begin; or the last 1 + G, after G guessed codes that
                the cache holds as well.
            draw: draw each code from what the model believes (None: read the likeliest).
        """
        states = states[len(states) - 1 - len(guess) :]
        codes: list[int] = []
        count = len(self.model.code_sizes)
        row = 0  # of `states`, where the next code begins
        while len(codes) < count:
            code = self._code(len(codes), states[row], draw)
            codes.append(code)
            i = len(codes)
            if row + 1 < len(states) and code == guess[i - 1]:
                row += 1
            elif i < count:  # the rest of the guess is read anew, behind what is known
                cache.crop(row + 1 - len(states))
                tokens = [self.model.vocabulary.acts[c] for c in (code, *guess[i : count - 1])]
                states, row = self.read(tokens, cache), 0
        return tuple(codes)

    def _code(self, i: int, hidden: Tensor, draw: torch.Generator | None) -> int:
        size = self.model.code_sizes[i]
        own = self._acts[:size]
        scores = (self.model.network.lm_head.weight[own] @ hidden).float().cpu()
        if draw is not None:
            return int(torch.multinomial(scores.softmax(-1), 1, generator=draw))
        soft = i in self.rule.soft and size > 2
        return read_bin(scores, i in self.rule.circular) if soft else int(scores.argmax())
