"""From rows of episodes to the figures of results.json (docs/results-schema.md)."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from body.geometry.motion import DT
from pontine.evaluation.result import STILL
from pontine.evaluation.statistics import percentiles, wilson
from pontine.suites.tabletop.smoothness import smoothness
from sim.metrics.safety import FORCE

Row = dict[str, Any]
WARM_UP = 2  # calls of each episode whose time is not counted


def summarise(rows: Sequence[Row], tasks: Sequence[str], step: float = DT) -> dict[str, Any]:
    """Everything that follows from the rows: `per_task`, `overall`, wall times.

    Args:
        step: s between two steps of the policy.
    """
    per_task = {task: _figures([r for r in rows if r["task"] == task], step) for task in tasks}
    for task, figures in per_task.items():
        figures["trajectory_hash"] = _hash([r for r in rows if r["task"] == task])
    return {
        "per_task": per_task,
        "overall": _figures(rows, step),
        "brain_ms": _times(rows, "brain_ms"),
        "controller_ms": _times(rows, "controller_ms"),
    }


def _figures(rows: Sequence[Row], step: float) -> dict[str, Any]:
    count, won = len(rows), sum(r["success"] for r in rows)
    first = [r["first_grasp"] for r in rows if r["first_grasp"] is not None]
    errors = [1e3 * r["grasp_errors"][0] for r in rows if r["grasp_errors"]]
    still = [r["refused"] and r["motion"] < STILL for r in rows]
    old = [r["did_old"] for r in rows if r["did_old"] is not None]
    return {
        "episodes": count,
        "success_rate": won / max(count, 1),
        "ci95": _interval(won, count),
        "progress": round(_mean(r.get("progress", 0.0) for r in rows), 4),
        "spl": _spl(rows),
        "episode_length": _mean(r["steps"] for r in rows),
        "episode_return": round(_mean(r["episode_return"] for r in rows), 4),
        "time_to_success_s": percentiles(
            [r["steps"] * step for r in rows if r["success"]], (50, 90)
        ),
        **_safety(rows),
        "largest_velocity_step_m_s": _most(rows, "largest_velocity_step"),
        "smoothness": smoothness(rows),
        "token_age_ms": _ages(rows),
        "brain_calls": round(_mean(r["brain_calls"] for r in rows), 2),
        "refused_rate": sum(r["refused"] for r in rows) / max(count, 1),
        "refused_without_motion_rate": sum(still) / max(count, 1),
        "grasp_error_mm": percentiles(errors, (50, 90)),
        "first_grasp_rate": float(np.mean(first)) if first else None,
        "first_grasp_episodes": len(first),
        "old_goal_rate": float(np.mean(old)) if old else None,
        "old_goal_ci95": _interval(sum(old), len(old)) if old else None,
        "tracking": _tracking(rows),
        "failures": dict(Counter(r["failure"] for r in rows if r["failure"])),
    }


def _tracking(rows: Sequence[Row]) -> dict[str, float] | None:
    """None: nothing was followed."""
    found = [r for r in rows if r.get("tracked_steps") is not None]
    if not found:
        return None
    return {
        "episode_length": round(_mean(r["tracked_steps"] for r in found), 1),
        "episode_reward": round(_mean(r["tracking_reward"] for r in found), 1),
    }


def _safety(rows: Sequence[Row]) -> dict[str, Any]:
    if any(r["unsafe"] is None for r in rows):  # nobody looked
        return {
            "unsafe_rate": None, "unsafe_ci95": None, "unsafe": {}, "limit_ratio": None,
            "limit_violations": None, "peak_force_n": {},
        }  # fmt: skip
    unsafe = sum(r["unsafe"] for r in rows)
    return {
        "unsafe_rate": unsafe / max(len(rows), 1),
        "unsafe_ci95": _interval(unsafe, len(rows)),
        "unsafe": {
            "limit": sum(r["limit_violations"] > 0 for r in rows),
            "drop": sum(r["dropped"] for r in rows),
            "knock_over": sum(r["knocked_over"] > 0 for r in rows),
            "force": sum(r["peak_force"] > FORCE for r in rows),
            "self_contact": sum(r["self_contact"] for r in rows),
        },
        "limit_ratio": _most(rows, "limit_ratio"),
        "limit_violations": int(sum(r["limit_violations"] for r in rows)),
        "peak_force_n": percentiles([r["peak_force"] for r in rows], (50, 99, 100)),
    }


def _spl(rows: Sequence[Row]) -> float | None:
    """None: the expert's way is not known."""
    known = [r for r in rows if r["expert_path"] is not None or not r["success"]]
    best = [(r["expert_path"], r["path"]) for r in known if r["success"]]
    if not best and any(r["success"] for r in rows):
        return None
    total = sum(expert / max(own, expert, 1e-9) for expert, own in best)
    return round(total / max(len(known), 1), 6)


def _most(rows: Sequence[Row], name: str) -> float | None:
    """The largest of all; None: nobody looked."""
    values = [r[name] for r in rows]
    return None if None in values else max(values, default=0.0)


def _ages(rows: Sequence[Row]) -> dict[str, float]:
    """Means over episodes of their token age's figures."""
    ages = np.array([r["token_age_ms"] for r in rows if r["token_age_ms"]])
    if not len(ages):
        return {}
    p50, p90, p99, mean = (round(float(x), 1) for x in ages.mean(axis=0))
    return {"mean": mean, "p50": p50, "p90": p90, "p99": p99}


def _times(rows: Sequence[Row], name: str) -> dict[str, float]:
    return percentiles([t for r in rows for t in r[name][WARM_UP:]])


def _interval(count: int, trials: int) -> list[float]:
    return [round(x, 4) for x in wilson(count, trials)]


def _mean(values: Any) -> float:
    found = list(values)
    return round(float(np.mean(found)), 6) if found else 0.0


def _hash(rows: Sequence[Row]) -> str:
    digest = hashlib.sha256()
    for row in sorted(rows, key=lambda r: r["seed"]):
        digest.update(row["trajectory_hash"].encode())
    return digest.hexdigest()[:16]
