"""Worlds that look alike throughout: one table, one floor, one lamp and one camera each.

A scene has a look of its own unless it is given one of these. Models that saw few of them can be
compared on others with models that saw many (UnrealZoo, Zhong et al. 2024, does so by maps).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from episodes.splits import LOOK
from sim.worlds.scene import Scene

CHEQUERED = 0.5  # share of tables
SPREAD = np.array([0.02] * 3 + [0.02] * 3)  # m and rad, of the fixed camera: standard deviations
Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Look:
    """What :class:`sim.worlds.scene.Scene` says of the same names."""

    table_rgb: Colour
    floor_rgb: Colour
    light_position: Colour
    light_direction: Colour
    light: float
    ambient: float
    camera_shift: tuple[float, ...]
    chequer: float


def look(number: int) -> Look:
    """World `number`: tables of any colour, plain or chequered, brighter and darker lamps, and a
    camera some centimetres from where it should be."""
    rng = LOOK.rng(number)
    angle, lean = rng.uniform(-np.pi, np.pi), rng.uniform(0.1, 0.8)
    direction = (float(lean * np.cos(angle)), float(lean * np.sin(angle)), -1.0)
    return Look(
        table_rgb=_colour(rng, 0.15, 0.85),
        floor_rgb=_colour(rng, 0.1, 0.6),
        light_position=(0.45 - 1.5 * direction[0], -1.5 * direction[1], 1.5),
        light_direction=direction,
        light=float(rng.uniform(0.2, 0.8)),
        ambient=float(rng.uniform(0.15, 0.6)),
        camera_shift=tuple(float(v) for v in rng.normal(size=6) * SPREAD),
        chequer=float(rng.uniform(0.1, 0.4)) if rng.random() < CHEQUERED else 0.0,
    )


def in_turn(worlds: Sequence[int], seed: int) -> Look | None:
    """The look of one of `worlds`, which take turns with the seed; None where there are none."""
    return look(worlds[seed % len(worlds)]) if worlds else None


def under(scene: Scene, given: Look | None) -> Scene:
    """`scene` in another look, None being its own; what stands where is the same."""
    return replace(scene, **vars(given)) if given else scene


def _colour(rng: np.random.Generator, low: float, high: float) -> Colour:
    red, green, blue = rng.uniform(low, high, 3)
    return float(red), float(green), float(blue)
