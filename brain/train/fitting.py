"""How a stage learns: its functions made into an objective of the training loop."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from torch import Tensor, nn

from learning.loop import fit
from learning.objective import Metrics, Step
from learning.optimiser import Optimiser, hidden_matrices
from learning.run import Run
from learning.schedule import Schedule

Drawn = TypeVar("Drawn")
Draw = Callable[[np.random.Generator], Drawn]
Loss = Callable[[Drawn, np.random.Generator], tuple[Tensor, Metrics]]


class Stage(Protocol):
    """Settings of a stage: a frozen dataclass with a schedule."""

    @property
    def schedule(self) -> Schedule: ...


def generator(seed: int, step: int, what: int) -> np.random.Generator:
    """The random numbers of a step, for one purpose (`what`) of several."""
    return np.random.default_rng((seed, step, what))


@dataclass(frozen=True)
class _StageObjective(Generic[Drawn]):
    seed: int
    draw: Draw[Drawn]
    value: Loss[Drawn]
    figures: Callable[[], Metrics]

    def batch(self, number: int) -> Drawn:
        return self.draw(generator(self.seed, number, 0))

    def loss(self, batch: Drawn, step: Step) -> tuple[Tensor, Metrics]:
        return self.value(batch, generator(self.seed, step.number, 1))

    def validate(self, network: nn.Module, last: bool) -> Metrics:
        return self.figures()


def fit_stage(
    run: Run,
    stage: Stage,
    module: nn.Module,
    parameters: Iterable[nn.Parameter],
    draw: Draw[Drawn],
    loss: Loss[Drawn],
    validate: Callable[[], Metrics],
) -> Metrics:
    """Train `parameters` of `module` and return the last validation.

    Args:
        run: of the stage; a finished one is restored at once.
        module: everything whose state a checkpoint must keep.
        draw: makes a batch with the generator it is given.
        loss: of a batch, with the random numbers of its step; and figures.
        validate: figures on held-out data.
    """
    schedule = stage.schedule
    optimiser = Optimiser(
        parameters, schedule.learning_rate, schedule.weight_decay, hidden_matrices(module)
    )
    objective = _StageObjective(schedule.seed, draw, loss, validate)
    return fit(run.depends_on(**_own(stage)), module, objective, optimiser, schedule).figures


def _own(stage: Any) -> dict[str, Any]:
    """A stage's settings besides its schedule."""
    return {own.name: getattr(stage, own.name) for own in fields(stage) if own.name != "schedule"}
