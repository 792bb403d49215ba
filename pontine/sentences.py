"""What may be asked of a recorded scene, in words: (6, 10) objects as :meth:`World.objects`."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.tasks import TASKS, Goal, Task, Wording
from sim.tasks.grammar import KINDS_OF, say
from sim.worlds import COLOURS, KINDS, TRAIN_PAIRS
from sim.worlds.scene import Pair

Objects = NDArray[np.float32]
LABELS = ("reach", "pick", "place_in", "stack")


def held(objects: Objects) -> int:
    """Row of the object in the hand, or -1."""
    inside = np.flatnonzero((objects[:, 9] > 0.5) & (objects[:, 0] >= 0))
    return int(inside[0]) if len(inside) else -1


def present_rows(objects: Objects) -> NDArray[np.int64]:
    """Rows that hold an object."""
    return np.flatnonzero(objects[:, 0] >= 0)


def draw_goal(objects: Objects, rng: np.random.Generator) -> tuple[Task, Goal] | None:
    """A task and a goal that the scene allows; a hand that holds something goes on with that."""
    task = TASKS[LABELS[rng.integers(len(LABELS))]]
    present = [(i, KINDS[int(objects[i, 0])]) for i in present_rows(objects)]
    in_hand = held(objects)
    target_kinds, destination_kinds = KINDS_OF[task.name]
    targets = [i for i, kind in present if kind in target_kinds and in_hand in (-1, i)]
    if not targets or (in_hand >= 0 and task.name == "reach"):
        return None
    target = int(rng.choice(targets))
    places = [i for i, kind in present if kind in destination_kinds and i != target]
    if not destination_kinds:
        return task, Goal(target, -1)
    return (task, Goal(target, int(rng.choice(places)))) if places else None


def put_away(
    objects: Objects, index: int, kinds: Sequence[str], rng: np.random.Generator
) -> tuple[Objects, Pair] | None:
    """`objects` in which row `index` is a pair (one of `kinds`) that the scene lacks; and that
    pair. None: the scene lacks none."""
    there = {pair_of(objects, i) for i in present_rows(objects)}
    pool = [p for p in TRAIN_PAIRS if p not in there and p[1] in kinds]
    if not pool:
        return None
    # what is nearly there is hard to deny: half of the time its colour and its kind are in view
    seen = [set(column) for column in zip(*there, strict=True)]
    close = [p for p in pool if p[0] in seen[0] and p[1] in seen[1]]
    pool = close if close and rng.random() < 0.5 else pool
    colour, kind = pool[rng.integers(len(pool))]
    changed = objects.copy()
    changed[index, 0], changed[index, 1] = KINDS.index(kind), COLOURS.index(colour)
    return changed, (colour, kind)


def sentence(
    task: Task, goal: Goal, objects: Objects, rng: np.random.Generator, language: str = "en"
) -> str:
    """A sentence of training for `goal`."""
    there = pair_of(objects, goal.destination) if goal.destination >= 0 else None
    return say(rng, task.name, pair_of(objects, goal.target), there, Wording(language=language))


def pair_of(objects: Objects, index: int) -> Pair:
    """(colour, kind) of row `index`."""
    return COLOURS[int(objects[index, 1])], KINDS[int(objects[index, 0])]
