"""A scene: all that is random about a table, drawn once, so a seed is a world."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from body.contract.errors import BodyError
from body.robots.reach import SCENE_X, SCENE_Y, Reach
from episodes.vocabulary import FIXTURES, Pair
from sim.worlds import objects as things
from sim.worlds.fixtures import KINDS_OF_FIXTURE, Disc
from sim.worlds.objects import RGB, SceneObject
from sim.worlds.path import Path

CLEARANCE = 0.045  # m between surfaces: room for an open finger
WIDTHS = (0.040, 0.068)  # 6 to 20 mm of gripper margin a side
CYLINDER_HEIGHTS = (0.050, 0.068)
MIN_OBJECTS, MAX_OBJECTS = 4, 6
TRIES, FEW_TRIES = 2000, 200  # to place them all at once; and where fixtures take up room
FEW = 4  # objects, where an arm's reach leaves little room
KNOB_YAW = 0.6  # rad to either side, so that a quarter turn stays within the wrist's range


class SceneError(BodyError):
    """No scene is as it is asked for: the message says what does not go together."""


class NoRoomError(SceneError):
    """What is to stand on the table does not fit there together."""


@dataclass(frozen=True)
class Scene:
    """Everything random about a world.

    Attributes:
        objects: what stands on the table.
        table_rgb, floor_rgb: colours of the ground.
        light_position, light_direction: (3,) of the one lamp, base frame.
        light, ambient: brightness of lamp and surroundings, 0..1.
        camera_shift: (6,) added to the fixed camera: position (m), turn about its axes (rad).
        path: of the one object that moves by itself, if any does.
        chequer: by how much (of 1) the brightness of the table's squares differs; 0: it is plain.
    """

    objects: tuple[SceneObject, ...]
    table_rgb: tuple[float, float, float]
    floor_rgb: tuple[float, float, float]
    light_position: tuple[float, float, float]
    light_direction: tuple[float, float, float]
    light: float
    ambient: float
    camera_shift: tuple[float, ...] = (0.0,) * 6
    chequer: float = 0.0
    path: Path | None = None

    def find(self, pair: Pair) -> int:
        """Index of the object of this (colour, kind), or -1."""
        for index, item in enumerate(self.objects):
            if item.pair == pair:
                return index
        return -1


def sample_scene(
    rng: np.random.Generator,
    pairs: Sequence[Pair],
    camera_jitter: float = 0.0,
    reach: Reach | None = None,
) -> Scene:
    """Place one object for each of `pairs` (unique) at random poses, sizes, shades and light.

    Args:
        camera_jitter: scale of the fixed camera's displacement: 1.0 is 10 mm and 0.01 rad.
        reach: where they may stand (None: all over the table).
    """
    if len(set(pairs)) != len(pairs):
        raise SceneError(f"a (colour, kind) stands twice in {pairs}; name each once")
    items = [_shape(rng, colour, kind) for colour, kind in pairs]
    placed = _placed(rng, items, reach)
    grey = rng.uniform(0.25, 0.75)
    angle, lean = rng.uniform(-np.pi, np.pi), rng.uniform(0.1, 0.6)
    direction = (lean * np.cos(angle), lean * np.sin(angle), -1.0)
    shift = camera_jitter * rng.normal(size=6) * np.array([0.01] * 3 + [0.01] * 3)
    return Scene(
        objects=placed,
        table_rgb=_near(rng, (grey, grey, grey), 0.08),
        floor_rgb=_near(rng, (0.35, 0.35, 0.38), 0.15),
        light_position=(0.45 - 1.5 * direction[0], -1.5 * direction[1], 1.5),
        light_direction=direction,
        light=float(rng.uniform(0.35, 0.7)),
        ambient=float(rng.uniform(0.25, 0.5)),
        camera_shift=tuple(float(s) for s in shift),
    )


def draw_pairs(
    rng: np.random.Generator, pool: Sequence[Pair], must: Sequence[Pair], count: int | None = None
) -> list[Pair]:
    """`must` plus random others of `pool`, 4-6 in all, in random order, none twice.

    The first of `must` gets a distractor of its colour and one of its kind.
    """
    chosen = list(must)
    colour, kind = must[0]
    for like in (
        [p for p in pool if p[0] == colour and p[1] != kind],
        [p for p in pool if p[1] == kind and p[0] != colour],
    ):
        free = [p for p in like if p not in chosen]
        room = len(chosen) < MAX_OBJECTS
        if room and free and not any(p in like for p in chosen[1:]):
            chosen.append(free[int(rng.integers(len(free)))])
    total = int(count or rng.integers(MIN_OBJECTS, MAX_OBJECTS + 1))
    while len(chosen) < total:
        pair = pool[int(rng.integers(len(pool)))]
        if pair not in chosen:
            chosen.append(pair)
    return [chosen[i] for i in rng.permutation(len(chosen))]


def draw_scene(
    rng: np.random.Generator,
    pool: Sequence[Pair],
    must: Sequence[Pair],
    reach: Reach | None = None,
    camera_jitter: float = 0.0,
) -> Scene:
    """A scene of `must` and others of `pool`, see :func:`draw_pairs` and :func:`sample_scene`."""
    count = None if reach is None else FEW
    try:
        return sample_scene(rng, draw_pairs(rng, pool, must, count), camera_jitter, reach)
    except NoRoomError:  # only what is asked for, and what it is to be told apart from
        pairs = draw_pairs(rng, pool, must, FEW) if reach is None else must
        return sample_scene(rng, pairs, camera_jitter, reach)


def _shape(rng: np.random.Generator, colour: str, kind: str) -> SceneObject:
    yaw = float(rng.uniform(-np.pi, np.pi))
    width = height = float(rng.uniform(*WIDTHS))
    if rng.random() < 0.25:  # the smallest margins, always well represented
        width = height = float(rng.uniform(0.060, WIDTHS[1]))
    moved = 0.0
    if kind == "cylinder":
        height = float(rng.uniform(*CYLINDER_HEIGHTS))
    elif kind == "bowl":
        width, height = 2 * things.BOWL_OUTER, things.BOWL_HEIGHT
    elif kind == "plate":
        width, height = 2 * things.PLATE_RADIUS, things.PLATE_HEIGHT
    elif kind in FIXTURES:
        width, height = KINDS_OF_FIXTURE[kind].width, KINDS_OF_FIXTURE[kind].grip[2]
        if kind == "knob":
            yaw *= KNOB_YAW / np.pi
        elif kind == "drawer":
            moved = draw_opening(rng, bool(rng.random() < 0.5))
    rgb = _near(rng, RGB[colour], 0.04)
    return SceneObject(kind, colour, 0.0, 0.0, yaw, width, height, rgb, moved)


def draw_opening(rng: np.random.Generator, is_open: bool) -> float:
    """How far a drawer stands out, m."""
    return float(rng.uniform(0.055, 0.070) if is_open else rng.uniform(0.0, 0.006))


def _placed(
    rng: np.random.Generator, items: Sequence[SceneObject], reach: Reach | None
) -> tuple[SceneObject, ...]:
    """Each somewhere within the ranges, `CLEARANCE` apart; widest placed first."""
    order = sorted(range(len(items)), key=lambda i: -items[i].footprint)
    # what each covers, and where it is taken hold of, about its middle
    discs, grips = [item.discs for item in items], [item.grips for item in items]
    for _ in range(FEW_TRIES if any(item.fixed for item in items) else TRIES):
        spots: dict[int, tuple[float, float]] = {}
        taken: list[Disc] = []
        for index in order:
            for _ in range(60):
                x, y = float(rng.uniform(*SCENE_X)), float(rng.uniform(*SCENE_Y))
                here = [(x + u, y + v, radius) for u, v, radius in discs[index]]
                if all(_reachable(x + u, y + v, reach) for u, v, _ in grips[index]) and all(
                    math.hypot(u - w, v - z) >= radius + wide + CLEARANCE
                    for u, v, radius in here
                    for w, z, wide in taken
                ):
                    spots[index] = (x, y)
                    taken += here
                    break
            else:
                break
        if len(spots) == len(items):
            return tuple(
                replace(item, x=spots[i][0], y=spots[i][1]) for i, item in enumerate(items)
            )
    raise NoRoomError(f"{len(items)} things of these sizes find no room together within reach")


def _reachable(x: float, y: float, reach: Reach | None) -> bool:
    if not (SCENE_X[0] <= x <= SCENE_X[1] and SCENE_Y[0] <= y <= SCENE_Y[1]):
        return False
    return reach is None or reach.holds(x, y)


def _near(
    rng: np.random.Generator, rgb: tuple[float, float, float], spread: float
) -> tuple[float, float, float]:
    shade = np.clip(np.array(rgb) + rng.uniform(-spread, spread, 3), 0.0, 1.0)
    return float(shade[0]), float(shade[1]), float(shade[2])
