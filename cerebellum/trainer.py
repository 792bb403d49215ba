"""One optimiser step after another: weights, their average, checkpoints and the clock."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from tqdm import tqdm

from cerebellum import flow
from cerebellum.dataset import Batch
from cerebellum.network import Controller
from cerebellum.train_config import TrainControllerConfig
from episodes import progress


class Trainer:
    """Weights, their average, the optimiser, and the clock of one run."""

    def __init__(
        self, config: TrainControllerConfig, model: Controller, run: Path, stamp: str = ""
    ) -> None:
        self.config, self.model, self.stamp = config, model, stamp
        model.train()
        model.encoder.camera.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = Controller(model.config).requires_grad_(False)
        self.average.load_state_dict(model.state_dict())
        matrices = [p for p in model.parameters() if p.ndim > 1]
        others = [p for p in model.parameters() if p.ndim <= 1]
        groups = [
            {"params": matrices, "weight_decay": config.weight_decay},
            {"params": others, "weight_decay": 0.0},
        ]
        self.peak = config.lr or (1.5e-3 if config.from_model is None else 4e-4)
        self.optimiser = torch.optim.AdamW(groups, self.peak, betas=(0.9, 0.98), fused=True)
        self.file = run / "checkpoint.pt"
        self.spent = 0.0
        self.started: float | None = None

    def begin(self) -> None:
        """Start the clock when the first batch is ready."""
        if self.started is None:
            self.started = time.monotonic()

    def elapsed(self) -> float:
        return self.spent + (time.monotonic() - self.started if self.started else 0.0)

    def progress(self, number: int) -> float:
        """0 to 1 through the schedule."""
        if self.config.minutes is not None:
            return self.elapsed() / (60.0 * self.config.minutes)
        return number / self.config.steps if self.config.steps else 1.0

    def update(self, number: int, batch: Batch) -> dict[str, float]:
        for group in self.optimiser.param_groups:
            group["lr"] = self.peak * one_cycle(self.progress(number))
        generator = torch.Generator().manual_seed(1_000_003 * self.config.seed + number)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.config.bf16):
            parts = flow.losses(self.model, batch, generator)
        self.optimiser.zero_grad(set_to_none=True)
        parts["total"].backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        figures = {"the loss": parts["total"].item(), "the gradient": norm.item()}
        progress.guard(self.file, number + 1, figures, batch)
        self.optimiser.step()
        weights = torch.nn.utils.get_total_norm(self.model.parameters()).item()
        progress.guard(self.file, number + 1, {"the norm of the weights": weights}, batch)
        decay = min(self.config.ema, (1 + number) / (10 + number))
        torch._foreach_lerp_(
            list(self.average.parameters()), list(self.model.parameters()), 1.0 - decay
        )
        gates = dict(zip(("gate_proprio", "gate_camera", "gate_force"), parts["gates"].tolist(),
                         strict=True))  # fmt: skip
        names = ("flow", "place", "correction")
        return {**{name: parts[name].item() for name in names}, **gates}

    def save(self, done: int) -> None:
        state = {
            "settings": _settings(self.config, self.stamp), "done": done, "spent": self.elapsed(),
            "model": self.model.state_dict(), "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
        }  # fmt: skip
        progress.save(self.file, state, torch.save)

    def restore(self) -> int:
        """Load the newest good checkpoint; returns the steps done (0: none that fits)."""
        state = progress.load(self.file, partial(torch.load, weights_only=True), _NEEDS)
        if state is None:
            return 0
        if state["settings"] != _settings(self.config, self.stamp):
            tqdm.write(f"{self.file}: made with other settings, starting anew")
            return 0
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.spent = state["spent"]
        return int(state["done"])


_NEEDS = ("settings", "done", "spent", "model", "average", "optimiser")


class Batches(Protocol):
    """What draws batches by their number."""

    def batch(self, number: int, size: int) -> Batch: ...


def numbered_batches(data: Batches, size: int, first: int) -> Iterator[tuple[int, Batch]]:
    """Endless numbered batches, the next one made while the present one is learned from."""
    with ThreadPoolExecutor(1) as pool:
        number, coming = first, pool.submit(data.batch, first, size)
        while True:
            batch = coming.result()
            coming = pool.submit(data.batch, number + 1, size)
            yield number, batch
            number += 1


def one_cycle(progress: float) -> float:
    """Share of the peak learning rate: a tenth of the way up, then a cosine down to nearly 0."""
    if progress < 0.1:
        return 0.04 + 0.96 * progress / 0.1
    return float(1e-3 + 0.5 * (1 + np.cos(np.pi * min(1.0, (progress - 0.1) / 0.9))))


def _settings(config: TrainControllerConfig, stamp: str) -> str:
    return json.dumps(
        [stamp, config.batch, config.lr, config.ema, config.seed, str(config.from_model),
         config.minutes, config.steps, str(config.augmentation), str(config.network)]
    )  # fmt: skip
