from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from episodes.replacing import replacing
from learning.averages import Averages
from learning.curves import PLOT, Curves
from learning.errors import CheckpointError, TrainingStoppedError
from learning.loop import Fitted, fit
from learning.objective import Metrics, Step
from learning.optimiser import Optimiser
from learning.run import Run
from learning.schedule import Schedule

Spoil = Callable[[nn.Linear, Tensor, Step], Tensor]


@dataclass(frozen=True)
class Sum:
    """A line that shall add three numbers up; `spoil` may change its loss."""

    line: nn.Linear
    spoil: Spoil

    def batch(self, number: int) -> dict[str, Tensor]:
        rows = np.random.default_rng(number).normal(size=(16, 3)).astype(np.float32)
        return {"x": torch.from_numpy(rows)}

    def loss(self, batch: dict[str, Tensor], step: Step) -> tuple[Tensor, Metrics]:
        wanted = batch["x"].sum(1, keepdim=True)
        value = self.spoil(self.line, (self.line(batch["x"]) - wanted).pow(2).mean(), step)
        return value, {"share": step.share}

    def validate(self, network: nn.Module, last: bool) -> Metrics:
        assert not network.training and not torch.is_grad_enabled()
        return {"error": float((network.weight - 1).abs().max()), "last": float(last)}  # type: ignore[operator]


def as_it_is(line: nn.Linear, value: Tensor, step: Step) -> Tensor:
    return value


def train(
    folder: Path, schedule: Schedule, spoil: Spoil = as_it_is, ema: float | None = None,
    begin: int = 0, **settings: Any,
) -> tuple[nn.Linear, Fitted]:  # fmt: skip
    """The line, or its average, and what came of it."""
    torch.manual_seed(begin)
    line = nn.Linear(3, 1)
    averages = None if ema is None else Averages(line, ema)
    optimiser = Optimiser(line.parameters(), schedule.learning_rate, 0.0)
    run = Run(folder, replacing, settings)
    fitted = fit(run, line, Sum(line, spoil), optimiser, schedule, averages)
    assert not line.training
    return (averages.network if averages else line), fitted


EVERY_STEP = Schedule(steps=8, validate_every=0.0)


@pytest.mark.parametrize("ema", [None, 0.9])
def test_it_learns_and_leaves_curves(tmp_path: Path, ema: float | None) -> None:
    schedule = Schedule(steps=200, learning_rate=0.1, log_every=20)
    line, fitted = train(tmp_path, schedule, ema=ema)
    assert fitted.figures["error"] < 0.05 and fitted.figures["last"] == 1.0
    assert fitted.figures["error"] == float((line.weight.detach() - 1).abs().max())
    assert fitted.steps == 200 and fitted.seconds > 0
    rows = Curves(tmp_path, replacing, 200).rows
    assert [row["step"] for row in rows] == [*range(20, 201, 20)]
    assert rows[0]["share"] == pytest.approx(np.arange(20).mean() / 200)  # the mean of its steps
    assert rows[-1].keys() == {"step", "seconds", "loss", "share", "val_error", "val_last"}
    assert (tmp_path / PLOT).stat().st_size > 1000


@pytest.mark.parametrize("ema", [None, 0.9])
def test_an_interrupted_run_ends_where_an_uninterrupted_one_does(
    tmp_path: Path, ema: float | None
) -> None:
    class Stop(Exception):
        pass

    def stop(line: nn.Linear, value: Tensor, step: Step) -> Tensor:
        if step.number == 18:
            raise Stop
        return value

    schedule = Schedule(steps=30, validate_every=None, checkpoint_every=7, log_every=2)
    whole, _ = train(tmp_path / "whole", schedule, ema=ema)
    with pytest.raises(Stop):
        train(tmp_path / "cut", schedule, stop, ema)
    resumed, fitted = train(tmp_path / "cut", schedule, ema=ema)
    assert torch.equal(resumed.weight, whole.weight)
    rows, expected = (Curves(tmp_path / n, replacing, 30).rows for n in ("cut", "whole"))
    for row in [*rows, *expected]:
        del row["seconds"]
    assert rows == expected
    # finished: restored at once, nothing learned
    again, same = train(tmp_path / "cut", schedule, stop, ema)
    assert torch.equal(again.weight, whole.weight) and same == fitted


@pytest.mark.parametrize("what", ["loss", "gradient", "weights"])
def test_a_number_that_is_none_stops_it_and_what_was_good_is_gone_on_from(
    tmp_path: Path, what: str
) -> None:
    def poison(line: nn.Linear, value: Tensor, step: Step) -> Tensor:
        if step.number != 4:
            return value
        if what == "loss":
            return value * float("nan")
        if what == "gradient":  # of a root at 0: infinite
            return value + line.bias.sub(line.bias.detach()).abs().sqrt().sum()
        line.weight.data[0, 0] = float("inf")
        return line.bias.sum() * 1.0

    whole, _ = train(tmp_path / "whole", EVERY_STEP)
    with pytest.raises(TrainingStoppedError, match=f"{what} is (nan|inf) at step 5; its batch"):
        train(tmp_path / "cut", EVERY_STEP, poison)
    saved = torch.load(tmp_path / "cut" / "checkpoint.pt", weights_only=True)
    assert saved["step"] == 4 and saved["module"]["weight"].isfinite().all()
    resumed, _ = train(tmp_path / "cut", EVERY_STEP)
    assert torch.equal(resumed.weight, whole.weight)


def test_a_checkpoint_of_nan_weights_is_passed_over(tmp_path: Path, capsys: Any) -> None:
    whole, _ = train(tmp_path, EVERY_STEP)
    path = tmp_path / "checkpoint.pt"
    saved = torch.load(path, weights_only=True)
    saved["module"]["weight"][:] = float("nan")  # as a disk may leave it
    torch.save(saved, path)
    resumed, _ = train(tmp_path, EVERY_STEP)
    assert torch.equal(resumed.weight, whole.weight)
    assert "holds weights that are NaN" in capsys.readouterr().out


def test_other_settings_and_other_weights_to_begin_with_are_refused(tmp_path: Path) -> None:
    train(tmp_path, EVERY_STEP, data="a")
    with pytest.raises(CheckpointError, match="other data: repeat that run's command"):
        train(tmp_path, EVERY_STEP, data="b")
    with pytest.raises(CheckpointError, match="other learning rate, steps: "):
        train(tmp_path, replace(EVERY_STEP, steps=9, learning_rate=1.0), data="a")
    with pytest.raises(CheckpointError, match="other weights to begin with: "):
        train(tmp_path, EVERY_STEP, data="a", begin=1)
    train(tmp_path, replace(EVERY_STEP, workers=1, log_every=3), data="a")


def test_a_clock_ends_it_and_goes_on_where_it_stood(tmp_path: Path) -> None:
    schedule = Schedule(minutes=0.5 / 60, validate_every=None)
    _, fitted = train(tmp_path, schedule)
    assert fitted.steps > 3 and 0.5 <= fitted.seconds < 10
    assert train(tmp_path, schedule)[1] == fitted


def test_without_a_budget_what_there_is_is_judged_and_kept(tmp_path: Path) -> None:
    line, fitted = train(tmp_path, Schedule(minutes=0))
    assert fitted.steps == 0 and "error" in fitted.figures
    saved = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert torch.equal(saved["module"]["weight"], line.weight)
