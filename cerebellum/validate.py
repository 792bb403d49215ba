"""Figures of a controller on held-out episodes, without simulation."""

import numpy as np
import torch

from cerebellum import flow
from cerebellum.dataset import ControllerData
from cerebellum.network import Controller


def validate(
    model: Controller, data: ControllerData, size: int, batches: int = 1
) -> dict[str, float]:
    """Figures of `model`, which is in evaluation mode, on held-out episodes: mean error (mm, deg)
    at the fifth step of sampled chunks, the gripper's accuracy, and the error (mm) with the wrist
    camera masked."""
    on = next(model.parameters()).device
    move: list[np.ndarray] = []
    blind: list[np.ndarray] = []
    turn: list[np.ndarray] = []
    grip: list[np.ndarray] = []
    for number in range(batches):
        batch = {name: value.to(on) for name, value in data.batch(number, size).items()}
        for name, errors in (("seen", move), ("blind", blind)):
            if name == "blind":
                batch = {**batch, "wrist": torch.zeros_like(batch["wrist"])}
            difference = (flow.sample(model, batch) - batch["target"]).cpu()
            ends = difference[:, :5].sum(dim=1)
            errors.append(1e3 * data.statistics.move * ends[:, :3].norm(dim=1).numpy())
            if name == "seen":
                turn.append(np.degrees(data.statistics.turn) * ends[:, 3].abs().numpy())
                grip.append((difference[:, :5, 4].abs() < 1.0).float().numpy())
    return {
        "mm": float(np.mean(np.concatenate(move))),
        "blind_mm": float(np.mean(np.concatenate(blind))),
        "deg": float(np.mean(np.concatenate(turn))),
        "gripper": float(np.mean(np.concatenate(grip))),
    }
