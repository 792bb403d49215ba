"""Several dialogues about one picture in one sequence: the picture is paid for once.

    [64 image tokens][row 1][row 2] ... [row R]

Each row sees the image and, causally, itself; its positions go on from 64 as if it stood alone.
So the weights, and every logit, are those of `LlavaForConditionalGeneration` row by row (tested).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from transformers import LlavaForConditionalGeneration

from brain.train.rows import Rows


@dataclass
class Packed:
    """A batch of B pictures with their rows, padded to T text tokens.

    Attributes:
        pictures: (B,) indices into the cache's `fixed`.
        tokens: (B, T) ids.
        segment: (B, T) number of the row within the picture, -1 for padding.
        position: (B, T) rotary positions.
        predict: (M,) flat indices into (B, T) of the tokens that predict an answer token.
        answer: (M,) the token to predict there.
        code: (M,) position of that token in the action, -1 for words of the thought.
    """

    pictures: np.ndarray
    tokens: Tensor
    segment: Tensor
    position: Tensor
    predict: Tensor
    answer: Tensor
    code: Tensor


def pack(rows: Rows, chosen: Sequence[np.ndarray], pictures: np.ndarray, image_tokens: int,
         codes: int) -> Packed:  # fmt: skip
    """Lay the rows `chosen[b]` of picture `pictures[b]` side by side.

    Args:
        image_tokens: length of the image prefix, where positions go on.
        codes: L, the action's length.
    """
    width = max(int((rows.start[c + 1] - rows.start[c]).sum()) for c in chosen)
    width = -(-width // 16) * 16
    shape = (len(chosen), width)
    tokens, segment = np.zeros(shape, np.int64), np.full(shape, -1, np.int64)
    position = np.full(shape, image_tokens, np.int64)
    predict: list[int] = []
    answer: list[int] = []
    code: list[int] = []
    for b, picks in enumerate(chosen):
        at = 0
        for number, row in enumerate(picks):
            ids = rows.of(row)
            end = at + len(ids)
            tokens[b, at:end] = ids
            segment[b, at:end] = number
            position[b, at:end] = image_tokens + np.arange(len(ids))
            # <think> is given; what follows is learnt, from the codes on where the thought is given
            head, thought = int(rows.head[row]), int(rows.thought[row])
            first = head + 1 if rows.loss_thought[row] else head + thought
            has_codes = len(ids) - head - thought > codes
            for k in range(first, len(ids)):
                predict.append(b * width + at + k - 1)
                answer.append(int(ids[k]))
                place = k - head - thought
                code.append(place if has_codes and 0 <= place < codes else -1)
            at = end
    return Packed(
        np.asarray(pictures), torch.from_numpy(tokens), torch.from_numpy(segment),
        torch.from_numpy(position), torch.tensor(predict), torch.tensor(answer),
        torch.tensor(code),
    )  # fmt: skip


def attention_mask(segment: Tensor, image_tokens: int) -> Tensor:
    """(B, 1, I + T, I + T) bool, True where a query (row) may look at a key (column)."""
    batch, width = segment.shape
    image = torch.full((batch, image_tokens), -2)
    whole = torch.cat([image, segment], 1)
    total = image_tokens + width
    causal = torch.ones(total, total, dtype=torch.bool).tril()
    same = whole[:, :, None] == whole[:, None, :]
    return ((same | (whole == -2)[:, None, :]) & causal)[:, None]


def hidden_states(
    network: LlavaForConditionalGeneration, features: Tensor, batch: Packed
) -> Tensor:
    """(M, D) last hidden states of the tokens that predict.

    Args:
        features: (B, I, V) output of the vision encoder, fresh or cached.
    """
    model = network.model
    image = model.multi_modal_projector(features)
    count = image.shape[1]
    text = model.language_model.get_input_embeddings()(batch.tokens)
    embeds = torch.cat([image.to(text.dtype), text], 1)
    prefix = torch.arange(count).expand(len(text), count)
    out = model.language_model(
        inputs_embeds=embeds,
        attention_mask=attention_mask(batch.segment, count),
        position_ids=torch.cat([prefix, batch.position], 1),
        use_cache=False,
    ).last_hidden_state
    return out[:, count:].flatten(0, 1)[batch.predict]
