"""Tiny published checkpoints with random weights, as transformers saves them."""

import json
from pathlib import Path
from typing import Any

import torch
import transformers as tf
from tokenizers import Tokenizer, decoders
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.processors import TemplateProcessing

from brain.adapter import ADAPTER

CODEC, SIZES = "0123456789abcdef", (128, 128, 128, 48, 2, 8)
MEAN, DEVIATION = [0.48, 0.45, 0.40], [0.26, 0.27, 0.28]
SIDE = 32
TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}USER: "
    "{% else %}ASSISTANT: {% endif %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<image>\n{% else %}{{ part['text'] }}{% endif %}{% endfor %}"
    "{% if message['role'] == 'user' %} {% else %}</s>{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}ASSISTANT:{% endif %}"
)
TOWER = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
         "num_attention_heads": 2, "image_size": SIDE, "patch_size": 8}  # fmt: skip
TEXT = {"vocab_size": 300, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
        "num_attention_heads": 2, "num_key_value_heads": 2, "max_position_embeddings": 512,
        "bos_token_id": 2, "eos_token_id": 0, "pad_token_id": 0}  # fmt: skip


def checkpoint(
    folder: Path,
    tower: str = "clip",
    text: str = "llama",
    *,
    tied: bool = False,
    sloppy: bool = False,
    adapter: dict[str, Any] | None = None,
) -> Path:
    """Write one, with its adapter.

    Args:
        tower: "clip" or "siglip". text: "qwen2", "qwen3" or "llama".
        tied: its output head is its table of embeddings.
        sloppy: a SigLIP tower with CLIP's settings, as some are published.
        adapter: more fields of pontine.json.
    """
    torch.manual_seed(0)
    vision = {"clip": tf.CLIPVisionConfig, "siglip": tf.SiglipVisionConfig}[tower]
    extra = {} if tower == "clip" else {"vision_use_head": False}
    language = {"qwen2": tf.Qwen2Config, "qwen3": tf.Qwen3Config, "llama": tf.LlamaConfig}[text]
    more = {"head_dim": 16} if text == "qwen3" else {}
    full = tower == "siglip" and not sloppy
    config = tf.LlavaConfig(
        vision_config=vision(**TOWER, **extra),
        text_config=language(**TEXT, **more, tie_word_embeddings=tied),
        image_token_index=1, vision_feature_layer=-1 if full else -2,
        vision_feature_select_strategy="full" if full else "default",
        image_seq_length=16, tie_word_embeddings=tied,
    )  # fmt: skip
    tf.LlavaForConditionalGeneration(config).save_pretrained(str(folder))
    letters = {"</s>": 0, "<image>": 1, "<s>": 2}
    for letter in sorted(ByteLevel.alphabet()):
        letters[letter] = len(letters)
    inner = Tokenizer(BPE(vocab=letters, merges=[]))
    inner.pre_tokenizer = ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    inner.add_special_tokens(list(letters)[:3])
    inner.post_processor = TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 2)])
    tokenizer = tf.PreTrainedTokenizerFast(
        tokenizer_object=inner, bos_token="<s>", eos_token="</s>", pad_token="</s>",
        extra_special_tokens={"image_token": "<image>"},
    )  # fmt: skip
    pictures = tf.CLIPImageProcessor(
        size={"height": SIDE, "width": SIDE}, do_center_crop=False, image_mean=MEAN,
        image_std=DEVIATION,
    )  # fmt: skip
    tf.LlavaProcessor(
        pictures, tokenizer, patch_size=8, chat_template=TEMPLATE,
        vision_feature_select_strategy=config.vision_feature_select_strategy,
        num_additional_image_tokens=0 if full else 1,
    ).save_pretrained(str(folder))  # fmt: skip
    own = {"codec_id": CODEC, "code_sizes": list(SIZES)} | (adapter or {})
    (folder / ADAPTER).write_text(json.dumps(own))
    return folder
