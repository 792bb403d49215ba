import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from brain.decoding import Decoder, read_bin
from brain.prompts import answer, prompt
from brain.train.answer_loss import kernel


@given(st.integers(0, 127), st.sampled_from([0.7, 1.0, 1.5]))
def test_a_soft_bin_is_read_where_it_was_written(true, sigma):
    assert read_bin(kernel(128, sigma)[true].log()) == true


@given(st.integers(0, 47))
def test_circular_bins(true):
    assert read_bin(kernel(48, 1.5, circular=True)[true].log(), circular=True) == true


def test_a_lopsided_peak_is_read_between():
    scores = torch.full((128,), -20.0)
    scores[40], scores[41], scores[42], scores[43] = 2.0, 1.9, 1.9, 1.9
    assert read_bin(scores) in (41, 42)


def test_codes_are_valid_at_every_position(tiny):
    decoder = Decoder(tiny)
    with torch.inference_mode():
        image = decoder.image_features(torch.randn(1, 3, 128, 128))
        text = f"{prompt('put it')} {answer('pick red cube . next above')}"
        codes = decoder.codes(*decoder.prefill(image, tiny.vocabulary.encode(text)))
    assert len(codes) == 6
    assert all(0 <= c < n for c, n in zip(codes, tiny.code_sizes, strict=True))


def test_an_untrained_thought_ends_all_the_same(tiny):
    decoder = Decoder(tiny, longest_thought=7)
    with torch.inference_mode():
        image = decoder.image_features(torch.randn(1, 3, 128, 128))
        ids, hidden = decoder.thought(
            *decoder.prefill(image, tiny.vocabulary.encode(f"{prompt('put it')} <think>"))
        )
    assert len(ids) <= 7 and hidden.shape == (32,)
    assert not set(ids) & set(tiny.vocabulary.acts)


@pytest.mark.parametrize("text", ["put the red cube", "pick up the green ball"])
def test_the_cache_changes_nothing(tiny, text):
    """Token by token with the cache, or all at once through the full model: the same state."""
    decoder = Decoder(tiny)
    ids = tiny.vocabulary.encode(text)
    pixels = torch.randn(1, 3, 128, 128)
    with torch.inference_mode():
        image = decoder.image_features(pixels)
        _, cache = decoder.prefill(image, ids[:1])
        for token in ids[1:]:
            hidden = decoder._next(token, cache)
        whole = torch.tensor([[tiny.vocabulary.image] * 64 + ids])
        logits = tiny.network(input_ids=whole, pixel_values=pixels).logits[0, -1]
        torch.testing.assert_close(tiny.network.lm_head(hidden), logits, atol=1e-4, rtol=1e-4)
