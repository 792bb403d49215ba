"""Prints the table and draws OUT/delay.png from a folder that benchmarks/delay.sh filled."""

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

DELAYS = (0, 2, 4, 8)
KINDS = {"--prefix": "promised steps as a prefix", "--no-prefix": "no prefix"}


def load(out: Path) -> dict[str, dict[int, dict[str, Any]]]:
    """Results by kind and delay. Without delay nothing is promised: both kinds are the same."""
    found = {
        kind: {
            delay: json.loads(path.read_text(encoding="utf-8"))
            for delay in DELAYS
            if (path := out / f"{delay}{kind if delay else '--prefix'}" / "results.json").exists()
        }
        for kind in KINDS
    }
    if not any(found.values()):
        raise SystemExit(f"{out}: no results; run benchmarks/delay.sh {out}")
    return found


def table(found: dict[str, dict[int, dict[str, Any]]]) -> None:
    """The rows of docs/realtime.md."""
    print("| delay, steps | prefix | success | seconds | velocity step where plans join, m/s: mean "
          "/ p99 / max | beyond the law | jerk, m/s3: mean / p99 |")  # fmt: skip
    print("|---|---|---|---|---|---|---|")
    for delay in DELAYS:
        for kind in KINDS if delay else ("--prefix",):
            results = found[kind].get(delay)
            if results is None:
                continue
            overall, smooth = results["overall"], results["overall"]["smoothness"]
            low, high = overall["ci95"]
            step, jerk = smooth["boundary_step_m_s"], smooth["jerk_m_s3"]
            print(
                f"| {delay} | {'-' if not delay else 'yes' if kind == '--prefix' else 'no'} "
                f"| {overall['success_rate']:.1%} [{low:.0%}, {high:.0%}] "
                f"| {overall['episode_length'] * 0.05:.1f} "
                f"| {step['mean']:.3f} / {step['p99']:.3f} / {step['p100']:.3f} "
                f"| {smooth['boundaries_beyond_the_law']:.2%} "
                f"| {jerk['mean']:.1f} / {jerk['p99']:.0f} |"
            )


def plot(found: dict[str, dict[int, dict[str, Any]]], path: Path) -> None:
    """Success with intervals, and the p99 velocity step, over the delay."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
    for kind, name in KINDS.items():
        delays = sorted(found[kind])
        overall = [found[kind][d]["overall"] for d in delays]
        rate = [100 * o["success_rate"] for o in overall]
        spread = [
            [r - 100 * o["ci95"][0] for r, o in zip(rate, overall, strict=True)],
            [100 * o["ci95"][1] - r for r, o in zip(rate, overall, strict=True)],
        ]
        left.errorbar(delays, rate, spread, marker="o", capsize=3, label=name)
        joins = [found[kind][d]["overall"]["smoothness"] for d in delays]
        steps = [join["boundary_step_m_s"]["p99"] for join in joins]
        right.plot(delays, steps, marker="o", label=name)
    left.set(xlabel="inference delay (steps of 50 ms)", ylabel="success (%)", ylim=(0, 103))
    right.set(xlabel="inference delay (steps of 50 ms)", ylim=(0, None))
    right.set_ylabel("velocity step where plans join,\np99 (m/s)")
    left.legend(frameon=False)
    figure.savefig(path, dpi=120)


def main(out: Path) -> None:
    found = load(out)
    table(found)
    plot(found, out / "delay.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
