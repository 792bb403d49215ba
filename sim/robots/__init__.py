"""Robots in MJCF of our own, built from the same figures as `body`'s specs."""

from sim.robots.arm import add_arm

__all__ = ["add_arm"]
