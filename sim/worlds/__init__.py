"""Worlds: what stands on the table, how it looks, and the physics that moves it."""

from sim.worlds.drive import Actuator
from sim.worlds.objects import SceneObject
from sim.worlds.scene import Scene, sample_scene
from sim.worlds.tabletop import PHYSICS_DT, POLICY_STEPS, World

__all__ = [
    "PHYSICS_DT",
    "POLICY_STEPS",
    "Actuator",
    "Scene",
    "SceneObject",
    "World",
    "sample_scene",
]  # fmt: skip
