"""Robots in MJCF of our own, built from the same figures as `body`'s specs."""

from sim.robots.fr3_mjcf import add_fr3

__all__ = ["add_fr3"]
