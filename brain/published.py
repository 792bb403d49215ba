"""Published LLaVA-shaped checkpoints as a brain: {CLIP, SigLIP} towers x {Qwen2, Qwen3, Llama}.

The checkpoint's tokenizer learns our atomic tokens and the embeddings grow to hold them; what the
new tokens mean is then taught by the stages in `brain.train`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoModelForImageTextToText, AutoTokenizer, LlavaForConditionalGeneration

from brain.atomic import IMAGE, atomic_tokens
from brain.tokenizer import Vocabulary, add_atomic
from brain.vision_language_model import VisionLanguageModel

TOWERS: dict[str, dict[str, Any]] = {
    # the layer and tokens LLaVA's code must pick, which differ because only CLIP has a class token
    "clip_vision_model": {"vision_feature_layer": -2, "vision_feature_select_strategy": "default"},
    "siglip_vision_model": {"vision_feature_layer": -1, "vision_feature_select_strategy": "full"},
}


class PublishedModelError(ValueError):
    """A checkpoint is not LLaVA-shaped or lacks a part."""


def load_published(path: Path | str, metadata: Mapping[str, Any], *,
                   dtype: torch.dtype = torch.float32) -> VisionLanguageModel:  # fmt: skip
    """Load a checkpoint folder in transformers' layout and give it our vocabulary.

    Args:
        metadata: as in `vision_language_model.build`: `codec_id`, `code_sizes`, ...

    Raises:
        PublishedModelError: not a LLaVA checkpoint, or its tokenizer knows no image token.
    """
    network = AutoModelForImageTextToText.from_pretrained(str(path), dtype=dtype)
    if not isinstance(network, LlavaForConditionalGeneration):
        raise PublishedModelError(
            f"{path}: a {type(network).__name__}, not LlavaForConditionalGeneration; serve it "
            "behind an OpenAI-compatible server and use brain.openai_backend instead"
        )
    tokenizer = AutoTokenizer.from_pretrained(str(path))
    if IMAGE not in tokenizer.get_vocab():
        raise PublishedModelError(
            f"{path}: the tokenizer has no {IMAGE}; add it and set config.image_token_index"
        )
    check_tower(network)
    extend_vocabulary(network, tokenizer, max(128, *metadata["code_sizes"]))
    network.config.image_seq_length = count_image_tokens(network)
    return VisionLanguageModel(network.eval(), Vocabulary(tokenizer), dict(metadata))


def check_tower(network: LlavaForConditionalGeneration) -> None:
    """Set which features are taken where config.json contradicts the tower's kind.

    A SigLIP tower has no class token: LLaVA's defaults would drop its first patch.
    """
    wanted = TOWERS.get(network.model.vision_tower.config.model_type)
    if wanted and network.config.vision_feature_select_strategy != (
        strategy := wanted["vision_feature_select_strategy"]
    ):
        network.config.vision_feature_select_strategy = strategy
        network.config.vision_feature_layer = wanted["vision_feature_layer"]


def extend_vocabulary(network: LlavaForConditionalGeneration, tokenizer: Any, acts: int) -> int:
    """Add our atomic tokens and grow the embeddings; returns how many tokens were new.

    New rows start at the mean of the old ones: drawn at random they would win or lose every
    softmax until trained.
    """
    before = len(tokenizer)
    new = add_atomic(tokenizer, atomic_tokens(acts))
    rows = len(network.get_input_embeddings().weight)  # type: ignore[arg-type]
    if len(tokenizer) > rows:
        network.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    with torch.no_grad():
        heads: list[nn.Module] = [network.get_input_embeddings(), network.get_output_embeddings()]
        for head in heads:
            weight: Tensor = head.weight  # type: ignore[assignment]
            noise = torch.randn_like(weight[before : before + new]) * weight[:before].std() * 0.1
            weight[before : before + new] = weight[:before].mean(0) + noise
    return new


def count_image_tokens(network: LlavaForConditionalGeneration) -> int:
    """How many tokens one picture becomes."""
    config = network.model.vision_tower.config
    side = config.image_size // config.patch_size
    full = network.config.vision_feature_select_strategy == "full"
    extra = 1 if full and config.model_type == "clip_vision_model" else 0
    return int(side * side + extra)
