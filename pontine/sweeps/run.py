"""`pontine sweep NAME` runs a sweep and writes its page; `pontine results` does it for all."""

import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import tyro

from body.setting import Count, Name, NewFolder, OneOf, Processes, Seed
from episodes.crew import LostWorkError
from episodes.hold import holding
from pontine.evaluation.config import TEST_SEED, EvalConfig
from pontine.evaluation.evaluate import evaluate, identity
from pontine.evaluation.log import EvaluationError
from pontine.evaluation.suites import SUITES
from pontine.evaluation.worker import worker_of
from pontine.executor import Executor
from pontine.setup import StackConfig
from pontine.sweeps.page import write_index, write_page
from pontine.sweeps.registry import SWEEPS
from pontine.sweeps.sweep import Sweep


@dataclass(frozen=True)
class ResultsConfig:
    """Run every sweep and rebuild docs/results/. Resumable: what is finished is kept.

    Attributes:
        suite: tabletop or metaworld; a sweep that is named brings its own.
        episodes: episodes per task at every point; 13 of the four basic tasks are 52 per point.
        seed: seed of the first episode; test seeds begin at 1,000,000.
        task: names of tasks, "basic" or "all" (none: basic on the tabletop, all on Meta-World).
        policy: agent, expert, or a policy of your own; give --pages too, so that its pages do not
            replace the agent's.
        stack: models and settings that all points share.
        workers: processes; any number gives the same results.
        out: folder for the results of the points. Points with the same settings are shared among
            sweeps.
        pages: folder for the pages.
    """

    suite: Annotated[str, OneOf(lambda: SUITES)] = "tabletop"
    episodes: Count = 13
    seed: Seed = TEST_SEED + 20_000
    task: tuple[Name, ...] = ()
    policy: Name = "agent"
    stack: Annotated[StackConfig, tyro.conf.arg(name="")] = field(default_factory=StackConfig)
    workers: Processes = 2
    out: NewFolder = Path("out/results")
    pages: NewFolder = Path("docs/results")

    def unread(self) -> frozenset[str]:
        """Fields that play no part under the others."""
        if self.policy != "agent":
            return frozenset({"stack.brain", "stack.models", "stack.engine"})
        return frozenset(f"stack.{name}" for name in self.stack.unread())

    @property
    def sweeps(self) -> list[Sweep]:
        """Those that are asked for."""
        return [sweep for sweep in SWEEPS.values() if sweep.suite == self.suite]

    def check(self) -> None:
        """Refuse what cannot be run, before any point is.

        Raises:
            EvaluationError: no sweep is named, or the policy has not what one turns. Whatever
                :meth:`EvalConfig.check` raises of a sweep's points.
        """
        if self.policy != "agent":
            _check_other_policy(self, self.sweeps)
        for chosen in self.sweeps:
            for point in chosen.points():
                point.config(_base(self, chosen)).with_models().check()


@dataclass(frozen=True)
class SweepConfig(ResultsConfig):
    """Run one sweep, or several, and write their pages. Resumable: what is finished is kept.

    Attributes:
        name: tokens, thought, instruction, policies, split, distractors, control_frequency,
            brain_rate, perturbations, robots; mt50, mt50_tokens, mt50_delay, mt50_looks,
            mt50_thought.
    """

    name: tyro.conf.Positional[tuple[Annotated[str, OneOf(lambda: SWEEPS)], ...]] = ()

    @property
    def sweeps(self) -> list[Sweep]:
        if not self.name:
            known = "\n".join(f"  {s.name:<20}{s.question}" for s in SWEEPS.values())
            raise EvaluationError(f"no sweep named; there are\n{known}")
        return [SWEEPS[name] for name in self.name]


def sweep(config: SweepConfig) -> int:
    """Run the named sweeps.

    Raises:
        EvaluationError: none is named, or there is none of that name.
    """
    return _run(config)


def results(config: ResultsConfig) -> int:
    """Run every sweep of the suite."""
    return _run(config)


def _base(config: ResultsConfig, chosen: Sweep) -> EvalConfig:
    """What the points of a sweep share."""
    return EvalConfig(
        suite=chosen.suite, policy=config.policy, task=config.task or chosen.task,
        episodes=config.episodes, seed=config.seed, stack=config.stack,
        workers=config.workers, videos=0,
    )  # fmt: skip


@holding("out", "pages")
def _run(config: ResultsConfig) -> int:
    config.check()
    lost: dict[str, str] = {}
    count = 0
    with Executor(config.workers, worker_of) as executor:
        for chosen in config.sweeps:
            found: list[dict[str, Any]] = []
            points = chosen.points()
            for number, point in enumerate(points, 1):
                print(f"{chosen.name} {number} of {len(points)}: {point.label}", flush=True)
                evaluation = point.config(_base(config, chosen)).with_models()
                settings = json.dumps(identity(evaluation), sort_keys=True).encode()
                folder = config.out / hashlib.sha256(settings).hexdigest()[:12]
                try:
                    found.append(evaluate(replace(evaluation, out=folder), executor))
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
