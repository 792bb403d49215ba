"""The list of episodes that an evaluation consists of."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pontine.evaluation.config import EvalConfig
from pontine.executor import Executor, Worker
from pontine.suites.registry import suite


@dataclass(frozen=True)
class Case:
    """One episode to run; `video` is where to film it, if anywhere."""

    task: str
    seed: int
    video: str = ""

    @property
    def key(self) -> str:
        return f"{self.task}/{self.seed}"

    def __str__(self) -> str:
        return self.key


Cases = Executor[EvalConfig, Case, dict[str, Any]]
"""Runs the cases of evaluations; makes rows of episodes.jsonl of them."""


def cases(config: EvalConfig) -> Iterator[Case]:
    """Every case of an evaluation, seeds counted up from `config.seed`."""
    seeds = range(config.seed, config.seed + config.episodes)
    if suite(config.suite).task_by_task:
        yield from (Case(task, seed) for task in config.tasks for seed in seeds)
    else:
        yield from (Case(task, seed) for seed in seeds for task in config.tasks)


def worker_of(config: EvalConfig) -> type[Worker[EvalConfig, Case, dict[str, Any]]]:
    """What runs the cases of `config`."""
    return suite(config.suite).worker()
