"""A controller as a model folder: fp16 safetensors, statistics, its codec and a config."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from body.contract.robot_spec import RobotSpec
from cerebellum.codec import Codec, save_codec
from cerebellum.network import Controller
from cerebellum.network_config import NetworkConfig
from cerebellum.statistics import Statistics
from episodes import model_folder

WEIGHTS = "controller.safetensors"
ACTION_SPACE = "tool increments dx dy dz dyaw per 50 ms step, gripper closed; tool straight down"


def save_model(
    folder: Path,
    model: Controller,
    statistics: Statistics,
    codec: Codec,
    spec: RobotSpec | None,
    notes: dict[str, Any] | None = None,
    action_space: str = ACTION_SPACE,
    robot: str = "",
) -> Path:
    """Write the folder; `notes` (training figures, plain JSON) go into the config.

    Args:
        spec: None where the arm is a benchmark's own, called `robot`, whose joints are not told.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {
        name: value.to(torch.float16).contiguous() for name, value in model.state_dict().items()
    }
    save_file(tensors, folder / WEIGHTS)
    statistics.save(folder)
    save_codec(codec, folder)
    config = {
        "kind": "controller",
        "network": asdict(model.config),
        "parameters": model.parameter_count,
        "codec_id": codec.codec_id,
        "action_space": action_space,
        "statistics_hash": statistics.hash,
        "training": notes or {},
    }
    if spec is None:
        config |= {"robot": robot, "robot_fingerprint": "", "joint_names": []}
    model_folder.write(folder, config, spec=spec)
    return folder


def load_model(folder: Path, spec: RobotSpec | None = None) -> tuple[Controller, dict[str, Any]]:
    """The network in float32, ready for inference, and its config.

    Raises:
        ModelFolderError: a file is missing or altered, or made for another robot.
    """
    config = model_folder.load_config(folder, spec=spec, kind="controller")
    sizes = dict(config["network"])
    sizes["channels"] = tuple(sizes["channels"])
    model = Controller(NetworkConfig(**sizes))
    tensors = load_file(folder / WEIGHTS)
    model.load_state_dict({name: value.float() for name, value in tensors.items()})
    return model.eval(), config
