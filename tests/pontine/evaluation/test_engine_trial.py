"""An engine on trial: recorded decisions are the controller's own, paired episodes are paired."""

from pathlib import Path

import numpy as np
import pytest

from cerebellum.engines import EngineError, load_engine
from cerebellum.torch_engine import TorchEngine
from episodes import model_folder
from episodes.places import MODELS
from pontine.evaluation import engine_trial as trial
from pontine.evaluation.engine_trial import closed_loop, record, validation_episode
from sim.tasks import BASIC

MODEL = MODELS / "tabletop-controller"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder."""
    monkeypatch.setenv("PONTINE_CACHE", str(tmp_path))
    return tmp_path


def test_tasks_take_turns_on_validation_seeds() -> None:
    episodes = [validation_episode(k) for k in range(2 * len(BASIC))]
    assert [e.task.name for e in episodes] == list(2 * BASIC)
    assert {e.seed for e in episodes} == set(range(800_000, 800_000 + 2 * len(BASIC)))


def test_recorded_decisions_are_kept_and_come_back(cache: Path) -> None:
    senses = record(MODEL, 12)
    assert len(senses) == 12 and senses[0].wrist.shape == (1, 4, 64, 64)
    assert senses[0].wrist[0, :3].std() > 0.05 and any(one.prefix_mask.any() for one in senses)
    written = next((cache / "trials").glob("*.npz")).stat().st_mtime_ns
    again = record(MODEL, 12)
    assert next((cache / "trials").glob("*.npz")).stat().st_mtime_ns == written
    for one, other in zip(senses, again, strict=True):
        assert np.array_equal(one.wrist, other.wrist) and np.array_equal(one.token, other.token)


@pytest.mark.slow
def test_an_engine_that_stands_still_loses(cache: Path) -> None:
    engine = _Still(MODEL)
    with pytest.raises(EngineError, match=r"closed-loop gate failed: 0.0% of 2"):
        closed_loop(engine, MODEL, 2)


@pytest.mark.parametrize("commit", ["0" * 40, "0" * 40 + "+"])
def test_reference_outcomes_are_kept_for_the_very_commit_alone(
    cache: Path, monkeypatch: pytest.MonkeyPatch, commit: str
) -> None:
    asked: list[range] = []

    def successes(engine: object, model: Path, numbers: range, label: str) -> list[bool]:
        asked.append(numbers)
        return [True for _ in numbers]

    monkeypatch.setattr(trial, "_successes", successes)
    monkeypatch.setattr(trial, "versions", lambda: {"commit": commit})
    engine = TorchEngine(MODEL)
    for _ in range(2):
        assert closed_loop(engine, MODEL, 3)["reference"] == 1.0
    kept = not commit.endswith("+")
    assert asked == [range(3), range(3), range(3)] + [range(3)] * (not kept)


@pytest.mark.slow
def test_the_default_engine_wins_as_often_as_torch(cache: Path) -> None:
    engine = load_engine(MODEL, model_folder.load_config(MODEL))
    figures = closed_loop(engine, MODEL, 20)
    assert figures["episodes"] == 20 and figures["reference"] >= 0.9
    assert figures["only_reference"] == 0


class _Still(TorchEngine):
    def infer(self, senses):
        chunk, gates = super().infer(senses)
        return np.zeros_like(chunk), gates
