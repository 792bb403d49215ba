"""`pontine train all`: from nothing to trained models and their figures, one resumable command."""

import json
import time
from dataclasses import asdict
from pathlib import Path

from episodes.hold import holding
from episodes.replacing import write_text
from pontine.evaluation.log import EvaluationError
from pontine.recipes.config import TrainAll
from pontine.suites.registry import suite

FREE = ("workers", "threads", "episodes", "out")  # settings that may change between two runs


def _folder(config: TrainAll) -> Path:
    return config.runs / f"train-all-{suite(config.suite).name}"


@holding(_folder)
def train_all(config: TrainAll) -> int:
    """Run every step that is not done; the last measures, and is always run.

    Raises:
        EvaluationError: the folder of runs was begun with other settings.
        SettingError: no such suite, or it has not what is asked for.
    """
    config.check()
    recipe = suite(config.suite).recipe
    assert recipe is not None  # or `check` had refused
    steps = recipe(config)
    settings = {key: str(value) for key, value in asdict(config).items() if key not in FREE}
    folder = _folder(config)
    folder.mkdir(parents=True, exist_ok=True)
    begun = folder / "settings.json"
    if begun.exists() and (before := json.loads(begun.read_text(encoding="utf-8"))) != settings:
        other = sorted(key for key in settings if before.get(key) != settings[key])
        raise EvaluationError(
            f"{config.runs} was begun with other settings ({', '.join(other)}); "
            "give the same, or other --runs, --models and --data"
        )
    write_text(begun, json.dumps(settings, indent=1) + "\n")
    for number, (name, step) in enumerate(steps.items(), 1):
        done = folder / f"{name.replace(', ', '-').replace(' ', '-')}.done"
        told = f"== {suite(config.suite).name}, step {number} of {len(steps)}: {name}"
        if done.exists():
            print(f"{told}: done before, in {done.read_text(encoding='utf-8').strip()}", flush=True)
            continue
        print(told, flush=True)
        start = time.monotonic()
        step()
        if name != "measure":
            write_text(done, f"{(time.monotonic() - start) / 60:.1f} minutes\n")
    return 0
