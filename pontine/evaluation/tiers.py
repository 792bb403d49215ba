"""Success by tier of difficulty, where a suite has tiers."""

from collections.abc import Sequence
from typing import Any

from pontine.evaluation.statistics import wilson
from pontine.suites.suite import Suite


def tiers(suite: Suite, rows: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Success by tier, and the mean of the tiers, which is what is mostly published."""
    if suite.tier is None:
        return None
    found: dict[str, Any] = {}
    for tier in suite.tiers:
        own = [bool(row["success"]) for row in rows if suite.tier(row["task"]) == tier]
        if own:
            found[tier] = {
                "episodes": len(own), "success_rate": sum(own) / len(own),
                "ci95": [round(end, 4) for end in wilson(sum(own), len(own))],
            }  # fmt: skip
    mean = sum(tier["success_rate"] for tier in found.values()) / max(1, len(found))
    return {"tiers": found, "average": mean}
