"""Published LLaVA-shaped checkpoints as a brain: {CLIP, SigLIP} towers x {Qwen2, Qwen3, Llama}.

A checkpoint keeps its own ways: mean and deviation of its tower, BOS, chat template, output head.
Its tokenizer learns those of our atomic tokens that it lacks, and the embeddings grow to hold them;
what the new tokens mean is then taught by the stages in `brain.train`.
"""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoTokenizer, LlavaConfig, LlavaForConditionalGeneration

from brain.adapter import Adapter
from brain.atomic import IMAGE, atomic_tokens
from brain.errors import PublishedModelError
from brain.published_ways import ways
from brain.tokenizer import Vocabulary, add_atomic
from brain.vision_language_model import VisionLanguageModel

TOWERS: dict[str, dict[str, Any]] = {
    # the layer and tokens LLaVA's code must pick, which differ because only CLIP has a class token
    "clip_vision_model": {"vision_feature_layer": -2, "vision_feature_select_strategy": "default"},
    "siglip_vision_model": {"vision_feature_layer": -1, "vision_feature_select_strategy": "full"},
}


def load_published(path: Path, adapter: Adapter, *, device: torch.device | str = "cpu",
                   dtype: torch.dtype = torch.float32) -> VisionLanguageModel:  # fmt: skip
    """Load a checkpoint folder in transformers' layout and give it our vocabulary.

    Raises:
        PublishedModelError: transformers cannot load it, weights are missing, or its tokenizer
            knows no image token.
    """
    try:
        config = LlavaConfig.from_pretrained(str(path), local_files_only=True)
        for name, value in adapter.config.items():
            setattr(config, name, value)
        loaded: Any = LlavaForConditionalGeneration.from_pretrained(
            str(path), config=config, dtype=dtype, local_files_only=True, output_loading_info=True
        )
        tokenizer = AutoTokenizer.from_pretrained(str(path), local_files_only=True)
    except Exception as error:  # files of strangers can make it raise anything
        raise PublishedModelError(f"{path}: transformers cannot load it ({error}). Remedy: save "
                                  "it anew with save_pretrained") from error  # fmt: skip
    network: LlavaForConditionalGeneration = loaded[0]
    if missing := sorted(loaded[1]["missing_keys"]):
        raise PublishedModelError(
            f"{path}: its weights lack {', '.join(missing[:3])} ({len(missing)} in all), which "
            "would be drawn at random. Remedy: copy all of its files"
        )
    names = adapter.tokens
    image = names.get(IMAGE, IMAGE)
    if image not in tokenizer.get_vocab():
        raise PublishedModelError(
            f"{path}: the tokenizer has no {image}. Remedy: name its image token in pontine.json, "
            f'as "names": {{"{IMAGE}": "..."}}'
        )
    check_tower(network, adapter)
    tokens = [names.get(token, token) for token in atomic_tokens(max(128, *adapter.code_sizes))]
    conventions = ways(path, tokenizer, image, adapter.prompt)
    extend_vocabulary(network, tokenizer, tokens)
    network.config.image_seq_length = count_image_tokens(network)
    network.eval().to(device)
    metadata = adapter.metadata | ({"robot": adapter.robot} if adapter.robot else {})
    return VisionLanguageModel(network, Vocabulary(tokenizer, names), metadata, conventions)


def check_tower(network: LlavaForConditionalGeneration, adapter: Adapter) -> None:
    """Set which features are taken where config.json contradicts the tower's kind.

    A SigLIP tower has no class token: LLaVA's defaults would drop its first patch.
    """
    wanted = TOWERS.get(network.model.vision_tower.config.model_type)
    if "vision_feature_select_strategy" in adapter.config or wanted is None:
        return
    if network.config.vision_feature_select_strategy != (
        strategy := wanted["vision_feature_select_strategy"]
    ):
        network.config.vision_feature_select_strategy = strategy
        network.config.vision_feature_layer = wanted["vision_feature_layer"]


@torch.no_grad()
def extend_vocabulary(
    network: LlavaForConditionalGeneration, tokenizer: Any, tokens: list[str]
) -> int:
    """Add `tokens` and grow the embeddings; returns how many of them were new.

    New rows start near the mean of the old ones, always the same way: drawn at random they would
    win or lose every softmax until trained.
    """
    before = len(tokenizer)
    known = tokenizer.get_vocab()
    new = add_atomic(tokenizer, [token for token in tokens if token not in known])
    rows = len(network.get_input_embeddings().weight)  # type: ignore[arg-type]
    if len(tokenizer) > rows:
        network.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    tables: list[nn.Module] = [network.get_input_embeddings(), network.get_output_embeddings()]
    for table in tables[: 1 if tables[0].weight is tables[1].weight else 2]:
        weight: Tensor = table.weight  # type: ignore[assignment]
        chance = torch.Generator().manual_seed(0)
        noise = torch.randn(new, weight.shape[1], generator=chance).to(weight.dtype)
        old = weight[:before]
        weight[before : before + new] = old.mean(0) + noise * old.std() * 0.1
    return new


def count_image_tokens(network: LlavaForConditionalGeneration) -> int:
    """How many tokens one picture becomes."""
    config = network.model.vision_tower.config
    side = config.image_size // config.patch_size
    full = network.config.vision_feature_select_strategy == "full"
    extra = 1 if full and config.model_type == "clip_vision_model" else 0
    return int(side * side + extra)
