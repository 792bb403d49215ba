"""Attention by products is attention."""

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import scaled_dot_product_attention

from brain.train.attention import by_products, products

SMALL = st.integers(1, 6)


@given(lanes=SMALL, heads=SMALL, width=SMALL, more=st.integers(0, 6), seed=st.integers(0, 99))
def test_it_is_what_torch_computes(lanes, heads, width, more, seed):
    draw = torch.Generator().manual_seed(seed)
    query = torch.randn(lanes, heads, width, 8, generator=draw)
    key, value = torch.randn(2, lanes, heads, width + more, 8, generator=draw)
    seen = torch.rand(lanes, 1, width, width + more, generator=draw) < 0.5
    seen[..., 0] = True
    bias = torch.zeros(seen.shape).masked_fill(~seen, -1e4)
    found, _ = products(torch.nn.Identity(), query, key, value, bias, scaling=0.3)
    told = scaled_dot_product_attention(query, key, value, attn_mask=seen, scale=0.3)
    torch.testing.assert_close(found, told.transpose(1, 2))


def test_the_model_attends_as_before_afterwards(tiny):
    config = tiny.network.model.language_model.config
    before = config._attn_implementation
    with by_products(config):
        assert config._attn_implementation != before
    assert config._attn_implementation == before
