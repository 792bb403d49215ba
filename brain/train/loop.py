"""The one training loop of all stages: time budget, one-cycle rate, resume, curves."""

import csv
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from brain.train.ahead import Draw, Drawn, ahead, generator, names_lost_drawers
from brain.train.optimiser import MatrixOptimiser
from episodes import progress
from episodes.replacing import replacing

CHECKPOINT, CURVES = "checkpoint.pt", "curves.csv"
Metrics = dict[str, float]


@dataclass(frozen=True)
class Schedule:
    """How long and how fast a stage learns.

    `steps` makes a run repeatable to the bit; otherwise the stage fills `minutes` of wall time,
    counted across interruptions.
    """

    minutes: float = 10.0
    """Wall-clock budget of the stage."""
    steps: int = 0
    """Number of steps instead of a time budget (0: use minutes)."""
    learning_rate: float = 2e-3
    """Peak of the one-cycle schedule."""
    warmup: float = 0.03
    """Share of the run spent rising to the peak; then a cosine down to 1 %."""
    weight_decay: float = 0.01
    clip: float = 1.0
    """Largest gradient norm."""
    seed: int = 0
    validate_every: float = 60.0
    """Seconds between validations, each of which also saves a checkpoint."""
    workers: int = 0
    """Processes that draw the batches of steps to come (worth it beside a GPU)."""

    def progress(self, step: int, seconds: float) -> float:
        """Share of the run that is done, 0..1."""
        return min(1.0, step / self.steps if self.steps else seconds / (60 * self.minutes))

    def rate(self, progress: float) -> float:
        """Learning rate at `progress` (0..1)."""
        if progress < self.warmup:
            return self.learning_rate * max(progress / self.warmup, 0.02)
        angle = np.pi * (progress - self.warmup) / (1 - self.warmup)
        return self.learning_rate * (0.01 + 0.99 * 0.5 * (1 + float(np.cos(angle))))


@names_lost_drawers
def fit(
    folder: Path,
    module: nn.Module,
    parameters: Iterable[nn.Parameter],
    draw: Draw[Drawn],
    loss: Callable[[Drawn, np.random.Generator], tuple[Tensor, Metrics]],
    validate: Callable[[], Metrics],
    schedule: Schedule,
) -> Metrics:
    """Train `parameters` of `module` and return the last validation.

    Args:
        folder: holds the checkpoint and curves; an interrupted run goes on from there and a
            finished one returns at once with `module` restored.
        module: everything whose state a checkpoint must keep.
        draw: makes a batch with the generator it is given (seeded by step, so that a resumed run
            sees what an uninterrupted one would have seen).
        loss: of a batch, with the random numbers of its step; and figures.
        validate: figures on held-out data.
    """
    folder.mkdir(parents=True, exist_ok=True)
    trained = list(parameters)
    optimiser = MatrixOptimiser(module, trained, schedule.learning_rate, schedule.weight_decay)
    state = progress.load(folder / CHECKPOINT, _read, _NEEDS) or dict(_FRESH)
    _forget_after(folder, int(state["step"]))
    step, seconds, figures = int(state["step"]), float(state["seconds"]), dict(state["figures"])
    if "module" in state:
        module.load_state_dict(state["module"])
    if schedule.progress(step, seconds) >= 1:
        return figures
    if "optimiser" in state:
        optimiser.load_state_dict(state["optimiser"])
    module.train()
    start, validated = time.monotonic() - seconds, time.monotonic()
    bar = tqdm(total=100, desc=folder.name, unit="%", mininterval=1.0)
    running: Metrics = {}
    batches = ahead(draw, schedule.seed, step, schedule.workers)
    while (share := schedule.progress(step, seconds)) < 1:
        optimiser.set_rate(schedule.rate(share))
        value, batch = loss(next(batches), generator(schedule.seed, step, 1))
        optimiser.zero_grad()
        value.backward()
        norm = nn.utils.clip_grad_norm_(trained, schedule.clip)
        batch = {"loss": value.item(), **batch}
        step += 1
        progress.guard(
            folder / CHECKPOINT, step, {"the loss": batch["loss"], "the gradient": norm.item()}
        )
        optimiser.step()
        weights = nn.utils.get_total_norm(trained).item()
        progress.guard(folder / CHECKPOINT, step, {"the norm of the weights": weights})
        seconds = time.monotonic() - start
        running = {k: 0.95 * running.get(k, v) + 0.05 * v for k, v in batch.items()}
        bar.n = int(100 * min(1.0, schedule.progress(step, seconds)))
        bar.set_postfix(step=step, **{k: f"{v:.3g}" for k, v in running.items()}, refresh=False)
        bar.update(0)
        last = schedule.progress(step, seconds) >= 1
        if last or time.monotonic() - validated > schedule.validate_every:
            figures = _evaluate(module, validate)
            seconds = time.monotonic() - start
            row = {"step": step, "minutes": round(seconds / 60, 3), **running}
            _record(folder, row | {f"val_{k}": v for k, v in figures.items()})
            _save(folder, module, optimiser, step, seconds, figures)
            validated = time.monotonic()
    bar.close()
    module.eval()
    plot(folder)
    return figures


def _evaluate(module: nn.Module, validate: Callable[[], Metrics]) -> Metrics:
    module.eval()
    with torch.no_grad():
        figures = validate()
    module.train()
    return figures


def _save(folder: Path, module: nn.Module, optimiser: MatrixOptimiser, step: int,
          seconds: float, figures: Metrics) -> None:  # fmt: skip
    state = {"module": module.state_dict(), "optimiser": optimiser.state_dict(), "step": step,
             "seconds": seconds, "figures": figures}  # fmt: skip
    progress.save(folder / CHECKPOINT, state, torch.save)


_FRESH: dict[str, Any] = {"step": 0, "seconds": 0.0, "figures": {}}
_NEEDS = ("module", "optimiser", *_FRESH)


def _read(path: Path) -> dict[str, Any]:
    return dict(torch.load(path, map_location="cpu", weights_only=True))


def _record(folder: Path, row: Metrics) -> None:
    path = folder / CURVES
    new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(row)
        writer.writerow([f"{v:.6g}" for v in row.values()])


def _forget_after(folder: Path, step: int) -> None:
    """Drop rows of curves.csv behind the checkpoint: they come again, or were not written whole."""
    path = folder / CURVES
    if not path.exists():
        return
    with path.open(newline="", encoding="utf-8") as file:
        head, *rows = [*csv.reader(file)] or [[]]
    kept = [row for row in rows if len(row) == len(head) and int(row[0]) <= step]
    if not kept:
        path.unlink()
    elif len(kept) < len(rows):
        with (
            replacing(path) as partial,
            partial.open("w", newline="", encoding="utf-8") as file,
        ):
            csv.writer(file).writerows([head, *kept])


def plot(folder: Path) -> None:
    """Draw every column of the stage's curves.csv over minutes into curves.png."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    with (folder / CURVES).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if name not in ("step", "minutes")]
    figure, axes = pyplot.subplots(len(names), 1, figsize=(7, 1.6 * len(names)), sharex=True)
    for axis, name in zip(np.atleast_1d(axes), names, strict=True):
        axis.plot([float(r["minutes"]) for r in rows], [float(r[name] or "nan") for r in rows])
        axis.set_ylabel(name, fontsize=7)
        axis.grid(alpha=0.3)
    np.atleast_1d(axes)[-1].set_xlabel("minutes")
    figure.tight_layout()
    figure.savefig(folder / "curves.png", dpi=90)
    pyplot.close(figure)
