"""Published checkpoints load, keep their own ways, and survive being saved."""

import numpy as np
import pytest
import torch
import transformers as tf
from safetensors.torch import load_file, save_file

from body import ControllerReport, Observation
from body.robots.fr3 import FR3
from brain.adapter import read_adapter
from brain.decoding import Decoder
from brain.errors import PublishedModelError
from brain.policy import BrainPolicy
from brain.prompts import prompt
from brain.published import load_published
from brain.vision_language_model import VisionLanguageModel, load, save
from tests.brain.checkpoints import SIDE, checkpoint


def opened(folder, **settings) -> VisionLanguageModel:
    return load_published(folder, read_adapter(folder), **settings)


def look(stamp: int, side: int = SIDE) -> Observation:
    image = np.random.default_rng(0).integers(0, 255, (side, side, 3), np.uint8)
    return Observation(stamp, FR3.home, np.zeros(7), 0.08, images={"fixed": image})


@pytest.mark.parametrize("tower", ["clip", "siglip"])
@pytest.mark.parametrize("text", ["qwen2", "qwen3", "llama"])
def test_any_pair_thinks_and_acts(tmp_path, tower, text):
    model = opened(checkpoint(tmp_path, tower, text))
    assert model.image_tokens == 16 and len(model.vocabulary.acts) == 128
    assert len(model.network.lm_head.weight) >= len(model.vocabulary)
    decoder = Decoder(model, longest_thought=5)
    with torch.inference_mode():
        image = decoder.image_features(torch.randn(1, 3, 32, 32))
        assert image.shape == (1, 16, 32)
        ids = model.vocabulary.encode(f"{prompt('put it')} <think>")
        thought, states = decoder.thought(*decoder.prefill(image, ids))
        assert len(decoder.codes(states, tf.DynamicCache(config=model.network.config.text_config)))
    assert len(thought) <= 5


def test_a_siglip_checkpoint_with_clips_settings_is_put_right(tmp_path):
    model = opened(checkpoint(tmp_path, "siglip", sloppy=True))
    assert model.network.config.vision_feature_select_strategy == "full"
    assert model.image_tokens == 16


@pytest.mark.parametrize("tied", [False, True])
def test_it_says_the_same_after_it_was_saved(tmp_path, tied):
    """An output head of its own is neither dropped nor drawn anew, and its ways come along."""
    before = opened(checkpoint(tmp_path / "published", tied=tied))
    save(before, tmp_path / "ours", dtype=torch.float32)
    after = load(tmp_path / "ours")
    assert torch.equal(after.network.lm_head.weight, before.network.lm_head.weight)
    table = after.network.get_input_embeddings().weight
    assert (after.network.lm_head.weight is table) is tied
    assert after.conventions == before.conventions
    orders = [BrainPolicy(m).think(look(1), "put it", ControllerReport()) for m in (before, after)]
    assert orders[0] == orders[1]


def test_names_prompt_and_config_come_from_the_adapter(tmp_path):
    folder = checkpoint(tmp_path, adapter={
        "names": {"<think>": "<s>", "<act_{}>": "<action_{}>"},
        "prompt": {"before": "Look: ", "lead": " Do: ", "tail": " Well: "},
        "config": {"vision_feature_layer": -1},
    })  # fmt: skip
    model = opened(folder)
    assert model.network.config.vision_feature_layer == -1
    assert model.vocabulary.think == 2
    assert model.vocabulary.tokenizer.get_vocab()["<action_7>"] == model.vocabulary.acts[7]
    assert model.vocabulary.decode(model.vocabulary.encode("a <act_7>")) == "a <act_7>"
    assert model.conventions.before == "Look: " and model.conventions.framed("x") == " Do: x Well: "
    save(model, tmp_path / "ours", dtype=torch.float32)
    assert load(tmp_path / "ours").vocabulary.names == model.vocabulary.names


def test_half_the_digits_say_nearly_the_same(tmp_path):
    folder = checkpoint(tmp_path)
    model = opened(folder, dtype=torch.bfloat16)
    assert model.dtype is torch.bfloat16
    order = BrainPolicy(model).think(look(1), "put it", ControllerReport())
    assert len(order.codes) == 6
    save(opened(folder), tmp_path / "ours", dtype=torch.float32)
    half = load(tmp_path / "ours", dtype=torch.bfloat16)
    rotary = half.network.model.language_model.rotary_emb.inv_freq
    assert half.dtype is torch.bfloat16 and rotary.dtype is torch.float32
    assert BrainPolicy(half).think(look(1), "put it", ControllerReport()).codes


def test_missing_weights_are_refused_not_drawn(tmp_path):
    path = checkpoint(tmp_path) / "model.safetensors"
    weights = load_file(path)
    weights.pop(next(name for name in weights if "embed_tokens" in name))
    save_file(weights, path, metadata={"format": "pt"})
    with pytest.raises(PublishedModelError, match="drawn at random"):
        opened(tmp_path)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        ({"prompt": "chat"}, "chat template"),
        ({"names": {"<image>": "<picture>"}}, "no <picture>"),
        ({"config": {"text_config": 3}}, "transformers cannot load it"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(tmp_path, spoil, says):
    checkpoint(tmp_path, adapter=spoil)
    if says == "chat template":
        (tmp_path / "chat_template.jinja").write_text("{{ messages[0]['content'][1]['text'] }}")
    with pytest.raises(PublishedModelError, match=says):
        opened(tmp_path)
