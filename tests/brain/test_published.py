import pytest
import torch
import transformers as tf
from tokenizers import Tokenizer
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel

from brain.decoding import Decoder
from brain.prompts import prompt
from brain.published import load_published

META = {"codec_id": "0123456789abcdef", "code_sizes": [128, 128, 128, 48, 2, 8]}
TOWER = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
         "num_attention_heads": 2, "image_size": 32, "patch_size": 8}  # fmt: skip
TEXT = {"vocab_size": 300, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
        "num_attention_heads": 2, "num_key_value_heads": 2, "max_position_embeddings": 256,
        "bos_token_id": 0, "eos_token_id": 0, "pad_token_id": 0}  # fmt: skip


def checkpoint(folder, tower: str, text: str, sloppy: bool = False):
    vision = {"clip": tf.CLIPVisionConfig, "siglip": tf.SiglipVisionConfig}[tower]
    extra = {} if tower == "clip" else {"vision_use_head": False}
    language = {"qwen2": tf.Qwen2Config, "qwen3": tf.Qwen3Config, "llama": tf.LlamaConfig}[text]
    more = {"head_dim": 16} if text == "qwen3" else {}
    full = tower == "siglip" and not sloppy
    config = tf.LlavaConfig(
        vision_config=vision(**TOWER, **extra), text_config=language(**TEXT, **more),
        image_token_index=1, vision_feature_layer=-1 if full else -2,
        vision_feature_select_strategy="full" if full else "default",
        image_seq_length=16,
    )  # fmt: skip
    tf.LlavaForConditionalGeneration(config).save_pretrained(str(folder))
    letters = {"</s>": 0, "<image>": 1}
    for letter in sorted(ByteLevel.alphabet()):
        letters[letter] = len(letters)
    inner = Tokenizer(BPE(vocab=letters, merges=[]))
    inner.pre_tokenizer = ByteLevel(add_prefix_space=False)
    inner.add_special_tokens(["</s>", "<image>"])
    tf.PreTrainedTokenizerFast(
        tokenizer_object=inner, eos_token="</s>", pad_token="</s>"
    ).save_pretrained(str(folder))


@pytest.mark.parametrize("tower", ["clip", "siglip"])
@pytest.mark.parametrize("text", ["qwen2", "qwen3", "llama"])
def test_any_pair_thinks_and_acts(tmp_path, tower, text):
    torch.manual_seed(0)
    checkpoint(tmp_path, tower, text)
    model = load_published(tmp_path, META)
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
    checkpoint(tmp_path, "siglip", "llama", sloppy=True)
    model = load_published(tmp_path, META)
    assert model.network.config.vision_feature_select_strategy == "full"
    assert model.image_tokens == 16
