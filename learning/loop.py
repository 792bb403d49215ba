"""The one training loop: steps or a clock, averaged weights, checkpoints, curves, a guard."""

import time
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import nn
from tqdm import tqdm

from learning.ahead import ahead, naming_lost_drawers
from learning.averages import Averages
from learning.curves import Curves
from learning.fingerprint import fingerprint
from learning.guard import guard
from learning.objective import Metrics, Objective, Step
from learning.optimiser import Optimiser
from learning.run import Run
from learning.schedule import Schedule

Network = TypeVar("Network", bound=nn.Module)
Drawn = TypeVar("Drawn")
DRAWN_EVERY = 60.0  # s between drawings of the curves, which take a second


@dataclass(frozen=True)
class Fitted:
    """What a training came to.

    Attributes:
        steps: taken. seconds: of wall time, counted across interruptions.
        figures: of the last validation.
    """

    steps: int
    seconds: float
    figures: Metrics


def fit(
    run: Run,
    network: Network,
    objective: Objective[Network, Drawn],
    optimiser: Optimiser,
    schedule: Schedule,
    averages: Averages[Network] | None = None,
) -> Fitted:
    """Train `network` in place, and leave it, and its averages, in evaluation mode.

    An interrupted run goes on from its checkpoint to the very weights that it would have come to;
    a finished one is restored at once.

    Args:
        run: where checkpoint and curves are kept, and the settings that they belong to.
        network: everything whose state a checkpoint must keep.
        objective: batches, loss and validation.
        optimiser: of those parameters that are trained.
        averages: of the network's weights; they are what is validated then.

    Raises:
        CheckpointError: `run` was begun with other settings or other weights, or is damaged.
        TrainingStoppedError: a loss, gradient or weight is NaN or infinite, or a process that
            draws batches was killed; the last good checkpoint is kept.
    """
    run.folder.mkdir(parents=True, exist_ok=True)
    run = run.depends_on(**schedule.settings(), weights_to_begin_with=fingerprint(network))
    training = _Training(run, network, objective, optimiser, schedule, averages)
    with naming_lost_drawers(run.folder):
        training.go_on()
    network.eval()
    if averages is not None:
        averages.network.eval()
    return Fitted(training.step, training.seconds, training.figures)


class _Training:
    """A run as it stands."""

    def __init__(
        self, run: Run, network: nn.Module, objective: Objective[Any, Any], optimiser: Optimiser,
        schedule: Schedule, averages: Averages[Any] | None,
    ) -> None:  # fmt: skip
        self.run, self.network, self.objective = run, network, objective
        self.optimiser, self.schedule, self.averages = optimiser, schedule, averages
        self.step, self.done = 0, False
        self.figures: Metrics = {}
        self._spent, self._started = 0.0, 0.0
        self._restore()
        self._curves = Curves(run.folder, run.replacing, self.step)
        self._sums: dict[str, list[float]] = {}
        self._kept = self._drawn = time.monotonic()

    @property
    def seconds(self) -> float:
        """Wall time, counted across interruptions from the first batch on."""
        return self._spent + (time.monotonic() - self._started if self._started else 0.0)

    def go_on(self) -> None:
        """Until the budget is spent."""
        if self.done:
            return
        self.network.train()
        with (
            closing(ahead(self.objective.batch, self.step, self.schedule.workers)) as batches,
            tqdm(total=100, desc=self.run.folder.name, unit="%", mininterval=1.0) as bar,
        ):
            while (share := self._share()) < 1:
                batch = next(batches)
                self._started = self._started or time.monotonic()
                figures = self._learn(batch, Step(self.step, share))
                bar.n = int(100 * self._share())
                bar.set_postfix(
                    step=self.step, **{k: f"{v:.3g}" for k, v in figures.items()}, refresh=False
                )
                bar.update(0)
                if self._share() < 1:  # what is due at the end comes below
                    self._log()
        self._spent, self._started = self.seconds, 0.0
        self._keep(last=True)

    def _share(self) -> float:
        return self.schedule.progress(self.step, self.seconds)

    def _learn(self, batch: Any, step: Step) -> Metrics:
        """Take one step; returns its figures."""
        self.optimiser.set_rate(self.schedule.rate(step.share))
        loss, figures = self.objective.loss(batch, step)
        self.optimiser.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.optimiser.parameters, self.schedule.clip)
        figures = {"loss": loss.item(), **figures}
        self.step += 1
        told = batch if isinstance(batch, dict) else None
        wrong = {"the loss": figures["loss"], "the gradient": norm.item()}
        guard(self.run.checkpoint, self.step, wrong, told)
        self.optimiser.step()
        weights = nn.utils.get_total_norm(self.optimiser.parameters).item()
        guard(self.run.checkpoint, self.step, {"the norm of the weights": weights}, told)
        if self.averages is not None:
            self.averages.update(self.network, step.number)
        for name, value in figures.items():
            self._sums.setdefault(name, []).append(value)
        return figures

    def _log(self) -> None:
        """A checkpoint or a row of the curves, if one is due."""
        if self.schedule.due(self.step, time.monotonic() - self._kept):
            self._keep()
        elif self.step % self.schedule.log_every == 0:
            self._curves.add(self._row())

    def _row(self) -> Metrics:
        """The means of the steps since the row before."""
        means = {name: sum(values) / len(values) for name, values in self._sums.items()}
        self._sums = {}
        return {"step": self.step, "seconds": round(self.seconds, 1), **means}

    def _keep(self, last: bool = False) -> None:
        """Validate, and write checkpoint and curves."""
        judged = self.network if self.averages is None else self.averages.network
        judged.eval()
        with torch.no_grad():
            self.figures = self.objective.validate(judged, last)
        self.network.train()
        self._curves.add(self._row() | {f"val_{k}": v for k, v in self.figures.items()})
        self._curves.write()
        if last or time.monotonic() - self._drawn > DRAWN_EVERY:
            self._curves.draw()
            self._drawn = time.monotonic()
        self.done = last
        averaged = {} if self.averages is None else self.averages.network.state_dict()
        self.run.save({
            "step": self.step, "seconds": self.seconds, "figures": self.figures, "done": last,
            "module": self.network.state_dict(), "average": averaged,
            "optimiser": self.optimiser.state_dict(),
        })  # fmt: skip
        self._kept = time.monotonic()

    def _restore(self) -> None:
        state = self.run.load()
        if state is None:
            return
        self.network.load_state_dict(state["module"])
        if self.averages is not None:
            self.averages.network.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self._spent = int(state["step"]), float(state["seconds"])
        self.figures, self.done = dict(state["figures"]), bool(state["done"])
