"""An engine on trial: what it is asked in oracle episodes, and how it fares in them.

Validation seeds from 800,000, tasks in turn, codes from the expert. The reference is the same
model in torch; its outcomes and a recording of its decisions are kept in the cache folder.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from cerebellum.engines import Engine, Senses, cache_root
from cerebellum.engines.euler import EulerEngine
from cerebellum.export.gate import judge_pairs
from cerebellum.inputs import Floats
from cerebellum.torch_engine import TorchEngine, stack
from episodes.replacing import write_text
from episodes.splits import VALIDATION
from pontine.agent.shipped import ModelPaths
from pontine.agent.stack import AgentStack, StackConfig
from pontine.suites.tabletop.environment import Tabletop
from pontine.suites.tabletop.episode import run_episode
from pontine.versions import versions
from sim.tasks import BASIC, Episode, sample_episode
from sim.worlds import World


def validation_episode(number: int) -> Episode:
    """The `number`-th of all trials."""
    return sample_episode(BASIC[number % len(BASIC)], VALIDATION.start + number)


def record(model: Path, count: int) -> list[Senses]:
    """The first `count` decisions that the reference is asked for."""
    engine = _Keeper(model)
    path = cache_root() / "trials" / f"{engine.describe()['key']}-{count}.npz"
    if not path.exists():
        with (
            World() as world,
            tqdm(total=count, desc="recording decisions", unit="decision") as bar,
        ):
            parts = _oracle(model, world, engine)
            number = 0
            while len(engine.kept) < count:
                episode = validation_episode(number)
                run_episode(Tabletop(world, episode), parts.agent(episode))
                number += 1
                bar.update(min(len(engine.kept), count) - bar.n)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part.npz")
        np.savez_compressed(partial, **stack(engine.kept[:count]))  # type: ignore[arg-type]
        partial.replace(path)
    with np.load(path) as columns:
        arrays = {name: columns[name] for name in columns.files}
    return [Senses(**{n: a[k : k + 1] for n, a in arrays.items()}) for k in range(count)]


def closed_loop(engine: EulerEngine, model: Path, episodes: int) -> dict[str, Any]:
    """Figures of `episodes` paired episodes, with `engine` and with the reference.

    Raises:
        EngineError: the engine succeeds less often, by more than the gate permits.
    """
    known = _reference(model, episodes)
    outcomes = _successes(engine, model, range(episodes), "on trial")
    return judge_pairs(outcomes, known)


def _reference(model: Path, episodes: int) -> list[bool]:
    """Outcomes with torch; kept for the commit they were found with, if nothing was changed."""
    engine = TorchEngine(model)
    commit = versions()["commit"]
    name = f"{engine.describe()['key']}-{commit[:12]}-outcomes.json"
    path = cache_root() / "trials" / name
    known: list[bool] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    if len(known) < episodes:
        known += _successes(engine, model, range(len(known), episodes), "reference")
        if commit != "unknown" and not commit.endswith("+"):
            write_text(path, json.dumps(known) + "\n")
    return known[:episodes]


def _successes(engine: Engine, model: Path, numbers: range, label: str) -> list[bool]:
    won: list[bool] = []
    with World() as world:
        parts = _oracle(model, world, engine)
        bar = tqdm(numbers, desc=f"closed loop, {label}", unit="episode")
        for number in bar:
            episode = validation_episode(number)
            won.append(run_episode(Tabletop(world, episode), parts.agent(episode)).success)
            bar.set_postfix(success=f"{sum(won)}/{len(won)}")
    return won


def _oracle(model: Path, world: World, engine: Engine) -> AgentStack:
    return AgentStack(
        StackConfig(tokens="oracle", models=ModelPaths(controller=model)), world, engine
    )


class _Keeper(TorchEngine):
    """The reference, keeping every decision it is asked for."""

    def __init__(self, model: Path) -> None:
        super().__init__(model)
        self.kept: list[Senses] = []

    def warm_up(self) -> None:
        super().warm_up()
        self.kept.clear()

    def infer(self, senses: Senses) -> tuple[Floats, Floats]:
        self.kept.append(senses)
        return super().infer(senses)
