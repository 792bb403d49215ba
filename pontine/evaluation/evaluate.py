"""`pontine eval`: many seeded episodes, spread over worker processes, into results.json.

An episode depends on its task and seed alone, never on the worker that ran it, so any number of
workers gives identical figures. Finished episodes are kept: the same command with the same weights
resumes.
"""

import json
import sys
import time
from contextlib import nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tqdm import tqdm

from body.plugin import source_hash
from episodes.hold import holding
from episodes.replacing import write_text
from pontine.evaluation.cases import Case, Cases, cases, worker_of
from pontine.evaluation.config import EvalConfig
from pontine.evaluation.films import films, forget_films
from pontine.evaluation.log import EpisodeLog, EvaluationError
from pontine.evaluation.schema import validate, version
from pontine.evaluation.summary import summarise
from pontine.evaluation.table import show
from pontine.evaluation.tiers import tiers
from pontine.executor import Executor
from pontine.policies.plugin import SCRIPTED, policy_hash
from pontine.suites.registry import suite
from pontine.suites.unused import unused
from pontine.versions import versions
from sim.perturbations import compose


@holding("out")
def evaluate(config: EvalConfig, executor: Cases | None = None) -> dict[str, Any]:
    """Run what is missing, write `out/results.json`, and return it.

    Args:
        executor: to use and leave running (a sweep's); default: an own one.

    Raises:
        EvaluationError: a setting does not fit, or the disk cannot be written.
        HoldError: another process writes into `out`.
        LostWorkError: cases whose process died twice; the others' rows are kept.
    """
    config = config.with_models()
    config.check()
    if config.policy == "agent":
        config.stack.warn()
    settings = identity(config)
    # how many there are decides none of them: those asked for later join those that are there
    key = json.dumps({k: v for k, v in settings.items() if k != "episodes"}, sort_keys=True)
    listed = list(cases(config))
    with (
        EpisodeLog(config.out / "episodes.jsonl", key, versions(), config.fresh) as log,
        Executor(config.workers, worker_of) if executor is None else nullcontext(executor) as own,
    ):
        if not log.rows:
            forget_films(config.out)
        played = suite(config.suite)
        speed = _episodes(config, log, [c for c in listed if c.key not in log.rows], own)
        rows = [{**log.rows[case.key], "task": case.task} for case in listed]
        results = {
            "schema": version(), "date": f"{datetime.now(UTC):%Y-%m-%d}",
            "suite": played.name, "step_s": played.step, "policy": config.policy,
            "tokens": config.stack.tokens if config.policy == "agent" else "none",
            "ask": config.ask, "fault": config.fault,
            "perturb": {member.name: member.strength for member in compose(config.perturb)},
            "seed": config.seed, "episodes": config.episodes,
            **summarise(rows, config.tasks, played.step), "speed": speed,
            "videos": films(config, rows, own) if played.filmed else [],
            "command": "pontine " + " ".join(sys.argv[1:]), "config": settings,
            "versions": log.versions,
        }  # fmt: skip
    by_tier = tiers(played, rows)
    if by_tier is not None:
        results["tiers"] = by_tier
    validate(results, "what was measured")
    _write(config.out / "results.json", json.dumps(results, indent=1) + "\n")
    return results


def _episodes(
    config: EvalConfig, log: EpisodeLog, todo: list[Case], executor: Cases
) -> dict[str, Any] | None:
    """Run `todo` into `log`; how fast that was, or None where nothing was left to run."""
    if not todo:
        return None
    bar = tqdm(total=len(todo), desc="episodes", unit="episode", smoothing=0.1)
    won, steps, begun = 0, 0, time.perf_counter()
    for row in executor.run(config, todo):
        log.append(row)
        won, steps = won + row["success"], steps + row["steps"]
        bar.update()
        bar.set_postfix(success=f"{won}/{bar.n}")
    bar.close()
    wall, simulated = time.perf_counter() - begun, steps * suite(config.suite).step
    return {
        "simulated_s": round(simulated, 2), "wall_s": round(wall, 2),
        "times_simulated_time": round(simulated / wall, 3), "workers": executor.count,
    }  # fmt: skip


def _write(path: Path, text: str) -> None:
    """All of it or nothing: a reader never meets half a file."""
    try:
        write_text(path, text)
    except OSError as error:
        raise EvaluationError(
            f"{path}: {error.strerror}; the episodes are kept in {path.parent}/episodes.jsonl: "
            "free some space and run the same command again"
        ) from error


def identity(config: EvalConfig) -> dict[str, Any]:
    """What decides the figures (not: where they go, or how many workers find them)."""
    settings = asdict(config)
    for name in ("out", "workers", "videos", "fresh"):
        settings.pop(name)
    for path in unused("eval", config.suite):
        _drop(settings, path.split("."))
    named = (*config.tasks, f"{config.stack.robot}:ROBOT", config.suite)
    files = [name for name in named if ".py:" in name]
    if files:
        settings["files"] = {name: source_hash(name) for name in files}
    if config.policy == "agent":
        settings["model_hashes"] = config.stack.model_hashes()
    elif config.policy not in SCRIPTED:
        settings["model_hashes"] = {"policy": policy_hash(config.policy)}
    encoded: dict[str, Any] = json.loads(json.dumps(settings, default=str))
    return encoded


def _drop(settings: dict[str, Any], path: list[str]) -> None:
    """What plays no part in the suite decides nothing."""
    for part in path[:-1]:
        settings = settings.get(part, {})
    settings.pop(path[-1], None)


@holding("out")
def main(config: EvalConfig) -> int:
    """`pontine eval`: evaluate and print a table."""
    results = evaluate(config)
    show(results)
    from pontine.report.load import load  # here, for a report is of an evaluation, not the reverse
    from pontine.report.page import write

    write([load(config.out)], config.out / "report.html")
    print(f"{config.out}/ has results.json, episodes.jsonl and report.html")
    return 0
