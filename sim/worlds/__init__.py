"""Worlds: what stands on the table, how it looks, and the physics that moves it."""

from sim.worlds.drive import Driver
from sim.worlds.objects import COLOURS, KINDS, SceneObject
from sim.worlds.scene import ALL_PAIRS, HELD_OUT_PAIRS, TRAIN_PAIRS, Scene, sample_scene
from sim.worlds.tabletop import PHYSICS_DT, POLICY_STEPS, World

__all__ = [
    "ALL_PAIRS",
    "COLOURS",
    "HELD_OUT_PAIRS",
    "KINDS",
    "PHYSICS_DT",
    "POLICY_STEPS",
    "TRAIN_PAIRS",
    "Driver",
    "Scene",
    "SceneObject",
    "World",
    "sample_scene",
]  # fmt: skip
