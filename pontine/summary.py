"""From rows of episodes to the figures of results.json."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from pontine.episode import STILL
from pontine.smoothness import smoothness
from pontine.statistics import percentiles, wilson

Row = dict[str, Any]
WARM_UP = 2  # calls of each episode whose time is not counted


def summarise(rows: Sequence[Row], tasks: Sequence[str]) -> dict[str, Any]:
    """`per_task`, `overall`, `brain_ms`, `controller_ms`; lengths in mm, times in s or ms."""
    per_task = {task: _figures([r for r in rows if r["task"] == task]) for task in tasks}
    for task, figures in per_task.items():
        figures["trajectory_hash"] = _hash([r for r in rows if r["task"] == task])
    return {
        "per_task": per_task,
        "overall": _figures(rows),
        "smoothness": smoothness(rows),
        "brain_ms": _times(rows, "brain_ms"),
        "controller_ms": _times(rows, "controller_ms"),
    }


def _figures(rows: Sequence[Row]) -> dict[str, Any]:
    count, won = len(rows), sum(r["success"] for r in rows)
    first = [r["first_grasp"] for r in rows if r["first_grasp"] is not None]
    errors = [1e3 * r["grasp_errors"][0] for r in rows if r["grasp_errors"]]
    still = [r["refused"] and r["motion"] < STILL for r in rows]
    return {
        "episodes": count,
        "success_rate": won / max(count, 1),
        "ci95": [round(x, 4) for x in wilson(won, count)],
        "episode_length": float(np.mean([r["steps"] for r in rows])) if rows else 0.0,
        "refused_rate": sum(r["refused"] for r in rows) / max(count, 1),
        "refused_without_motion_rate": sum(still) / max(count, 1),
        "grasp_error_mm": percentiles(errors, (50, 90)),
        "first_grasp_rate": float(np.mean(first)) if first else None,
        "first_grasp_episodes": len(first),
        "limit_violations": int(sum(r["limit_violations"] for r in rows)),
    }


def _times(rows: Sequence[Row], name: str) -> dict[str, float]:
    return percentiles([t for r in rows for t in r[name][WARM_UP:]])


def _hash(rows: Sequence[Row]) -> str:
    digest = hashlib.sha256()
    for row in sorted(rows, key=lambda r: r["seed"]):
        digest.update(row["trajectory_hash"].encode())
    return digest.hexdigest()[:16]
