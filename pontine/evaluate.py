"""`pontine eval`: many seeded episodes, spread over worker processes, into results.json.

An episode depends on its task and seed alone, never on the worker that ran it, so any number of
workers gives identical figures. Finished episodes are kept: the same command with the same weights
resumes.
"""

import json
import multiprocessing as mp
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import tyro
from tqdm import tqdm

from pontine.cases import Case, cases
from pontine.environment import versions
from pontine.setup import StackConfig
from pontine.summary import summarise
from pontine.worker import start, stop, work
from sim.tasks import TASKS

TEST_SEED = 1_000_000


@dataclass(frozen=True)
class EvalConfig:
    """Measure success on held-out seeds.

    Attributes:
        suite: the only one so far.
        task: "all" or names of tasks.
        episodes: episodes a task.
        seed: the first of them; test seeds begin at 1,000,000.
        stack: where tokens come from, rates, noise, masks, models.
        ask: sentences that fit the scene, that name an absent object, or that are no task.
        phrasings: sentences seen in training, held out of it, or all.
        pairs: objects (colour and kind) seen in training, held out of it, or all.
        perturb: "move": target jumps 3 cm once the hand descends, tokens cut off; "freeze":
            no tokens for 1 s from then on.
        workers: processes, one thread each; any number gives the same figures.
        videos: film one success and one failure a task.
        out: folder for results.json, episodes.jsonl and videos/.
        fresh: forget finished episodes found in `out` instead of resuming.
    """

    suite: Literal["tabletop"] = "tabletop"
    task: tuple[str, ...] = ("all",)
    episodes: int = 100
    seed: int = TEST_SEED
    stack: Annotated[StackConfig, tyro.conf.arg(name="")] = field(default_factory=StackConfig)
    ask: Literal["task", "absent", "nontask"] = "task"
    phrasings: Literal["seen", "held_out", "all"] = "seen"
    pairs: Literal["seen", "held_out", "all"] = "seen"
    perturb: Literal["none", "move", "freeze"] = "none"
    workers: int = 2
    videos: bool = True
    out: Path = Path("out/eval")
    fresh: bool = False

    @property
    def tasks(self) -> tuple[str, ...]:
        names = tuple(TASKS) if self.task == ("all",) else self.task
        unknown = [name for name in names if name not in TASKS]
        if unknown:
            raise SystemExit(f"no task {', '.join(unknown)}; known: all, {', '.join(TASKS)}")
        return names


def evaluate(config: EvalConfig) -> dict[str, Any]:
    """Run what is missing, write `out/results.json`, and return it."""
    config.out.mkdir(parents=True, exist_ok=True)
    log = config.out / "episodes.jsonl"
    key = json.dumps(_identity(config), sort_keys=True)
    done = {} if config.fresh else _finished(log, key)
    todo = [case for case in cases(config) if case.key not in done]
    with log.open("a" if done else "w") as file:
        if not done:
            file.write(json.dumps({"config": key}) + "\n")
        bar = tqdm(total=len(todo), desc="episodes", unit="episode", smoothing=0.1)
        won = 0
        for row in _run(config, todo):
            done[row["key"]] = row
            file.write(json.dumps(row) + "\n")
            file.flush()
            won += row["success"]
            bar.update()
            bar.set_postfix(success=f"{won}/{bar.n}")
        bar.close()
    rows = [done[case.key] for case in cases(config)]
    results = summarise(rows, config.tasks)
    results = {
        "suite": config.suite, "seed": config.seed, "episodes": config.episodes,
        "tokens": config.stack.tokens, "ask": config.ask, **results,
        "command": "pontine " + " ".join(sys.argv[1:]), "config": _identity(config),
        "versions": versions(),
    }  # fmt: skip
    (config.out / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    if config.videos:
        _videos(config, rows)
    return results


def _run(config: EvalConfig, todo: list[Case]) -> Iterator[dict[str, Any]]:
    if not todo:
        return
    if config.workers <= 1:
        start(config)
        try:
            yield from (work(case) for case in todo)
        finally:
            stop()
        return
    os.environ["OMP_NUM_THREADS"] = "1"  # read by the children before numpy and torch load
    context = mp.get_context("spawn")
    with context.Pool(config.workers, initializer=start, initargs=(config,)) as pool:
        yield from pool.imap_unordered(work, todo)


def _videos(config: EvalConfig, rows: list[dict[str, Any]]) -> None:
    """Rerun one success and one failure a task, filmed; deterministic, so they are the same."""
    chosen: list[Case] = []
    for task in config.tasks:
        for success in (True, False):
            match = [r for r in rows if r["task"] == task and r["success"] is success]
            if match:
                name = f"{task}-{'success' if success else 'failure'}.mp4"
                video = config.out / "videos" / name
                chosen.append(Case(task, match[0]["seed"], str(video)))
    if not chosen:
        return
    start(config)
    try:
        for case in tqdm(chosen, desc="videos", unit="video"):
            work(case)
    finally:
        stop()


def _identity(config: EvalConfig) -> dict[str, Any]:
    """What decides the figures (not: where they go, or how many workers find them)."""
    settings = asdict(config)
    for name in ("out", "workers", "videos", "fresh"):
        settings.pop(name)
    settings["model_hashes"] = config.stack.model_hashes()
    encoded: dict[str, Any] = json.loads(json.dumps(settings, default=str))
    return encoded


def _finished(log: Path, key: str) -> dict[str, dict[str, Any]]:
    if not log.exists():
        return {}
    lines = log.read_text().splitlines()
    try:
        rows = [json.loads(line) for line in lines if line.endswith("}")]
    except json.JSONDecodeError as error:
        raise SystemExit(f"{log} is damaged ({error}); add --fresh to begin again") from error
    if not rows or rows[0].get("config") != key:
        return {}
    return {row["key"]: row for row in rows[1:]}


def main(config: EvalConfig) -> int:
    """`pontine eval`: evaluate and print a table."""
    results = evaluate(config)
    print(f"{'task':<10} {'success':>8}  {'95 % interval':<15} {'seconds':>7}  grasp error mm")
    for name, figures in [*results["per_task"].items(), ("overall", results["overall"])]:
        low, high = figures["ci95"]
        grasp = figures["grasp_error_mm"]
        print(
            f"{name:<10} {figures['success_rate']:>8.1%}  [{low:.1%}, {high:.1%}]"
            f" {figures['episode_length'] * 0.05:>8.1f}  {grasp or ''}"
        )
    print(f"brain ms {results['brain_ms']}, controller ms {results['controller_ms']}")
    print(f"{config.out / 'results.json'} written")
    return 0
