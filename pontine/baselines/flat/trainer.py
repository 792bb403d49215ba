"""One optimiser step after another: weights, their average, checkpoints and the clock."""

import copy
import json
import time
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn

from brain.train.errors import TrainingError
from episodes import progress
from pontine.baselines.flat.config import FlatTraining
from pontine.baselines.flat.dataset import Batch
from pontine.baselines.flat.loss import losses
from pontine.baselines.flat.muon import Muon
from pontine.baselines.flat.network import FlatNetwork

CHECKPOINT = "checkpoint.pt"
_NEEDS = ("settings", "done", "spent", "network", "average", "optimisers")


class Trainer:
    """Weights, their average, the optimiser, and the clock of one run.

    Args:
        settings: what the run depends on, see :meth:`FlatTraining.settings`.

    Attributes:
        average: the network with averaged weights.
        done: steps taken so far.
    """

    def __init__(
        self, config: FlatTraining, network: FlatNetwork, settings: dict[str, Any]
    ) -> None:
        self.config, self.network, self.schedule = config, network, config.schedule
        network.train()
        network.encoder.requires_grad_(False)
        network.camera.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(network).requires_grad_(False)
        binding, matrices, vectors = _sorted(network)
        groups = [
            {"params": matrices, "weight_decay": config.weight_decay},
            {"params": vectors, "weight_decay": 0.0},
        ]
        rate = config.learning_rate
        # weights without gradient, as those of frozen eyes, are passed over
        self.optimisers: tuple[torch.optim.Optimizer, ...] = (
            Muon(binding, rate, config.weight_decay),
            torch.optim.AdamW(groups, rate, betas=(0.9, 0.98), fused=True),
        )
        self.file = config.runs / CHECKPOINT
        self.done = 0
        self._settings = json.dumps(settings, sort_keys=True)
        self._spent = 0.0
        self._started: float | None = None

    @property
    def seconds(self) -> float:
        """Wall time, counted across interruptions from the first batch on."""
        return self._spent + (time.monotonic() - self._started if self._started else 0.0)

    def stop(self) -> None:
        """Stop the clock."""
        self._spent, self._started = self.seconds, None

    @property
    def progress(self) -> float:
        """0 to 1 through the run."""
        return self.schedule.progress(self.done, self.seconds)

    def update(self, batch: Batch) -> dict[str, float]:
        """Learn from one batch; returns its losses."""
        if self._started is None:
            self._started = time.monotonic()
        config, network, share = self.config, self.network, self.progress
        seeing = share >= config.unfreeze
        network.encoder.requires_grad_(seeing)
        network.encoder.eval()  # batch norm keeps the statistics of all pictures
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = self.schedule.rate(share)
            optimiser.zero_grad(set_to_none=True)
        rng = np.random.default_rng((config.seed, 1, self.done))
        with torch.autocast("cpu", torch.bfloat16, enabled=config.bf16):
            with torch.set_grad_enabled(seeing):
                image = network.look(batch["pixels"])
            parts = losses(network, batch, image, rng)
        parts.total.backward()
        norm = nn.utils.clip_grad_norm_(network.parameters(), self.schedule.clip)
        figures = {"the loss": parts.total.item(), "the gradient": norm.item()}
        progress.guard(self.file, self.done + 1, figures, batch)
        for optimiser in self.optimisers:
            optimiser.step()
        weights = nn.utils.get_total_norm(network.parameters()).item()
        progress.guard(self.file, self.done + 1, {"the norm of the weights": weights}, batch)
        decay = min(config.ema, (1 + self.done) / (10 + self.done))
        torch._foreach_lerp_(
            list(self.average.parameters()), list(network.parameters()), 1.0 - decay
        )
        self.done += 1
        return {"total": parts.total.item(), **parts.figures}

    def save(self) -> None:
        """Keep everything that :meth:`restore` needs."""
        state = {
            "settings": self._settings, "done": self.done, "spent": self.seconds,
            "network": self.network.state_dict(), "average": self.average.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
        }  # fmt: skip
        progress.save(self.file, state, torch.save)

    def restore(self) -> None:
        """Go on from the checkpoint, if there is one.

        Raises:
            TrainingError: it is of a run with other settings.
        """
        state = progress.load(self.file, partial(torch.load, weights_only=True), _NEEDS)
        if state is None:
            return
        if state["settings"] != self._settings:
            theirs, ours = json.loads(state["settings"]), json.loads(self._settings)
            other = sorted(name for name in ours if theirs.get(name) != ours[name])
            raise TrainingError(
                f"{self.file} is of a run with other {', '.join(other)}: repeat that run's command "
                "to resume it, or name another folder with --runs"
            )
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        for optimiser, kept in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(kept)
        self.done, self._spent = int(state["done"]), float(state["spent"])


def _sorted(network: FlatNetwork) -> tuple[list[nn.Parameter], ...]:
    """Matrices between words and what is seen, other matrices and filters, vectors."""
    grounding = network.grounding
    tables = {id(grounding.table.weight), id(grounding.place)}
    binding = [p for p in grounding.parameters() if p.ndim == 2 and id(p) not in tables]
    known = {id(p) for p in binding}
    others = [p for p in network.parameters() if id(p) not in known]
    return binding, [p for p in others if p.ndim > 1], [p for p in others if p.ndim <= 1]
