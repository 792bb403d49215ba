"""Put things where their colour belongs: a task of several parts, in whatever order."""

from collections.abc import Sequence

import numpy as np

from body.contract.arrays import Array
from episodes.vocabulary import CONTAINERS, GRASPABLE, KINDS, TASK_LABELS, Pair, Step
from sim.tasks.base import Goal, SceneWith, Task, at_rest, hand_away
from sim.tasks.grammar import fill, name_of, polite, templates
from sim.tasks.languages import LANGUAGES, Wording
from sim.tasks.place_in import PUT, put_position
from sim.worlds import World
from sim.worlds.scene import Scene, SceneError

ASIDE = 0.032  # m from the container's middle to what is put there first and second
MOST = 2  # things a container
# m, of the width of one and of two together, that go in without leaning on the wall
ROOM = {"bowl": (0.062, 0.098), "plate": (0.068, 0.115)}
TRIES = 400


class SortByColour(Task):
    """Three or four things of two colours into two containers; done where all are in or on the
    right one, clear of the table, and the hand is away."""

    name = "sort_by_colour"
    label = TASK_LABELS[name]
    difficulty = "hard"
    steps = PUT
    limit = 40.0
    languages = tuple(LANGUAGES)

    def draw(
        self,
        rng: np.random.Generator,
        pool: Sequence[Pair],
        named: Sequence[Pair],
        wording: Wording,
        scene_with: SceneWith,
    ) -> tuple[Scene, Goal, str]:
        for _ in range(TRIES):
            must = things_to_sort(rng, pool, named)
            if not must:
                continue
            colours = must[0][0], must[1][0]
            scene = scene_with(must)
            parts = _parts(scene, colours, [scene.find(pair) for pair in must[-2:]])
            if parts:
                sentence = say_sorting(rng, colours, must[-2:], wording)
                return scene, Goal(*parts[0], then=tuple(Goal(*p) for p in parts[1:])), sentence
        raise SceneError(f"no scene of {list(pool)} has things of two colours to be sorted")

    def left(self, world: World, goal: Goal) -> Goal | None:
        return next((part for part in goal.parts if not _lies_in(world, part)), None)

    def position(self, objects: Array, goal: Goal, step: Step) -> Array:
        place = put_position(objects, goal, step)
        if step not in (Step.ABOVE, Step.GRASP, Step.LIFT):
            place[0] += ASIDE * (2 * goal.slot - 1)
        return place

    def pose(self, objects: Array, goal: Goal, step: Step, hand_yaw: float) -> Array:
        pose = super().pose(objects, goal, step, hand_yaw)
        if step in (Step.CARRY, Step.RELEASE, Step.RETREAT):
            pose[3] = hand_yaw - (hand_yaw + np.pi / 2) % np.pi + np.pi / 2  # fingers open sideways
        return pose

    def progress(self, world: World, goal: Goal) -> float:
        return float(np.mean([_lies_in(world, part) for part in goal.parts]))

    def holds(self, world: World, goal: Goal) -> bool:
        parts = goal.parts
        return (
            all(_lies_in(world, part) for part in parts)
            and at_rest(world, *(part.target for part in parts))
            and all(hand_away(world, part.target) for part in parts)
        )


def things_to_sort(
    rng: np.random.Generator, pool: Sequence[Pair], named: Sequence[Pair]
) -> list[Pair]:
    """One of either colour, one or two more of them, and two containers of other colours; []
    where the draw does not work out. One of them all is out of `named`."""
    first, second = rng.permutation(sorted({colour for colour, _ in pool}))[:2]
    own = [
        [pair for pair in pool if pair[0] == colour and pair[1] in GRASPABLE]
        for colour in (first, second)
    ]
    places = [p for p in pool if p[1] in CONTAINERS and p[0] not in (first, second)]
    if min(len(own[0]), len(own[1]), len(places)) < 2:
        return []
    chosen = [[side[i] for i in rng.permutation(len(side))[:MOST]] for side in own]
    more = [pair for side in chosen for pair in side[1:]][: int(rng.integers(1, 3))]
    ends = [places[i] for i in rng.permutation(len(places))[:2]]
    must = [chosen[0][0], chosen[1][0], *more, *ends]
    return must if any(pair in named for pair in must) else []


def _parts(
    scene: Scene, colours: tuple[str, str], places: Sequence[int]
) -> list[tuple[int, int, int]]:
    """(target, destination, slot) of everything of the colours, in an order that can be seen; []
    where they are too many or too large."""
    parts: list[tuple[int, int, int]] = []
    for colour, place in zip(colours, places, strict=True):
        rows = [
            i for i, item in enumerate(scene.objects)
            if item.colour == colour and item.kind in GRASPABLE
        ]  # fmt: skip
        rows.sort(key=lambda row: KINDS.index(scene.objects[row].kind))
        widths = [scene.objects[row].width for row in rows]
        one, two = ROOM[scene.objects[place].kind]
        if len(rows) > MOST or max(widths, default=0.0) > one or sum(widths) > two:
            return []
        parts += [(row, place, slot) for slot, row in enumerate(rows)]
    return parts if len(parts) >= 3 else []


def say_sorting(
    rng: np.random.Generator, colours: tuple[str, str], ends: Sequence[Pair], wording: Wording
) -> str:
    """A random sentence that asks for things of `colours` to be put into `ends`, one of each."""
    options = templates("sort_by_colour", wording)
    text = options[rng.integers(len(options))]
    for side, colour in zip("ab", colours, strict=True):
        text = text.replace(f"{{{side}}}", wording.words.colours[colour])
    for slot, side, pair in zip("cd", "ab", ends, strict=True):
        text = text.replace(f"{{{slot}}}", name_of(pair, rng, wording))
        text = fill(text, pair, wording, side=f"_{side}")
    return polite(rng, text, wording)


def _lies_in(world: World, part: Goal) -> bool:
    """Over the container, off the table, and not in the hand."""
    centre, _ = world.object_pose(part.target)
    base, _ = world.object_pose(part.destination)
    beside = np.hypot(*(centre[:2] - base[:2]))
    touches = world.touching(part.target)
    within = beside < world.scene.objects[part.destination].width / 2
    return bool(within and "table" not in touches and not touches & {"pad_left", "pad_right"})
