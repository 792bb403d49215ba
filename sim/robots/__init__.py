"""Arms and their hand in MuJoCo: from the figures of `body`'s specs, or from files of others."""

from sim.robots.arm import add_arm

__all__ = ["add_arm"]
