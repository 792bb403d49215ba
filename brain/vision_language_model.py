"""The brain's network: LLaVA built from our encoder, a projector and our small language model."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import LlavaConfig, LlavaForConditionalGeneration, PreTrainedTokenizerBase

from body import RobotSpec
from brain.atomic import IMAGE
from brain.conventions import Conventions
from brain.device import put
from brain.language_model import LanguageSizes, language_config
from brain.tokenizer import Vocabulary, load_tokenizer
from brain.vision_encoder import ConvVisionConfig
from episodes import model_folder

WEIGHTS = "model.safetensors"
HEAD = "lm_head.weight"
CONVENTIONS, NAMES = "conventions", "token_names"  # in config.json, of published checkpoints alone
PARAMETER_LIMIT = 12_000_000


@dataclass
class VisionLanguageModel:
    """The network, its tokenizer and everything else its config.json says.

    Attributes:
        conventions: how pictures and prompts are put to it.
    """

    network: LlavaForConditionalGeneration
    vocabulary: Vocabulary
    metadata: dict[str, Any]
    conventions: Conventions = field(default_factory=Conventions)

    @property
    def device(self) -> torch.device:
        return self.network.lm_head.weight.device

    @property
    def dtype(self) -> torch.dtype:
        return self.network.lm_head.weight.dtype

    @property
    def image_tokens(self) -> int:
        return int(self.network.config.image_seq_length)

    @property
    def image_size(self) -> int:
        return int(self.network.model.vision_tower.config.image_size)

    @property
    def code_sizes(self) -> tuple[int, ...]:
        """How many codes are valid at each position of the action."""
        return tuple(self.metadata["code_sizes"])


def build(
    tokenizer: PreTrainedTokenizerBase,
    metadata: Mapping[str, Any],
    vision: ConvVisionConfig | None = None,
    language: LanguageSizes | None = None,
) -> VisionLanguageModel:
    """A fresh network of our own shape around `tokenizer`.

    Args:
        metadata: goes into config.json; must hold `code_sizes` and `codec_id`.

    Raises:
        ValueError: above 12M parameters, or a code size exceeds the act tokens.
    """
    vocabulary = Vocabulary(tokenizer)
    if max(metadata["code_sizes"]) > len(vocabulary.acts):
        raise ValueError(
            f"code sizes {metadata['code_sizes']} need more act tokens than the tokenizer's "
            f"{len(vocabulary.acts)}: train it with acts={max(metadata['code_sizes'])}"
        )
    vision = vision or ConvVisionConfig()
    rows = -(-len(vocabulary) // 64) * 64  # whole cache lines for the output head
    pad = int(tokenizer.pad_token_id)
    config = LlavaConfig(
        vision_config=vision,
        text_config=language_config(rows, pad, vocabulary.end, language),
        image_token_index=vocabulary.image,
        image_seq_length=(vision.image_size // vision.patch_size) ** 2,
        vision_feature_layer=-1,
        vision_feature_select_strategy="full",
        tie_word_embeddings=True,
    )
    network = LlavaForConditionalGeneration(config)
    order_bins(network, vocabulary)
    count = sum(p.numel() for p in network.parameters())
    if count > PARAMETER_LIMIT:
        raise ValueError(f"{count:,} parameters: over the brain's {PARAMETER_LIMIT:,}")
    return VisionLanguageModel(network, vocabulary, dict(metadata))


@torch.no_grad()
def order_bins(network: LlavaForConditionalGeneration, vocabulary: Vocabulary) -> None:
    """Start the embeddings of places, yaws and codes as waves of their value.

    Neighbouring bins then begin as neighbours, and one half-way between two can be expressed.
    """
    table: Tensor = network.get_input_embeddings().weight  # type: ignore[assignment]
    width = int(table.shape[1])
    for ids in (vocabulary.locations, vocabulary.yaws, vocabulary.acts):
        angle = torch.arange(len(ids))[:, None] / len(ids) * torch.pi
        wave = angle * torch.linspace(0.5, 12, width // 2)
        basis = torch.linalg.qr(torch.randn(width, width))[0]
        table[ids] = 0.02 * 2**0.5 * torch.cat([wave.sin(), wave.cos()], -1) @ basis


def save(model: VisionLanguageModel, folder: Path, *, spec: RobotSpec | None = None,
         dtype: torch.dtype = torch.bfloat16) -> None:  # fmt: skip
    """Write a model folder: weights, tokenizer, config.json with every file's hash.

    `spec` adds the robot the brain was trained on; a stage that hands on to the next one keeps
    float32.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = {
        # vectors are few bytes, and batch norm's running figures need their digits
        name: (tensor.to(dtype) if tensor.ndim > 1 else tensor).detach().contiguous()
        for name, tensor in model.network.state_dict().items()
        if name != HEAD or not _tied(model.network)
    }
    save_file(weights, folder / WEIGHTS, metadata={"format": "pt"})
    model.vocabulary.tokenizer.save_pretrained(str(folder))
    for name, content in _processor(model).items():
        (folder / name).write_text(json.dumps(content, indent=2), encoding="utf-8")
    config = {**model.network.config.to_dict(), "architectures": [type(model.network).__name__],
              **model.metadata}  # fmt: skip
    if own := model.conventions.config():
        config[CONVENTIONS] = own
    if model.vocabulary.names:
        config[NAMES] = dict(model.vocabulary.names)
    model_folder.write(folder, config, spec=spec)


def load(folder: Path, *, spec: RobotSpec | None = None, codec_id: str | None = None,
         transfer: bool = False, device: torch.device | str = "cpu",
         dtype: torch.dtype = torch.float32) -> VisionLanguageModel:  # fmt: skip
    """Read a folder written by :func:`save`, in evaluation mode.

    Args:
        device, dtype: where it computes, and in which numbers.

    Raises:
        episodes.model_folder.ModelFolderError: a file is missing, truncated or altered, or the
            model was made for another robot or codec than `spec` or `codec_id`; see there for
            `transfer`.
    """
    config = model_folder.load_config(
        folder, spec=spec, codec_id=codec_id, kind="brain", transfer=transfer
    )
    network = LlavaForConditionalGeneration(LlavaConfig.from_dict(dict(config)))
    weights = {k: v.float() for k, v in load_file(folder / WEIGHTS).items()}
    network.tie_weights()
    absent = network.load_state_dict(weights, strict=False)
    spare = {HEAD} if _tied(network) else set()
    if absent.unexpected_keys or set(absent.missing_keys) - spare:
        raise model_folder.ModelFolderError(
            folder / WEIGHTS,
            f"its tensors do not fit config.json (missing {absent.missing_keys}, "
            f"unexpected {absent.unexpected_keys})",
            f"run `git checkout -- {folder}`",
        )
    put(network, torch.device(device), dtype)
    own = set(LlavaConfig().to_dict()) | {"files", "sha256", CONVENTIONS, NAMES}
    metadata = {k: v for k, v in config.items() if k not in own}
    vocabulary = Vocabulary(load_tokenizer(folder), config.get(NAMES, {}))
    conventions = Conventions.from_config(config.get(CONVENTIONS, {}))
    return VisionLanguageModel(network.eval(), vocabulary, metadata, conventions)


def _tied(network: LlavaForConditionalGeneration) -> bool:
    """Whether the output head is the table of embeddings."""
    return network.lm_head.weight is network.get_input_embeddings().weight


def _processor(model: VisionLanguageModel) -> dict[str, dict[str, Any]]:
    """The files AutoProcessor needs to feed the network from outside this package."""
    size, own = model.image_size, model.conventions
    config = model.network.config
    patch = int(model.network.model.vision_tower.config.patch_size)
    grid = (size // patch) ** 2
    strategy = config.vision_feature_select_strategy
    extra = int(strategy == "default" or model.image_tokens > grid)  # a class token
    picture: dict[str, Any] = {
        "image_processor_type": "CLIPImageProcessor", "do_resize": True,
        "size": {"height": size, "width": size}, "do_center_crop": False, "do_rescale": True,
        "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": list(own.mean),
        "image_std": list(own.deviation), "do_convert_rgb": True,
    }  # fmt: skip
    if own.config():
        picture["resample"] = own.resample
    whole = {
        "processor_class": "LlavaProcessor",
        "image_token": model.vocabulary.names.get(IMAGE, IMAGE),
        "patch_size": patch,
        "vision_feature_select_strategy": strategy, "num_additional_image_tokens": extra,
    }  # fmt: skip
    return {"preprocessor_config.json": picture | {"processor_class": "LlavaProcessor"},
            "processor_config.json": whole}  # fmt: skip
