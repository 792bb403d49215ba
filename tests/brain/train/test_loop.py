import numpy as np
import pytest
import torch

from brain.train.loop import Schedule, fit


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


def test_a_poisonous_batch_does_not_reach_the_weights(tmp_path):
    module, loss, validate = problem()

    def poisoned(x, rng):
        value, figures = loss(x, rng)
        return value * float("nan"), figures

    before = module.weight.detach().clone()
    fit(tmp_path, module, module.parameters(), draw, poisoned, validate, Schedule(steps=3))
    torch.testing.assert_close(module.weight, before)


def test_the_rate_rises_to_its_peak_and_falls():
    schedule = Schedule(steps=100, learning_rate=1.0, warmup=0.1)
    rates = [schedule.rate(p) for p in np.linspace(0, 1, 101)]
    assert max(rates) == pytest.approx(1.0) and np.argmax(rates) == 10
    assert rates[0] < 0.05 and rates[-1] == pytest.approx(0.01)
