"""Snapshots for eyes and words: a new scene in every frame, the arm anywhere over the table."""

from dataclasses import replace

import numpy as np

from body.contract.arrays import Array
from body.robots.reach import Reach
from episodes.splits import SEEN_PAIRS, STILLS_SCENES
from episodes.vocabulary import CONTAINERS, FIXTURES, GRASPABLE, MOVABLE, STILLS, Pair
from sim.inverse import MinkInverse
from sim.perturbations import disturbed
from sim.recording import Recording
from sim.tasks.sort_by_colour import ASIDE, MOST, ROOM, things_to_sort
from sim.worlds import World, sample_scene
from sim.worlds.fixtures import KINDS_OF_FIXTURE
from sim.worlds.look import Look, under
from sim.worlds.objects import BOWL_FLOOR, PLATE_FLOOR
from sim.worlds.scene import FEW, MAX_OBJECTS, MIN_OBJECTS, NoRoomError, Scene
from sim.worlds.senses import state_vector

INSTRUCTION = "look"
_HOME_SHARE = 0.25
FIXTURE_SHARE = 0.5
DRAWER_SHARE = 0.5  # of scenes with fixtures: the first is a drawer at least so often
AJAR_SHARE = 0.5  # of drawers: they stand out by anything, as hands that slip leave them
DISTURBED_SHARE = 0.5  # of scenes that are given no look: see :func:`sim.perturbations.disturbed`
SORTED_SHARE = 0.3  # of scenes without fixtures: things of two colours, and two containers
SPREAD = {"bowl": 0.006, "plate": 0.012}  # m, of where things lie in them
FILLED_SHARE = 0.35  # of containers: one or two things lie there, as sorting leaves them


def stills(
    world: World,
    seed: int,
    frames: int = 4,
    cameras: tuple[str, ...] = ("fixed", "wrist"),
    size: int | None = None,
    pool: tuple[Pair, ...] = SEEN_PAIRS,
    given: Look | None = None,
) -> Recording:
    """`frames` unrelated snapshots as one recording labelled `STILLS`; plans are zeros. All look as
    `given`, or each as it will.

    Images, scene.objects and observation.state mean something, the other columns do not. One
    frame in three shows an object in the closed hand, as it does while something is carried.
    """
    rng = STILLS_SCENES.rng(seed)
    rows = [_snapshot(world, rng, cameras, size, pool, given) for _ in range(frames)]
    columns = {name: np.stack([row[name] for row in rows]) for name in rows[0]}
    return Recording(columns, INSTRUCTION, "stills", seed, True, 0.0)


def _snapshot(
    world: World,
    rng: np.random.Generator,
    cameras: tuple[str, ...],
    size: int | None,
    pool: tuple[Pair, ...],
    given: Look | None,
) -> dict[str, np.ndarray]:
    scene = _scene(rng, pool, world.robot.reach)
    if given is not None:
        scene = under(scene, given)
    elif rng.random() < DISTURBED_SHARE:
        scene = disturbed(scene, rng, places=world.robot.reach is None)
    q = world.robot.home
    if rng.random() >= _HOME_SHARE:
        q = _posture(world, rng)
    open_width = world.robot.gripper_open
    width = open_width if rng.random() < 0.5 else float(rng.uniform(0, open_width))
    world.reset(scene, q, width)
    filled = _into_containers(world, rng)
    if rng.random() < 1 / 3:
        _into_hand(world, rng, filled)
    seen = world.observation(cameras, size)
    row: dict[str, np.ndarray] = {
        "observation.state": state_vector(seen).astype(np.float32),
        "observation.command": np.zeros(9, np.float32),
        "action": np.array([*q, width], np.float32),
        "plan.chunk": np.zeros((16, 5), np.float32),
        "plan.waypoint": np.zeros(6, np.float32),
        "plan.step": np.zeros(1, np.int64),
        "plan.previous_step": np.full(1, -1, np.int64),
        "plan.report": np.zeros(1, np.int64),
        "scene.objects": world.objects(),
        "scene.goal": np.full(3, -1, np.int64),
        "task_label": np.full(1, STILLS, np.int64),
    }
    row.update({f"observation.images.{name}": image for name, image in seen.images.items()})
    return row


def _scene(rng: np.random.Generator, pool: tuple[Pair, ...], reach: Reach | None) -> Scene:
    while True:
        try:
            return _ajar(sample_scene(rng, _pairs(rng, pool), reach=reach), rng)
        except NoRoomError:  # two drawers and two dishes, now and then
            continue


def _ajar(scene: Scene, rng: np.random.Generator) -> Scene:
    """`scene`, with some of its drawers partly open."""
    items = list(scene.objects)
    for i, item in enumerate(items):
        if item.kind == "drawer" and rng.random() < AJAR_SHARE:
            low, high = KINDS_OF_FIXTURE["drawer"].travel
            items[i] = replace(item, moved=float(rng.uniform(low, high)))
    return replace(scene, objects=tuple(items))


def _pairs(rng: np.random.Generator, pool: tuple[Pair, ...]) -> list[Pair]:
    """Of four to six things; in half of the scenes one or two of them, of four, are fixtures."""
    movable = [pair for pair in pool if pair[1] in MOVABLE]
    fixed = [pair for pair in pool if pair[1] in FIXTURES]
    count, some = int(rng.integers(MIN_OBJECTS, MAX_OBJECTS + 1)), 0
    if fixed and rng.random() < FIXTURE_SHARE:
        count, some = FEW, int(rng.integers(1, 3))
    elif rng.random() < SORTED_SHARE:
        sorted_ones = things_to_sort(rng, movable, movable)
        if sorted_ones:
            return [sorted_ones[i] for i in rng.permutation(len(sorted_ones))]
    chosen = [fixed[i] for i in rng.permutation(len(fixed))]
    if rng.random() < DRAWER_SHARE:
        drawer = next((i for i, pair in enumerate(chosen) if pair[1] == "drawer"), 0)
        chosen.insert(0, chosen.pop(drawer))
    chosen = chosen[:some]
    chosen += [movable[i] for i in rng.permutation(len(movable))[: count - some]]
    return [chosen[i] for i in rng.permutation(count)]


def _posture(world: World, rng: np.random.Generator) -> Array:
    """(J,) an arm over the table with the tool clear of everything that stands on it."""
    inverse = MinkInverse(world.robot)
    low, high = (0.25, -0.27, 0.10, -1.2), (0.69, 0.27, 0.30, 1.2)
    reach = world.robot.reach
    pose = rng.uniform(low, high)
    while reach is not None and not reach.holds(float(pose[0]), float(pose[1])):
        pose = rng.uniform(low, high)
    for _ in range(8):
        q = inverse.solve(pose)
    return q


def _into_containers(world: World, rng: np.random.Generator) -> set[int]:
    """Lays things where :class:`sim.tasks.sort_by_colour.SortByColour` would; returns which."""
    items, filled = world.scene.objects, set[int]()
    share = FILLED_SHARE if rng.random() < 0.7 else 1.0  # all of them: sorting is done
    colours = list[str]()
    for place, container in enumerate(items):
        if container.kind not in CONTAINERS or rng.random() >= share:
            continue
        one, two = ROOM[container.kind]
        fits = [
            i for i, item in enumerate(items)
            if item.kind in GRASPABLE and item.width < one and item.colour not in colours
        ]  # fmt: skip
        chosen = [fits[i] for i in rng.permutation(len(fits))[:1]]
        if chosen:
            colours.append(items[chosen[0]].colour)
        if chosen and (share == 1.0 or rng.random() < 0.5):  # and another of its colour
            room = two - items[chosen[0]].width
            also = [i for i in fits if items[i].colour == colours[-1] and items[i].width < room]
            chosen += [i for i in also if i not in chosen][: MOST - 1]
        sides = rng.permutation([-1.0, 1.0])
        for index, side in zip(chosen, sides, strict=False):
            alone = len(chosen) == 1 and rng.random() < 0.3  # as `place_in` leaves it
            spread = SPREAD[container.kind]
            aside = (0.0 if alone else side * ASIDE) + rng.normal(0.0, spread)
            _lay(world, index, place, (aside, float(rng.normal(0.0, spread))))
            filled.add(index)
    return filled


def _lay(world: World, index: int, place: int, aside: tuple[float, float]) -> None:
    """Object `index` on the floor of container `place`, `aside` (x, y) m from its middle."""
    floor = BOWL_FLOOR if world.scene.objects[place].kind == "bowl" else PLATE_FLOOR
    here, there = world.object_pose(index)[0][:2], world.object_pose(place)[0][:2]
    world.move_object(index, np.array([*(there + aside - here), floor]))


def _into_hand(world: World, rng: np.random.Generator, but: set[int]) -> None:
    graspable = [
        i for i, item in enumerate(world.scene.objects)
        if item.kind in GRASPABLE and i not in but
    ]  # fmt: skip
    if graspable:
        world.hold(graspable[rng.integers(len(graspable))])
