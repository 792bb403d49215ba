"""Several dialogues about one picture: the picture is paid for once.

    image tokens of picture p          (once, its keys and values kept)
        lane: [row 1][row 4]           each lane reads the keys and values of its picture
        lane: [row 2][row 3][row 5]

Rows lie side by side in lanes as long as the longest row. Each sees the image and, causally,
itself; its positions go on behind the image as if it stood alone. So the weights, and every logit,
are those of `LlavaForConditionalGeneration` row by row (tested). One sequence of picture and all
rows would cost three times the attention, nearly all of it masked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor
from transformers import DynamicCache, LlavaForConditionalGeneration

from brain.train.attention import by_products
from brain.train.rows import Rows

HIDDEN = -1e4  # added to the logits of what may not be looked at


@dataclass
class Packed:
    """A batch of B pictures whose rows lie in N lanes of W tokens.

    Attributes:
        pictures: (B,) indices into the cache's `fixed`.
        picture: (N,) which of the B each lane speaks of.
        tokens: (N, W) ids.
        segment: (N, W) number of the row within the lane, -1 for padding.
        position: (N, W) rotary positions.
        predict: (M,) flat indices into (N, W) of the tokens that predict an answer token.
        answer: (M,) the token to predict there.
        code: (M,) position of that token in the action, -1 for words of the thought.
    """

    pictures: np.ndarray
    picture: Tensor
    tokens: Tensor
    segment: Tensor
    position: Tensor
    predict: Tensor
    answer: Tensor
    code: Tensor

    def to(self, on: torch.device) -> "Packed":
        """The same with its tensors on another device."""
        tensors = (getattr(self, f.name).to(on) for f in fields(self)[1:])
        return Packed(self.pictures, *tensors)


@dataclass
class _Lane:
    picture: int
    used: int = 0
    rows: int = 0


def pack(rows: Rows, chosen: Sequence[np.ndarray], pictures: np.ndarray, image_tokens: int,
         codes: int) -> Packed:  # fmt: skip
    """Lay the rows `chosen[b]` of picture `pictures[b]` into lanes, each where it first fits.

    Args:
        image_tokens: length of the image prefix, where positions go on.
        codes: L, the action's length.
    """
    width = max(int((rows.start[c + 1] - rows.start[c]).max()) for c in chosen if len(c))
    width = -(-width // 16) * 16
    lanes: list[_Lane] = []
    spots: list[tuple[int, int, int, int]] = []  # row, lane, offset, number within the lane
    for b, picks in enumerate(chosen):
        first = len(lanes)
        for row in picks:
            length = len(rows.of(row))
            here = next(
                (i for i in range(first, len(lanes)) if lanes[i].used + length <= width), len(lanes)
            )
            if here == len(lanes):
                lanes.append(_Lane(b))
            lane = lanes[here]
            spots.append((int(row), here, lane.used, lane.rows))
            lane.used, lane.rows = lane.used + length, lane.rows + 1
    shape = (len(lanes), width)
    tokens, segment = np.zeros(shape, np.int64), np.full(shape, -1, np.int64)
    position = np.full(shape, image_tokens, np.int64)
    predict: list[int] = []
    answer: list[int] = []
    code: list[int] = []
    for row, lane_number, at, number in spots:
        ids = rows.of(row)
        span = (lane_number, slice(at, at + len(ids)))
        tokens[span], segment[span] = ids, number
        position[span] = image_tokens + np.arange(len(ids))
        # <think> is given; what follows is learnt, from the codes on where the thought is given
        head, thought = int(rows.head[row]), int(rows.thought[row])
        first = head + 1 if rows.loss_thought[row] else head + thought
        has_codes = len(ids) - head - thought > codes
        for k in range(first, len(ids)):
            predict.append(lane_number * width + at + k - 1)
            answer.append(int(ids[k]))
            place = k - head - thought
            code.append(place if has_codes and 0 <= place < codes else -1)
    return Packed(
        np.asarray(pictures), torch.tensor([lane.picture for lane in lanes]),
        torch.from_numpy(tokens), torch.from_numpy(segment), torch.from_numpy(position),
        torch.tensor(predict), torch.tensor(answer), torch.tensor(code),
    )  # fmt: skip


def attention_mask(segment: Tensor, image_tokens: int) -> Tensor:
    """(N, 1, W, I + W), 0 where a token of a lane (row) may look at a key (column), else -1e4."""
    width, on = segment.shape[1], segment.device
    same = segment[:, :, None] == segment[:, None, :]
    own = same & torch.ones(width, width, dtype=torch.bool, device=on).tril()
    image = torch.ones(len(segment), width, image_tokens, dtype=torch.bool, device=on)
    seen = torch.cat([image, own], -1)[:, None]
    return torch.zeros(seen.shape, device=on).masked_fill(~seen, HIDDEN)


def hidden_states(
    network: LlavaForConditionalGeneration, features: Tensor, batch: Packed
) -> Tensor:
    """(M, D) last hidden states of the tokens that predict.

    Args:
        features: (B, I, V) output of the vision encoder, fresh or cached.
    """
    model, language = network.model, network.model.language_model
    text = language.get_input_embeddings()(batch.tokens)
    image = model.multi_modal_projector(features).to(text.dtype)
    cache = DynamicCache(config=language.config)
    with by_products(language.config):
        language(inputs_embeds=image, past_key_values=cache, use_cache=True)
        cache.batch_select_indices(batch.picture)
        out = language(
            inputs_embeds=text,
            attention_mask=attention_mask(batch.segment, image.shape[1]),
            position_ids=batch.position,
            past_key_values=cache,
            use_cache=True,
        ).last_hidden_state
    return out.flatten(0, 1)[batch.predict]
