"""Prints the tables of docs/results.md from a folder that benchmarks/slice.sh filled."""

import json
import sys
from pathlib import Path
from typing import Any

from sim.tasks import BASIC, TASKS

Results = dict[str, Any]


def rate(part: Results) -> str:
    """Success with its interval."""
    low, high = part["ci95"]
    return f"{part['success_rate']:.0%} [{low:.0%}, {high:.0%}]"


def mean(results: Results) -> str:
    """Mean over the tasks that manipulate, and the worst of them."""
    rates = {name: part["success_rate"] for name, part in results["per_task"].items()
             if not TASKS[name].tracks}  # fmt: skip
    worst = min(rates, key=lambda name: rates[name])
    return f"{sum(rates.values()) / len(rates):.1%}, {worst} {rates[worst]:.0%}"


def by_task(found: dict[str, Results]) -> None:
    """A line a task, a column an evaluation."""
    print(f"| task | {' | '.join(found)} |\n|---{'|---' * len(found)}|")
    for task in TASKS:
        parts = [results["per_task"].get(task) for results in found.values()]
        print(f"| {task} | {' | '.join(rate(part) if part else '-' for part in parts)} |")
    print(f"| mean of manipulation, worst | {' | '.join(map(mean, found.values()))} |\n")


def figures(results: Results) -> str:
    """One row: success per basic task, first-grasp rate, grasp error, refusals."""
    parts = [results["per_task"].get(name) for name in BASIC]
    cells = [rate(part) if part else "-" for part in parts]
    overall = results["overall"]
    error = overall["grasp_error_mm"]
    cells.append(f"{error['p50']:.1f} / {error['p90']:.1f}" if error else "-")
    first = overall["first_grasp_rate"]
    cells.append("-" if first is None else f"{first:.0%}")
    cells.append(f"{overall['refused_without_motion_rate']:.1%}")
    cells.append(str(overall["limit_violations"]))
    return " | ".join(cells)


def main(out: Path) -> None:
    """Print every row found in `out`."""
    found = {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(out.glob("*/results.json"))
    }
    if whole := {k: v for k, v in found.items() if set(v["per_task"]) == set(TASKS)}:
        by_task(whole)
    print(f"| row | {' | '.join(BASIC)} | grasp error mm p50 / p90 | first grasp holds "
          "| refused, no motion | limit violations |")  # fmt: skip
    print("|---" * (len(BASIC) + 5) + "|")
    for name, results in found.items():
        if set(results["per_task"]) & set(BASIC) and name not in whole:
            print(f"| {name} | {figures(results)} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
