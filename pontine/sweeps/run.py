"""`pontine sweep NAME` runs a sweep and writes its page; `pontine results` does it for all."""

import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import tyro

from episodes.crew import LostWorkError
from episodes.hold import holding
from pontine.evaluation.evaluate import TEST_SEED, EvalConfig, evaluate, identity
from pontine.evaluation.log import EvaluationError
from pontine.evaluation.workers import Workers
from pontine.setup import StackConfig
from pontine.sweeps.page import write_index, write_page
from pontine.sweeps.registry import SWEEPS
from pontine.sweeps.sweep import Sweep


@dataclass(frozen=True)
class ResultsConfig:
    """Run every sweep and rebuild docs/results/. Resumable: what is finished is kept.

    Attributes:
        suite: whose sweeps: tabletop, or metaworld (a sweep that is named knows its own).
        episodes: a task, at every point; 13 of the basic four are 52 a point.
        seed: the first of them; test seeds begin at 1,000,000.
        task: names of tasks, "basic" or "all" (none: basic on the tabletop, all of Meta-World).
        policy: agent, expert, or one of your own: its pages go where `pages` says.
        stack: models and settings that all points share.
        workers: processes; any number gives the same figures.
        out: where the results of every point go, a folder for each setting: sweeps share those that
            they have in common.
        pages: where the pages go.
    """

    suite: str = "tabletop"
    episodes: int = 13
    seed: int = TEST_SEED + 20_000
    task: tuple[str, ...] = ()
    policy: str = "agent"
    stack: Annotated[StackConfig, tyro.conf.arg(name="")] = field(default_factory=StackConfig)
    workers: int = 2
    out: Path = Path("out/results")
    pages: Path = Path("docs/results")


@dataclass(frozen=True)
class SweepConfig(ResultsConfig):
    """Run one sweep, or several, and write their pages. Resumable: what is finished is kept.

    Attributes:
        name: tokens, thought, instruction, policies, split, distractors, control_frequency,
            brain_rate, perturbations, robots; mt50, mt50_tokens, mt50_delay, mt50_looks,
            mt50_thought.
    """

    name: tyro.conf.Positional[tuple[str, ...]] = ()


def sweep(config: SweepConfig) -> int:
    """Run the named sweeps.

    Raises:
        EvaluationError: none is named, or there is none of that name.
    """
    unknown = [name for name in config.name if name not in SWEEPS]
    if unknown or not config.name:
        known = "\n".join(f"  {s.name:<20}{s.question}" for s in SWEEPS.values())
        raise EvaluationError(f"no sweep {' '.join(unknown) or 'named'}; there are\n{known}")
    return _run(config, [SWEEPS[name] for name in config.name])


def results(config: ResultsConfig) -> int:
    """Run every sweep of the suite."""
    return _run(config, [sweep for sweep in SWEEPS.values() if sweep.suite == config.suite])


@holding("out", "pages")
def _run(config: ResultsConfig, sweeps: list[Sweep]) -> int:
    if config.policy != "agent":
        _check_other_policy(config, sweeps)
    lost: dict[str, str] = {}
    count = 0
    with Workers(config.workers) as workers:
        for chosen in sweeps:
            found: list[dict[str, Any]] = []
            points = chosen.points()
            for number, point in enumerate(points, 1):
                print(f"{chosen.name} {number} of {len(points)}: {point.label}", flush=True)
                base = EvalConfig(
                    suite=chosen.suite, policy=config.policy, task=config.task or chosen.task,
                    episodes=config.episodes, seed=config.seed, stack=config.stack,
                    workers=config.workers, videos=0,
                )  # fmt: skip
                evaluation = point.config(base).with_models()
                settings = json.dumps(identity(evaluation), sort_keys=True).encode()
                folder = config.out / hashlib.sha256(settings).hexdigest()[:12]
                try:
                    found.append(evaluate(replace(evaluation, out=folder), workers))
                except LostWorkError as error:  # the other points can be had
                    lost |= {f"{point.label} {name}": how for name, how in error.causes.items()}
                    count += error.of
            if len(found) < len(points):
                continue
            print(f"{write_page(chosen, points, found, config.pages)} written")
    write_index(config.pages)
    if lost:
        raise LostWorkError(lost, count)
    return 0


def _check_other_policy(config: ResultsConfig, sweeps: list[Sweep]) -> None:
    if config.pages == ResultsConfig.pages:
        raise EvaluationError(f"{config.pages} is about the agent; say where with --pages")
    turned = [
        sweep.name
        for sweep in sweeps
        if any(set(point.stack) - {"delay"} or "policy" in point.eval for point in sweep.points())
    ]
    if turned:
        raise EvaluationError(
            f"{', '.join(turned)}: there the agent's own settings are turned, which --policy "
            f"{config.policy} has not; take distractors, perturbations or instruction"
        )
