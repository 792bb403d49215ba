"""`pontine sweep NAME` runs a sweep and writes its page; `pontine results` does it for all."""

import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import tyro

from body.contract.instruction import quoted
from body.setting import Count, Name, NewFolder, Processes, Seed, SettingError
from episodes.crew import LostWorkError
from episodes.hold import holding
from pontine.agent.stack import StackConfig
from pontine.evaluation.cases import worker_of
from pontine.evaluation.config import TEST_SEED, EvalConfig
from pontine.evaluation.evaluate import evaluate, identity
from pontine.evaluation.log import EvaluationError
from pontine.executor import Executor
from pontine.suites.registry import DEFAULT, SuiteName
from pontine.sweeps.page import write_index, write_page
from pontine.sweeps.registry import Planned, known_sweeps, sweeps_of
from pontine.sweeps.sweep import Point


@dataclass(frozen=True)
class ResultsConfig:
    """Run every sweep and rebuild docs/results/. Resumable: what is finished is kept.

    Attributes:
        suite: whose sweeps: tabletop, metaworld, or path/to/file.py:NAME of one of your own (those
            of tabletop and metaworld are known by their names alone).
        episodes: episodes per task at every point; 13 of the four basic tasks are 52 per point.
        seed: seed of the first episode; test seeds begin at 1,000,000.
        task: names of tasks, "basic" or "all" (none: as the suite has it).
        policy: agent, expert, or a policy of your own; give --pages too, so that its pages do not
            replace the agent's.
        stack: models and settings that all points share.
        workers: processes; any number gives the same results.
        out: folder for the results of the points. Points with the same settings are shared among
            sweeps.
        pages: folder for the pages.
    """

    suite: SuiteName = DEFAULT
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
    def sweeps(self) -> list[Planned]:
        """Those that are asked for."""
        return sweeps_of(self.suite)

    def check(self) -> None:
        """Refuse what cannot be run, before any point is.

        Raises:
            EvaluationError: no sweep is named, or the policy has not what one turns. Whatever
                :meth:`EvalConfig.check` raises of a sweep's points.
        """
        if self.policy != "agent":
            _check_other_policy(self)
        for chosen in self.sweeps:
            for point in chosen.sweep.points():
                evaluation(point, _base(self, chosen)).check()


@dataclass(frozen=True)
class SweepConfig(ResultsConfig):
    """Run one sweep, or several, and write their pages. Resumable: what is finished is kept.

    Attributes:
        name: tokens, thought, instruction, policies, split, distractors, control_frequency,
            brain_rate, perturbations, robots; mt50, mt50_tokens, mt50_delay, mt50_looks,
            mt50_thought.
    """

    name: tyro.conf.Positional[tuple[Name, ...]] = ()

    @property
    def sweeps(self) -> list[Planned]:
        known = known_sweeps(self.suite)
        if not self.name:
            listed = "\n".join(f"  {name:<20}{p.sweep.question}" for name, p in known.items())
            raise EvaluationError(f"no sweep named; there are\n{listed}")
        if unknown := [name for name in self.name if name not in known]:
            raise SettingError(f"NAME {' '.join(map(quoted, unknown))}: is none of those there "
                               f"are. Remedy: choose one of {', '.join(known)}")  # fmt: skip
        return [known[name] for name in self.name]


def sweep(config: SweepConfig) -> int:
    """Run the named sweeps.

    Raises:
        EvaluationError: none is named. SettingError: there is none of that name.
    """
    return _run(config)


def results(config: ResultsConfig) -> int:
    """Run every sweep of the suite."""
    return _run(config)


def evaluation(point: Point, base: EvalConfig) -> EvalConfig:
    """`base` with the changes of `point`, and the suite's own models."""
    changed = replace(base, stack=replace(base.stack, **point.stack), **point.eval)
    return changed.with_models()


def _base(config: ResultsConfig, chosen: Planned) -> EvalConfig:
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
            points = chosen.sweep.points()
            for number, point in enumerate(points, 1):
                print(f"{chosen.sweep.name} {number} of {len(points)}: {point.label}", flush=True)
                asked = evaluation(point, _base(config, chosen))
                settings = json.dumps(identity(asked), sort_keys=True).encode()
                folder = config.out / hashlib.sha256(settings).hexdigest()[:12]
                try:
                    found.append(evaluate(replace(asked, out=folder), executor))
                except LostWorkError as error:  # the other points can be had
                    lost |= {f"{point.label} {name}": how for name, how in error.causes.items()}
                    count += error.of
            if len(found) < len(points):
                continue
            print(f"{write_page(chosen.sweep, points, found, config.pages)} written")
    write_index(config.pages, [planned.sweep for planned in known_sweeps(config.suite).values()])
    if lost:
        raise LostWorkError(lost, count)
    return 0


def _check_other_policy(config: ResultsConfig) -> None:
    if config.pages == ResultsConfig.pages:
        raise EvaluationError(f"{config.pages} is about the agent; say where with --pages")
    turned = [
        sweep.name
        for _, sweep in config.sweeps
        if any(set(point.stack) - {"delay"} or "policy" in point.eval for point in sweep.points())
    ]
    if turned:
        raise EvaluationError(
            f"{', '.join(turned)}: there the agent's own settings are turned, which --policy "
            f"{config.policy} has not; take distractors, perturbations or instruction"
        )
