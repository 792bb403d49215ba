"""A sentence and a picture to what they mean together: words attend to the picture."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from pontine.baselines.flat.shape import FlatShape


class Grounding(nn.Module):
    """A transformer over the words, one token of the arm's own state and one that is read out.

    Each layer: the tokens attend to each other, then to the picture's tokens, then an MLP. Rows
    about one picture share its keys and values.
    """

    def __init__(self, shape: FlatShape, image_width: int, state_size: int) -> None:
        super().__init__()
        width = shape.width
        self.table = nn.Embedding(shape.vocabulary, width)
        self.place = nn.Parameter(0.02 * torch.randn(shape.words, width))
        self.state = nn.Linear(state_size, width)
        self.reader = nn.Parameter(0.02 * torch.randn(width))
        self.image = nn.Sequential(nn.Linear(image_width, width), nn.LayerNorm(width))
        self.layers = nn.ModuleList(_Layer(shape) for _ in range(shape.layers))
        self.norm = nn.LayerNorm(width)
        nn.init.normal_(self.table.weight, std=0.02)

    def forward(self, image: Tensor, words: Tensor, word_mask: Tensor, state: Tensor) -> Tensor:
        """(P K, W) what is read out.

        Args:
            image: (P, N, C) tokens of P pictures.
            words: (P K, T) ids, rows of one picture side by side; word_mask: (P K, T) bool, True
                where there is a word.
            state: (P K, S) features of the arm.
        """
        seen = self.image(image)
        said = self.table(words) + self.place[: words.shape[1]]
        own = self.state(state)[:, None]
        x = torch.cat([said, own, self.reader.expand_as(own)], dim=1)
        real = F.pad(word_mask, (0, 2), value=True)[:, None, None]
        for layer in self.layers:
            x = layer(x, seen, real)
        return self.norm(x[:, -1])


class _Layer(nn.Module):
    def __init__(self, shape: FlatShape) -> None:
        super().__init__()
        width, self.heads = shape.width, shape.heads
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.self_in = nn.Linear(width, 3 * width)
        self.self_out = nn.Linear(width, width)
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.look_out = nn.Linear(width, width)
        self.up = nn.Linear(width, shape.inner)
        self.down = nn.Linear(shape.inner, width)
        for layer in (self.self_out, self.look_out, self.down):
            nn.init.zeros_(layer.weight)  # start as the identity
            nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor, seen: Tensor, real: Tensor) -> Tensor:
        rows, length, width = x.shape
        query, key, value = self.self_in(self.norms[0](x)).chunk(3, dim=-1)
        found = F.scaled_dot_product_attention(
            self._split(query), self._split(key), self._split(value), attn_mask=real
        )
        x = x + self.self_out(self._join(found))
        pictures = len(seen)
        query = self.query(self.norms[1](x)).view(pictures, rows // pictures * length, width)
        key, value = self.key_value(seen).chunk(2, dim=-1)
        found = F.scaled_dot_product_attention(
            self._split(query), self._split(key), self._split(value)
        )
        x = x + self.look_out(self._join(found)).view(rows, length, width)
        return x + self.down(F.silu(self.up(self.norms[2](x))))

    def _split(self, x: Tensor) -> Tensor:
        """(B, T, W) to (B, heads, T, W / heads)."""
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def _join(self, x: Tensor) -> Tensor:
        return x.transpose(1, 2).flatten(2)
