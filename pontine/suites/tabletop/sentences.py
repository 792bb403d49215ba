"""What may be asked of a recorded scene, in words: (6, 10) objects as :meth:`World.objects`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from body.robots.reach import SCENE_X, SCENE_Y
from episodes.splits import SEEN_PAIRS
from episodes.vocabulary import COLOURS, CONTAINERS, GRASPABLE, KINDS, Pair
from pontine.suites.tabletop.sorting import in_order, next_part, with_side
from pontine.suites.tabletop.thoughts import lies_in
from sim.tasks import TASKS, Goal, Task, Wording
from sim.tasks.grammar import KINDS_OF, say
from sim.tasks.languages import PLAIN
from sim.tasks.relations import NOT, Description, describe
from sim.tasks.sort_by_colour import say_sorting
from sim.tasks.spatial_grammar import say_which

Objects = NDArray[np.float32]
TASK_OF = {task.label: task for task in TASKS.values()}
AGAIN = ("open_drawer", "close_drawer", "push_to")  # a look tells whether they must be done again
# of lessons, beside others' one: what is hard to see or seldom there is asked more often
SHARES = {"reach": 0.5, "follow": 0.5, "stack": 1.5, "spatial": 9.0, "sort_by_colour": 14.0,
          "open_drawer": 6.0, "close_drawer": 6.0, "press_button": 2.0, "turn_knob": 3.0,
          "push_to": 2.5}  # fmt: skip
MORE_ALIKE = 5.0  # times `spatial`'s share where three are alike, which few scenes show by chance
BEYOND = 0.03  # m, how far out of the region of training a push may begin
NEAR = 0.12  # m: things closer than this are beside each other, and need no push


@dataclass(frozen=True)
class Asked:
    """A task that a scene allows.

    Attributes:
        goal: what is to be done first, where it has several parts.
        instruction: a sentence of training that asks for it.
        described: how the target was described, where it was not named.
        parts: all that is asked for, in the order in which it is to be done.
    """

    task: Task
    goal: Goal
    instruction: str
    described: Description | None = None
    parts: tuple[Goal, ...] = ()


def held(objects: Objects) -> int:
    """Row of the object in the hand, or -1."""
    inside = np.flatnonzero((objects[:, 9] > 0.5) & (objects[:, 0] >= 0))
    return int(inside[0]) if len(inside) else -1


def present_rows(objects: Objects) -> NDArray[np.int64]:
    """Rows that hold an object."""
    return np.flatnonzero(objects[:, 0] >= 0)


def draw_asked(
    objects: Objects, rng: np.random.Generator, wording: Wording, names: Sequence[str] = ()
) -> Asked | None:
    """Something that may be asked of the scene; a hand that holds something goes on with that.

    Args:
        names: of tasks to choose from (none: all). What the scene does not allow is None.
    """
    names = tuple(names or TASKS)
    shares = np.array([SHARES.get(name, 1.0) for name in names])
    if _most_alike(objects) > 2:
        shares[[name == "spatial" for name in names]] *= MORE_ALIKE
    task = TASKS[names[int(rng.choice(len(names), p=shares / shares.sum()))]]
    if task.name == "spatial":
        return described_again(None, objects, rng, wording)
    if task.name == "sort_by_colour":
        return _sorting(task, objects, rng, wording)
    return _named(task, _goal(task, objects, rng), objects, rng, wording)


def _most_alike(objects: Objects) -> int:
    """How many there are of the kind that comes most often, of those that can be grasped."""
    kinds = objects[present_rows(objects), 0].astype(int)
    return max((int((kinds == KINDS.index(kind)).sum()) for kind in GRASPABLE), default=0)


def draw_tried(objects: Objects, rng: np.random.Generator, wording: Wording, done: bool
               ) -> Asked | None:  # fmt: skip
    """Something that the hand has tried, and has done or not."""
    task = TASKS[AGAIN[int(rng.integers(len(AGAIN)))]]
    return _named(task, _goal(task, objects, rng, 0.0, done), objects, rng, wording)


def _named(
    task: Task, goal: Goal | None, objects: Objects, rng: np.random.Generator, wording: Wording
) -> Asked | None:
    return None if goal is None else Asked(task, goal, sentence(task, goal, objects, rng, wording))


def draw_goal(
    objects: Objects, rng: np.random.Generator, names: Sequence[str]
) -> tuple[Task, Goal] | None:
    """As :func:`draw_asked` of tasks that name things, without the sentence."""
    task = TASKS[names[int(rng.integers(len(names)))]]
    goal = _goal(task, objects, rng)
    return None if goal is None else (task, goal)


def _goal(
    task: Task, objects: Objects, rng: np.random.Generator, near: float = NEAR, done: bool = False
) -> Goal | None:
    present = [(i, KINDS[int(objects[i, 0])]) for i in present_rows(objects)]
    in_hand = held(objects)
    target_kinds, destination_kinds = KINDS_OF[task.name]
    targets = [
        i for i, kind in present
        if kind in target_kinds and in_hand in (-1, i)
        and (destination_kinds or in_hand == i or _is_done(task, objects, Goal(i)) is done)
    ]  # fmt: skip
    if not targets or (in_hand >= 0 and len(task.steps) <= 2) or (in_hand >= 0 and task.by_fist):
        return None
    target, slot = int(rng.choice(targets)), 0
    if task.name == "turn_knob":
        slot = int(rng.integers(2))
    if not destination_kinds:
        return Goal(target, slot=slot)
    places = [i for i, kind in present if kind in destination_kinds and i != target]
    if task.name == "push_to":
        places = [
            i for i in places
            if _is_done(task, objects, Goal(target, i)) is done
            and not lies_in(objects, Goal(target, i))
            and (done or _can_be_pushed(task, objects, Goal(target, i), near))
        ]  # fmt: skip
    return Goal(target, int(rng.choice(places))) if places else None


def _is_done(task: Task, objects: Objects, goal: Goal) -> bool:
    """Of tasks at which a look tells; others never are."""
    return task.name in AGAIN and bool(task.seen_done(objects.astype(np.float64), goal))


def _can_be_pushed(task: Task, objects: Objects, goal: Goal, near: float) -> bool:
    """The two are further apart than `near` (m), and the hand finds its place behind."""
    behind = task.position(objects.astype(np.float64), goal, task.steps[0])
    reached = SCENE_X[0] - BEYOND < behind[0] < SCENE_X[1] + BEYOND
    reached &= SCENE_Y[0] - BEYOND < behind[1] < SCENE_Y[1] + BEYOND
    return bool(reached) and _apart(objects, goal.target, goal.destination) > near


def described_again(
    goal: Goal | None, objects: Objects, rng: np.random.Generator, wording: Wording
) -> Asked | None:
    """`spatial` with a description of the goal's target (None: of anything, or of what is in the
    hand); None where none is clear."""
    row = held(objects) if goal is None else goal.target
    wanted = [] if row < 0 else [row]
    found = describe(objects, rng, wanted)
    if found is not None and found[0].relation == NOT and rng.random() < 0.6:
        # nearly always clear, so that it would be half of all, and the easiest
        found = describe(objects, rng, wanted)
    if found is None:
        return None
    description, target = found
    words = say_which(rng, objects, description, wording)
    return Asked(TASKS["spatial"], Goal(target), words, description)


def _sorting(
    task: Task, objects: Objects, rng: np.random.Generator, wording: Wording
) -> Asked | None:
    """The first thing that is not where it belongs, or what the hand holds; where all are where
    they belong, the last."""
    rows = rng.permutation(present_rows(objects))
    ends = [int(i) for i in rows if KINDS[int(objects[i, 0])] in CONTAINERS][:2]
    things = [int(i) for i in rows if KINDS[int(objects[i, 0])] in GRASPABLE]
    taken = {int(objects[i, 1]) for i in ends}
    colours = list(dict.fromkeys(int(objects[i, 1]) for i in things))
    colours = [colour for colour in colours if colour not in taken][:2]
    if len(ends) < 2 or len(colours) < 2:
        return None
    in_hand, parts = held(objects), _parts(objects, things, colours, ends)
    # half of the time as things lie already: that all is done is seldom seen otherwise
    other = _parts(objects, things, colours, ends[::-1])
    if rng.random() < 0.5 and _done(objects, other) > _done(objects, parts):
        parts, ends = other, ends[::-1]
    if max(part.slot for part in parts) > 1 or in_hand not in (-1, *(p.target for p in parts)):
        return None
    first = next_part(objects, parts)
    if in_hand >= 0:
        own = next(part for part in parts if part.target == in_hand)
        first = with_side(objects, own, parts)
    names = COLOURS[colours[0]], COLOURS[colours[1]]
    pairs = [pair_of(objects, end) for end in ends]
    words = say_sorting(rng, names, pairs, wording)
    return Asked(task, first, words, parts=in_order(objects, parts))


def _parts(
    objects: Objects, things: Sequence[int], colours: Sequence[int], ends: Sequence[int]
) -> list[Goal]:
    """Things of the first colour into the first end, and so on."""
    parts = []
    for colour, end in zip(colours, ends, strict=True):
        own = sorted(i for i in things if objects[i, 1] == colour)
        parts += [Goal(row, end, slot) for slot, row in enumerate(own)]
    return parts


def _done(objects: Objects, parts: Sequence[Goal]) -> int:
    return sum(lies_in(objects, part) for part in parts)


def put_away(
    objects: Objects, index: int, kinds: Sequence[str], rng: np.random.Generator
) -> tuple[Objects, Pair] | None:
    """`objects` in which row `index` is a pair (one of `kinds`) that the scene lacks; and that
    pair. None: the scene lacks none."""
    there = {pair_of(objects, i) for i in present_rows(objects)}
    pool = [p for p in SEEN_PAIRS if p not in there and p[1] in kinds]
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
    task: Task, goal: Goal, objects: Objects, rng: np.random.Generator, wording: Wording = PLAIN
) -> str:
    """A sentence for `goal` of a task that names things."""
    there = pair_of(objects, goal.destination) if goal.destination >= 0 else None
    return say(rng, task.name, pair_of(objects, goal.target), there, wording, goal.slot)


def pair_of(objects: Objects, index: int) -> Pair:
    """(colour, kind) of row `index`."""
    return COLOURS[int(objects[index, 1])], KINDS[int(objects[index, 0])]


def _apart(objects: Objects, one: int, other: int) -> float:
    return float(np.linalg.norm(objects[one, 2:4] - objects[other, 2:4]))
