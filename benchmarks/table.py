"""Prints the README's table from a folder that benchmarks/slice.sh filled."""

import json
import sys
from pathlib import Path
from typing import Any


def figures(folder: Path) -> str:
    """One row: success per task with intervals, first-grasp rate, grasp error, refusals."""
    results: dict[str, Any] = json.loads((folder / "results.json").read_text())
    cells = []
    for name in ("reach", "pick", "place_in", "stack"):
        task = results["per_task"].get(name)
        if task is None:
            cells.append("-")
            continue
        low, high = task["ci95"]
        cells.append(f"{task['success_rate']:.0%} [{low:.0%}, {high:.0%}]")
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
    print(
        "| row | reach | pick | place_in | stack | grasp error mm p50 / p90 | first grasp holds "
        "| refused, no motion | limit violations |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for folder in sorted(path.parent for path in out.glob("*/results.json")):
        print(f"| {folder.name} | {figures(folder)} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
