"""Meta-World MT50 (Yu et al. 2019): fifty tasks of one arm, under both protocols that figures are
published by."""

from sim.suites.metaworld.catalogue import SuiteError, Tier, tasks, tier_of
from sim.suites.metaworld.environment import Look, MetaWorld
from sim.suites.metaworld.protocol import P1, P2, PROTOCOLS, Protocol

__all__ = [
    "P1",
    "P2",
    "PROTOCOLS",
    "Look",
    "MetaWorld",
    "Protocol",
    "SuiteError",
    "Tier",
    "tasks",
    "tier_of",
]
