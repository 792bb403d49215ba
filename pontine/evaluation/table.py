"""The figures of an evaluation as a terminal shows them."""

from typing import Any

from pontine.evaluation.statistics import told


def show(results: dict[str, Any]) -> None:
    """Print a line a task, then what concerns them all; `results` as results.json holds them."""
    print(f"{'task':<10}  success  {'95 % interval':<17}   SPL seconds  unsafe")
    for name, figures in [*results["per_task"].items(), ("overall", results["overall"])]:
        low, high = figures["ci95"]
        print(
            f"{name:<10} {figures['success_rate']:>8.1%}  {f'[{low:.1%}, {high:.1%}]':<17}"
            f" {told(figures['spl'], '.2f'):>5}"
            f" {figures['episode_length'] * results['step_s']:>7.1f}"
            f" {told(figures['unsafe_rate'], '.1%'):>7}"
        )
    if "tiers" in results:
        by_tier = results["tiers"]
        each = [f"{name} {tier['success_rate']:.1%}" for name, tier in by_tier["tiers"].items()]
        print(f"tier average {by_tier['average']:.1%}: {', '.join(each)}")
    overall, speed = results["overall"], results["speed"]
    if overall["old_goal_rate"] is not None:
        print(f"the old instruction was done instead: {overall['old_goal_rate']:.1%}")
    if overall["failures"]:
        print("failures: " + ", ".join(f"{n} {name}" for name, n in overall["failures"].items()))
    print(f"brain ms {results['brain_ms']}, controller ms {results['controller_ms']}")
    if speed:
        print(
            f"{speed['simulated_s']:.0f} s simulated in {speed['wall_s']:.0f} s: "
            f"{speed['times_simulated_time']:.1f} times as fast, {speed['workers']} workers"
        )
