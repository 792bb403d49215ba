"""The suites there are: their tasks, and how long a step of the policy is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from body.motion import DT
from pontine.evaluation.statistics import wilson
from sim.suites.metaworld import tasks as metaworld_tasks
from sim.suites.metaworld import tier_of
from sim.suites.metaworld.catalogue import TIERS
from sim.suites.metaworld.protocol import STEPS_A_SECOND
from sim.tasks import BASIC, TASKS


@dataclass(frozen=True)
class Suite:
    """Attributes:
    step: s of simulated time between two steps of the policy.
    tasks: names of those that "all" means; raises :class:`sim.suites.metaworld.SuiteError` where
        it is not installed.
    groups: of tasks, by the name that stands for them.
    tier: which tier a task is of (None: there are none).
    """

    step: float
    tasks: Callable[[], tuple[str, ...]]
    tier: Callable[[str], str] | None = None
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def named(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """`names`, "all" or a group spelled out."""
        if names == ("all",):
            return self.tasks()
        return self.groups.get(names[0], names) if len(names) == 1 else names


SUITES = {
    "tabletop": Suite(DT, lambda: tuple(TASKS), groups={"basic": BASIC}),
    "metaworld": Suite(1 / STEPS_A_SECOND, metaworld_tasks, tier_of),
}


def tiers(suite: Suite, rows: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Success by tier, and the mean of the tiers, which is what is mostly published."""
    if suite.tier is None:
        return None
    found: dict[str, Any] = {}
    for tier in TIERS:
        own = [bool(row["success"]) for row in rows if suite.tier(row["task"]) == tier]
        if own:
            found[tier] = {
                "episodes": len(own), "success_rate": sum(own) / len(own),
                "ci95": [round(end, 4) for end in wilson(sum(own), len(own))],
            }  # fmt: skip
    mean = sum(tier["success_rate"] for tier in found.values()) / max(1, len(found))
    return {"tiers": found, "average": mean}
