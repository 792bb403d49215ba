"""Gives sentences to a running graph: one, or seeded episodes in simulation into results.json."""

import argparse
import json
import shlex
import signal
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rclpy
from pontine_interfaces.srv import ResetScene
from rclpy.signals import SignalHandlerOptions
from tqdm import tqdm

from body import BodyError
from body.contract.instruction import checked_instruction
from body.geometry.motion import DT
from cerebellum.runtime.priority import prefer
from episodes.splits import TEST
from pontine.commands.surroundings import settle
from pontine.evaluation.result import Result
from pontine.evaluation.schema import validate, version
from pontine.evaluation.statistics import percentiles
from pontine.evaluation.summary import summarise
from pontine.versions import versions
from pontine_ros.goal import Outcome
from pontine_ros.graph_client import STAGES, Client, GraphError
from sim.tasks import TASKS

SUCCEEDED, FAILED, REFUSED = 0, 1, 3  # exit status, as of `pontine run`
MODEST = 5  # niceness: brain and planner need the processor more


def episode(client: Client, task: str, seed: int, limit: float) -> dict[str, Any]:
    """One seeded episode; a row as those of `pontine eval`, but with wall-clock times."""
    violations = client.state.limit_violations if client.state else 0
    sentence = client.stage(ResetScene.Request(task=task, seed=seed))

    def won() -> bool:
        return bool(client.scene is not None and client.scene.success)

    result = client.execute(sentence, limit, won)
    if result.outcome == Outcome.SUCCEEDED and not won():  # the brain may still think better of it
        client.until(won, limit - result.seconds)
    scene = client.scene
    assert scene is not None
    after = client.state.limit_violations if client.state else 0
    outcome = Result(
        task, seed, sentence, success=won(), refused=result.outcome == Outcome.REFUSED,
        reason="done" if won() else result.reason,
        steps=round(scene.simulated_seconds / DT), motion=scene.motion,
        grasp_errors=list(scene.grasp_errors),
        first_grasp=None if scene.first_grasp < 0 else bool(scene.first_grasp),
        limit_violations=after - violations, unsafe=after > violations,
        thoughts=client.thoughts, brain_calls=len(client.brain_ms),
        brain_ms=client.brain_ms, controller_ms=client.controller_ms,
    )  # fmt: skip
    return {
        "key": f"{task}/{seed}", **asdict(outcome), "latency_ms": client.latency,
        "command_gap_ms": round(1e3 * scene.command_gap, 1),
        "real_time_factor": round(scene.real_time_factor, 3),
    }  # fmt: skip


def graph_figures(client: Client, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What only a graph has: the `ros` of results.json."""
    scene, state = client.scene, client.state
    return {
        "latency_ms": {
            name: percentiles([ms for row in rows for ms in row["latency_ms"][name]])
            for name in STAGES
        },
        "command_period_p99_ms": round(1e3 * scene.command_period_p99, 1) if scene else None,
        "commands": int(scene.commands) if scene else None,
        "command_gap_ms": max(r["command_gap_ms"] for r in rows),
        "real_time_factor": min(r["real_time_factor"] for r in rows),
        "deadline_misses": int(state.deadline_misses) if state else None,
        "ticks": int(state.ticks) if state else None,
    }


def evaluate(client: Client, options: argparse.Namespace) -> int:
    """Every episode, and results.json."""
    tasks = list(TASKS) if options.task == ["all"] else options.task
    unknown = [task for task in tasks if task not in TASKS]
    if unknown:
        raise GraphError(f"no task {', '.join(unknown)}; known: all, {', '.join(TASKS)}")
    cases = [(t, options.seed + i) for i in range(options.episodes) for t in tasks]
    settings = {
        "graph": "ros2", "task": tasks, "episodes": options.episodes, "seed": options.seed,
        "time_limit": options.time_limit,
    }  # fmt: skip
    options.out.mkdir(parents=True, exist_ok=True)
    rows = []
    with (options.out / "episodes.jsonl").open("w", encoding="utf-8") as file:
        file.write(json.dumps({"config": json.dumps(settings)}) + "\n")
        bar = tqdm(cases, desc="episodes", unit="episode")
        for task, seed in bar:
            rows.append(episode(client, task, seed, options.time_limit))
            file.write(json.dumps(rows[-1]) + "\n")
            file.flush()
            bar.set_postfix(success=f"{sum(r['success'] for r in rows)}/{len(rows)}")
    results = {
        "schema": version(), "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "suite": "tabletop", "step_s": DT,
        "policy": "agent", "tokens": "brain", "ask": "task", "fault": "none", "perturb": {},
        "seed": options.seed, "episodes": options.episodes,
        **summarise(rows, tasks), "ros": graph_figures(client, rows),
        "speed": None, "videos": [], "command": "pontine ros sim " + shlex.join(_own(sys.argv)),
        "config": settings, "versions": versions(),
    }  # fmt: skip
    validate(results, "what was measured")
    (options.out / "results.json").write_text(
        json.dumps(results, indent=1) + "\n", encoding="utf-8"
    )
    for name, figures in [*results["per_task"].items(), ("overall", results["overall"])]:
        low, high = figures["ci95"]
        print(f"{name:<10} {figures['success_rate']:>7.1%}  [{low:.1%}, {high:.1%}]")
    print(f"{options.out / 'results.json'} written")
    return SUCCEEDED


def one(client: Client, options: argparse.Namespace) -> int:
    """One sentence; in simulation, in a scene that fits it."""
    options.instruction = checked_instruction(options.instruction)
    simulated = client.scene is not None
    if simulated:
        client.stage(
            ResetScene.Request(
                seed=options.seed, instruction=options.instruction, any_scene=options.any_scene
            )
        )
    result = client.execute(options.instruction, options.time_limit)
    for thought in client.thoughts:
        print(f"{thought['stamp']:8.2f} s  <think> {thought['thought']} </think>")
    outcome = Outcome(result.outcome)
    done = outcome is Outcome.SUCCEEDED
    if simulated and done and client.scene is not None and client.scene.task:
        done = client.until(lambda: bool(client.scene and client.scene.success), 2)
        if not done:
            result.reason += ", but it is not"
    report = {
        "instruction": options.instruction, "outcome": outcome.name.lower(), "success": done,
        "reason": result.reason, "seconds": result.seconds, "thoughts": client.thoughts,
        "versions": versions(),
    }  # fmt: skip
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "run.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"{outcome.name.lower()} after {result.seconds:.1f} s: {result.reason}")
    if done:
        return SUCCEEDED
    return REFUSED if outcome is Outcome.REFUSED else FAILED


def _own(words: list[str]) -> list[str]:
    own: list[str] = rclpy.utilities.remove_ros_args(words)[1:]
    return own


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(prog="run_instructions", description=__doc__)
    what = made.add_mutually_exclusive_group(required=True)
    what.add_argument("--instruction", help="one sentence, in English")
    what.add_argument("--task", nargs="+", help="all, or names of tasks (simulation alone)")
    made.add_argument("--episodes", type=int, default=20, help="a task")
    made.add_argument("--seed", type=int, default=TEST.start, help="the first; test seeds")
    made.add_argument("--time-limit", type=float, default=20.0, help="s an instruction")
    made.add_argument("--any-scene", action="store_true", help="whatever the seed gives")
    made.add_argument("--out", type=Path, default=Path("out/ros"), help="folder of the results")
    return made


def main() -> None:
    """Entry point."""
    settle()
    rclpy.init(args=sys.argv, signal_handler_options=SignalHandlerOptions.NO)
    options = parser().parse_args(_own(sys.argv))
    prefer(MODEST)
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))  # cancel the goal, then end
    client = Client()
    status = 130
    try:
        client.wait_for_graph()
        status = evaluate(client, options) if options.task else one(client, options)
    except KeyboardInterrupt:
        print("interrupted: the goal is cancelled", file=sys.stderr)
    except BodyError as error:
        print(f"run_instructions: {error}", file=sys.stderr)
        status = 2
    finally:
        client.destroy_node()
        rclpy.try_shutdown()
    sys.exit(status)
