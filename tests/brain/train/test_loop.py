import numpy as np
import pytest
import torch

from brain.train.loop import Schedule, fit
from episodes.progress import TrainingStoppedError


def draw(rng):
    return torch.from_numpy(rng.normal(size=(16, 3)).astype(np.float32))


def problem():
    torch.manual_seed(0)
    module = torch.nn.Linear(3, 1)

    def loss(x, _):
        value = (module(x) - x.sum(1, keepdim=True)).pow(2).mean()
        return value, {"figure": 1.0}

    def validate():
        return {"error": float((module.weight - 1).abs().max())}

    return module, loss, validate


def test_it_learns_and_leaves_curves(tmp_path):
    module, loss, validate = problem()
    schedule = Schedule(steps=200, learning_rate=0.1)
    figures = fit(tmp_path / "a", module, module.parameters(), draw, loss, validate, schedule)
    assert figures["error"] < 0.05
    assert (tmp_path / "a" / "curves.png").stat().st_size > 1000
    header = (tmp_path / "a" / "curves.csv").read_text().splitlines()[0]
    assert header == "step,minutes,loss,figure,val_error"


def test_an_interrupted_run_ends_where_an_uninterrupted_one_does(tmp_path):
    class Stop(Exception):
        pass

    schedule = Schedule(steps=40, validate_every=0.0)
    module, loss, validate = problem()
    fit(tmp_path / "whole", module, module.parameters(), draw, loss, validate, schedule)
    whole = module.weight.detach().clone()

    module, loss, validate = problem()
    count = 0

    def broken(x, rng):
        nonlocal count
        count += 1
        if count > 20:
            raise Stop
        return loss(x, rng)

    with pytest.raises(Stop):
        fit(tmp_path / "cut", module, module.parameters(), draw, broken, validate, schedule)
    module, loss, validate = problem()
    fit(tmp_path / "cut", module, module.parameters(), draw, loss, validate, schedule)
    torch.testing.assert_close(module.weight, whole)

    module, loss, validate = problem()  # finished: restored at once, nothing drawn
    fit(tmp_path / "cut", module, module.parameters(), draw, broken, validate, schedule)
    torch.testing.assert_close(module.weight, whole)


@pytest.mark.parametrize("what", ["loss", "gradient", "weights"])
def test_a_number_that_is_none_stops_it_and_what_was_good_is_gone_on_from(tmp_path, what):
    schedule = Schedule(steps=8, validate_every=0.0)
    module, loss, validate = problem()
    fit(tmp_path / "whole", module, module.parameters(), draw, loss, validate, schedule)
    whole = module.weight.detach().clone()
    module, loss, validate = problem()
    steps = 0

    def poisoned(x, rng):
        nonlocal steps
        steps += 1
        value, figures = loss(x, rng)
        if steps == 5 and what == "loss":
            value = value * float("nan")
        elif steps == 5 and what == "gradient":  # of a root at 0: infinite
            value = value + module.bias.sub(module.bias.detach()).abs().sqrt().sum()
        elif steps == 5:
            module.weight.data[0, 0] = float("inf")
            value = module.bias.sum() * 1.0
        return value, figures

    with pytest.raises(TrainingStoppedError, match=f"{what} is (nan|inf) at step 5"):
        fit(tmp_path / "cut", module, module.parameters(), draw, poisoned, validate, schedule)
    saved = torch.load(tmp_path / "cut" / "checkpoint.pt", weights_only=True)
    assert saved["step"] == 4 and saved["module"]["weight"].isfinite().all()

    module, loss, validate = problem()
    fit(tmp_path / "cut", module, module.parameters(), draw, loss, validate, schedule)
    torch.testing.assert_close(module.weight, whole)


def test_a_checkpoint_of_nan_weights_is_passed_over(tmp_path, capsys):
    schedule = Schedule(steps=6, validate_every=0.0)
    module, loss, validate = problem()
    fit(tmp_path, module, module.parameters(), draw, loss, validate, schedule)
    whole = module.weight.detach().clone()
    path = tmp_path / "checkpoint.pt"
    saved = torch.load(path, weights_only=True)
    saved["module"]["weight"][:] = float("nan")  # as an older version left it
    torch.save(saved, path)
    module, loss, validate = problem()
    fit(tmp_path, module, module.parameters(), draw, loss, validate, schedule)
    torch.testing.assert_close(module.weight, whole)
    assert "holds weights that are NaN" in capsys.readouterr().out


def test_the_rate_rises_to_its_peak_and_falls():
    schedule = Schedule(steps=100, learning_rate=1.0, warmup=0.1)
    rates = [schedule.rate(p) for p in np.linspace(0, 1, 101)]
    assert max(rates) == pytest.approx(1.0) and np.argmax(rates) == 10
    assert rates[0] < 0.05 and rates[-1] == pytest.approx(0.01)
