"""A controller's two graphs in ONNX: the encoder, and one evaluation of the flow field.

Run as `python -m cerebellum.export MODEL FOLDER`; :mod:`cerebellum.engines.build` does so on
first use. Shapes are static (batch 1). The graphs are compared with torch before they count.
"""

import json
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn

from body.motion import HORIZON
from cerebellum import flow, inputs
from cerebellum.engines.build import engine_key
from cerebellum.engines.onnx_engine import DESCRIPTION, ENCODER, FIELD, OnnxEngine
from cerebellum.engines.protocol import EngineError, Senses
from cerebellum.network import Controller
from cerebellum.weights import load_model

OPSET = 20
TOLERANCE = 1e-4  # of the normalised chunk: 2 micrometres


def export(model_folder: Path, folder: Path) -> dict[str, Any]:
    """Write encoder.onnx, field.onnx and engine.json; returns the last as a dict.

    Raises:
        ModelFolderError: the model folder is damaged.
        EngineError: the graphs do not compute what torch computes.
    """
    torch.set_num_threads(1)
    model, config = load_model(model_folder)
    folder.mkdir(parents=True, exist_ok=True)
    batch = example(model)
    senses = tuple(batch[n] for n in ("token", "proprio", "force", "wrist", "gate_override"))
    names = ["token", "proprio", "force", "wrist", "gate_override"]
    _write(model.encoder, senses, folder / ENCODER, names, ["context", "gates"])
    context, _ = model.encoder(*senses)
    state = (batch["noise"], torch.ones(1), context.detach(), batch["prefix"], batch["prefix_mask"])
    names = ["z", "t", "context", "prefix", "prefix_mask"]
    _write(model.field, state, folder / FIELD, names, ["velocity"])
    description = {
        "key": engine_key(config),
        "euler_steps": flow.EULER_STEPS,
        "opset": OPSET,
        "versions": {"torch": torch.__version__, "onnxruntime": onnxruntime.__version__},
        **{n: config[n] for n in ("codec_id", "statistics_hash", "robot", "robot_fingerprint",
                                  "joint_names", "action_space")},
    }  # fmt: skip
    description["parity"] = parity(model, OnnxEngine(*_sessions(folder), description))
    if description["parity"] > TOLERANCE:
        raise EngineError(
            f"{model_folder}: ONNX differs from torch by {description['parity']:.2e} "
            f"(allowed {TOLERANCE}); try the torch and onnxscript versions of constraints.txt"
        )
    (folder / DESCRIPTION).write_text(json.dumps(description, indent=1) + "\n")
    return description


def example(model: Controller, seed: int = 0) -> dict[str, Tensor]:
    """Random inputs for one decision, two steps committed."""
    generator = torch.Generator().manual_seed(seed)
    mask = torch.zeros(1, HORIZON)
    mask[:, :2] = 1.0
    chunk = (1, HORIZON, inputs.ACTION_SIZE)
    size = inputs.IMAGE_SIZE
    return {
        "token": torch.randn(1, inputs.TOKEN_SIZE, generator=generator),
        "proprio": torch.randn(1, inputs.proprio_size(model.config.joints), generator=generator),
        "force": torch.randn(1, inputs.FORCE_SIZE, generator=generator).tanh(),
        "wrist": torch.rand(1, 4, size, size, generator=generator),
        "prefix": torch.randn(chunk, generator=generator) * mask[..., None],
        "prefix_mask": mask,
        "gate_override": torch.full((1, len(inputs.MODALITIES)), -1.0),
        "noise": torch.randn(chunk, generator=generator),
    }


def parity(model: Controller, engine: OnnxEngine, trials: int = 5) -> float:
    """Largest difference of the normalised chunk between torch and `engine`."""
    worst = 0.0
    for seed in range(trials):
        batch = example(model, seed)
        if seed % 2:
            batch["gate_override"][0, seed % 3] = 0.5
        wanted = flow.sample(
            model, batch, noise=batch["noise"], gate_override=batch["gate_override"]
        )
        chunk, _ = engine.infer(Senses(**{name: value.numpy() for name, value in batch.items()}))
        worst = max(worst, float(np.abs(chunk - wanted[0].numpy()).max()))
    return worst


def _sessions(folder: Path) -> tuple[Any, Any]:
    providers = ["CPUExecutionProvider"]
    encoder, field = (
        onnxruntime.InferenceSession(str(folder / name), providers=providers)
        for name in (ENCODER, FIELD)
    )
    return encoder, field


def _write(
    module: nn.Module, example: tuple[Tensor, ...], path: Path, names: list[str], out: list[str]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(), example, str(path), input_names=names, output_names=out, dynamo=True,
            opset_version=OPSET, external_data=False, optimize=True, verbose=False,
        )  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(export(Path(sys.argv[1]), Path(sys.argv[2])), indent=1))
