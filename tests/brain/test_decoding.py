import pytest
import torch
from hypothesis import HealthCheck, given, settings
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


def test_drawn_codes_are_valid_differ_and_can_be_drawn_again(tiny):
    decoder = Decoder(tiny)
    with torch.inference_mode():
        image = decoder.image_features(torch.randn(1, 3, 128, 128))
        ids = tiny.vocabulary.encode(f"{prompt('put it')} {answer('pick red cube . next above')}")

        def drawn(seed):
            chance = torch.Generator().manual_seed(seed)
            return [decoder.codes(*decoder.prefill(image, ids), draw=chance) for _ in range(5)]

        first = drawn(0)
        assert first == drawn(0) and len(set(first)) > 1
    assert all(0 <= c < n for codes in first for c, n in zip(codes, tiny.code_sizes, strict=True))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None,
          max_examples=40)  # fmt: skip
@given(wrong=st.lists(st.integers(0, 5), max_size=3), length=st.integers(0, 9), seed=st.integers(0))
def test_a_guess_changes_nothing_but_the_time(tiny, wrong, length, seed):
    """Right, wrong in any places, too short or too long: the codes are what they are without."""
    decoder = Decoder(tiny)
    torch.manual_seed(seed % 7)
    with torch.inference_mode():
        image = decoder.image_features(torch.randn(1, 3, 128, 128))
        ids = tiny.vocabulary.encode(f"{prompt('put it')} {answer('pick red cube . next above')}")
        codes = decoder.codes_after(image, ids)
        assert codes == decoder.codes(*decoder.prefill(image, ids))
        guess = [*codes, 0, 1, 2][:length]
        for i in set(wrong) & set(range(min(length, 6))):
            guess[i] = (guess[i] + 1) % tiny.code_sizes[i]
        assert decoder.codes_after(image, ids, guess) == codes


def test_a_right_guess_is_read_in_one_pass(tiny, monkeypatch):
    decoder = Decoder(tiny)
    with torch.inference_mode():
        image = decoder.image_features(torch.randn(1, 3, 128, 128))
        ids = tiny.vocabulary.encode("put it")
        codes = decoder.codes_after(image, ids)
        monkeypatch.setattr(decoder, "read", None)
        assert decoder.codes_after(image, ids, codes) == codes


def test_an_untrained_thought_ends_all_the_same(tiny):
    decoder = Decoder(tiny, longest_thought=7)
    with torch.inference_mode():
        image = decoder.image_features(torch.randn(1, 3, 128, 128))
        ids, states = decoder.thought(
            *decoder.prefill(image, tiny.vocabulary.encode(f"{prompt('put it')} <think>"))
        )
    assert len(ids) <= 7 and states.shape == (1, 32)
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
            state = decoder.read([token], cache)[0]
        whole = torch.tensor([[tiny.vocabulary.image] * 64 + ids])
        logits = tiny.network(input_ids=whole, pixel_values=pixels).logits[0, -1]
        torch.testing.assert_close(tiny.network.lm_head(state), logits, atol=1e-4, rtol=1e-4)
