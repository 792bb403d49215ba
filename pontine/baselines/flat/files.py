"""The flat policy as a model folder: fp16 safetensors, statistics, tokenizer and a config."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from transformers import PreTrainedTokenizerBase

from body.contract.robot_spec import RobotSpec
from brain.tokenizer import load_tokenizer
from cerebellum.statistics import NAME, Statistics
from cerebellum.weights import ACTION_SPACE
from episodes import model_folder
from episodes.model_folder import ModelFolderError
from pontine.baselines.flat.card import card
from pontine.baselines.flat.network import FlatNetwork
from pontine.baselines.flat.shape import FlatShape

KIND = "flat"
WEIGHTS = "flat.safetensors"


@dataclass(frozen=True)
class FlatModel:
    """The network, and what must travel with it."""

    network: FlatNetwork
    tokenizer: PreTrainedTokenizerBase
    statistics: Statistics


def save_model(
    folder: Path, model: FlatModel, spec: RobotSpec, notes: dict[str, Any] | None = None
) -> Path:
    """Write the folder; `notes` (training figures, plain JSON) go into the config.

    A card that is there is left alone; without notes none is written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {
        # vectors are few bytes, and batch norm's running figures need their digits
        name: (value.to(torch.float16) if value.ndim > 1 else value).contiguous()
        for name, value in model.network.state_dict().items()
    }
    save_file(tensors, folder / WEIGHTS)
    model.statistics.save(folder)
    model.tokenizer.save_pretrained(str(folder))
    config = {
        "kind": KIND,
        "shape": model.network.shape.config(),
        "parameters": model.network.parameter_count,
        "action_space": ACTION_SPACE,
        "statistics_hash": model.statistics.hash,
        "training": notes or {},
    }
    whole = model_folder.write(folder, config, spec=spec)
    if notes and not (folder / model_folder.CARD).exists():
        (folder / model_folder.CARD).write_text(card(whole), encoding="utf-8")
    return folder


def load_model(folder: Path | str, spec: RobotSpec | None = None) -> FlatModel:
    """The model in float32, ready for inference.

    Raises:
        ModelFolderError: a file is missing or altered, of another kind or for another robot than
            `spec`, or the statistics are not those that the weights were trained with.
    """
    folder = Path(folder)
    config = model_folder.load_config(folder, spec=spec)
    if config.get("kind") != KIND:
        raise ModelFolderError(
            folder / model_folder.CONFIG, f"is a {config.get('kind')} model, not a flat policy",
            "name the folder that `pontine train flat` wrote",
        )  # fmt: skip
    statistics = Statistics.load(folder)
    if statistics.hash != config["statistics_hash"]:
        raise ModelFolderError(
            folder / NAME, "not the statistics the weights were trained with",
            f"restore it with `git checkout -- {folder}`, or train again",
        )  # fmt: skip
    network = FlatNetwork(FlatShape.from_config(config["shape"]))
    tensors = load_file(folder / WEIGHTS)
    network.load_state_dict(
        {n: v.float() if v.is_floating_point() else v for n, v in tensors.items()}
    )
    return FlatModel(network.eval().requires_grad_(False), load_tokenizer(folder), statistics)
