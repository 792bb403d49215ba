"""What can be asked about one picture, and the right answers."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from body import Report
from pontine.sentences import LABELS, draw_goal, held, present_rows, put_away, sentence
from pontine.thoughts import NOT_A_TASK, absent, named, place_tokens, thought
from sim.tasks import TASKS, Goal, Step, Task, non_task_sentence
from sim.tasks.grammar import KINDS_OF
from sim.worlds import COLOURS, KINDS

PLACE_NOISE = 0.010  # m: how stale or wrong a told place may be
HOLDING_STEPS = (Step.LIFT, Step.CARRY, Step.RELEASE)
NUMBERS = ("no", "one", "two", "three", "four", "five", "six")


@dataclass(frozen=True)
class Lesson:
    """A prompt (instruction, thought before, report) and its answer.

    `waypoint` is (5,) x, y, z (m), yaw (rad), closed, or None where no codes follow.
    """

    instruction: str
    before: str
    report: Report
    thought: str
    waypoint: NDArray[np.float64] | None
    kind: str = "act"
    loss_thought: bool = True


@dataclass(frozen=True)
class Snapshot:
    """A picture's truth. `objects` (6, 10); `command` (4,) tool pose; the plan's columns."""

    objects: NDArray[np.float32]
    command: NDArray[np.float64]
    still: bool
    last: bool
    label: int
    instruction: str
    goal: tuple[int, int]
    step: Step
    previous: Step | None
    report: Report
    waypoint: NDArray[np.float64]

    @property
    def held(self) -> int:
        """Index of the object in the hand, or -1."""
        return held(self.objects)


def lessons_for(snapshot: Snapshot, rng: np.random.Generator, count: int) -> Iterator[Lesson]:
    """`count` lessons about one picture."""
    made = 0
    if not snapshot.still:
        for own in _from_the_episode(snapshot, rng):
            yield own
            made += 1
    while made < count:
        lesson = _free(snapshot, rng)
        if lesson is not None:
            yield lesson
            made += 1


def _from_the_episode(snapshot: Snapshot, rng: np.random.Generator) -> Iterator[Lesson]:
    task = TASKS[LABELS[snapshot.label]]
    goal = Goal(*snapshot.goal)
    waypoint = snapshot.waypoint[:5]
    before = ""
    if snapshot.previous is not None:
        before = _thought(task, snapshot, goal, snapshot.previous, rng, stale=True)
    missed = snapshot.report is Report.MISSED
    told = sentence(task, goal, snapshot.objects, rng)
    for instruction, stale in ((snapshot.instruction, False), (told, False), (told, True)):
        text = _thought(task, snapshot, goal, snapshot.step, rng, stale, missed)
        yield Lesson(instruction, before, snapshot.report, text, waypoint, "act", not stale)
    if snapshot.last and task.after(snapshot.step) is Step.DONE:
        before = _thought(task, snapshot, goal, snapshot.step, rng, stale=True)
        report = Report.HOLDING if waypoint[4] > 0.5 else Report.ARRIVED
        text = _thought(task, snapshot, goal, Step.DONE, rng)
        yield Lesson(told, before, report, text, waypoint)


def _free(snapshot: Snapshot, rng: np.random.Generator) -> Lesson | None:
    draw = rng.random()
    if draw < 0.54:
        return _act(snapshot, rng)
    if draw < 0.68:
        return _swap(snapshot, rng)
    if draw < 0.78:
        return _absent(snapshot, rng)
    if draw < 0.88:
        return Lesson(
            non_task_sentence(rng, "train"), "", Report.MOVING, NOT_A_TASK, None, "refuse"
        )
    return _ask(snapshot, rng)


def _act(snapshot: Snapshot, rng: np.random.Generator) -> Lesson | None:
    """A sentence of our own choice, at a step of its task that the picture could belong to."""
    drawn = draw_goal(snapshot.objects, rng)
    if drawn is None:
        return None
    task, goal = drawn
    step, previous, report = _draw_step(task, snapshot, rng)
    missed = report is Report.MISSED
    before = ""
    if previous is not None:
        before = _thought(task, snapshot, goal, previous, rng, stale=True)
    stale = rng.random() < 0.3
    text = _thought(task, snapshot, goal, step, rng, stale, missed)
    waypoint = _plan(task, snapshot, goal, step)
    instruction = sentence(task, goal, snapshot.objects, rng)
    return Lesson(instruction, before, report, text, waypoint, "act", not stale)


def _swap(snapshot: Snapshot, rng: np.random.Generator) -> Lesson | None:
    """The thought names another target than the sentence: the codes follow the thought."""
    first, second = draw_goal(snapshot.objects, rng), draw_goal(snapshot.objects, rng)
    if first is None or second is None or first[1] == second[1]:
        return None
    (task, goal), (other, other_goal) = first, second
    step, previous, report = _draw_step(other, snapshot, rng)
    before = ""
    if previous is not None:
        before = _thought(task, snapshot, goal, _known(task, previous), rng, stale=True)
    stale = rng.random() < 0.5
    text = _thought(other, snapshot, other_goal, step, rng, stale, report is Report.MISSED)
    waypoint = _plan(other, snapshot, other_goal, step)
    instruction = sentence(task, goal, snapshot.objects, rng)
    return Lesson(instruction, before, report, text, waypoint, "swap", False)


def _absent(snapshot: Snapshot, rng: np.random.Generator) -> Lesson | None:
    """A sentence about an object that is not there: as the target or as the destination."""
    drawn = draw_goal(snapshot.objects, rng)
    if drawn is None or snapshot.held >= 0:
        return None
    task, goal = drawn
    missing_target = goal.destination < 0 or rng.random() < 0.6
    index = goal.target if missing_target else goal.destination
    gone = put_away(snapshot.objects, index, KINDS_OF[task.name][0 if missing_target else 1], rng)
    if gone is None:
        return None
    objects, (colour, kind) = gone
    instruction = sentence(task, goal, objects, rng)
    return Lesson(instruction, "", Report.MOVING, absent(colour, kind), None, "refuse")


def _ask(snapshot: Snapshot, rng: np.random.Generator) -> Lesson | None:
    """Questions: where a thing is, how many of a sort, what lies left of what."""
    objects = snapshot.objects
    present = present_rows(objects)
    index = int(rng.choice(present))
    choice = rng.integers(4)
    if choice == 0:
        x, y = float(objects[index, 2]), float(objects[index, 3])
        return _question(f"where is the {named(objects, index)}", place_tokens(x, y))
    if choice == 1:
        kind = KINDS[rng.integers(len(KINDS))]
        count = sum(KINDS[int(objects[i, 0])] == kind for i in present)
        return _question(f"how many {kind}s are there", NUMBERS[count])
    if choice == 2:
        colour = COLOURS[rng.integers(len(COLOURS))]
        count = sum(COLOURS[int(objects[i, 1])] == colour for i in present)
        return _question(f"how many {colour} things are there", NUMBERS[count])
    other = int(rng.choice(present))
    if other == index or abs(objects[other, 3] - objects[index, 3]) < 0.03:
        return None
    left, right = (index, other) if objects[index, 3] > objects[other, 3] else (other, index)
    pair = [named(objects, i) for i in rng.permutation([left, right])]
    question = f"which is further left the {pair[0]} or the {pair[1]}"
    return _question(question, f"the {named(objects, left)}")


def _question(question: str, reply: str) -> Lesson:
    return Lesson(question, "", Report.MOVING, reply, None, "ask")


def _draw_step(
    task: Task, snapshot: Snapshot, rng: np.random.Generator
) -> tuple[Step, Step | None, Report]:
    """(step, step before, report that led from it to the step)."""
    if snapshot.held >= 0:
        steps = [s for s in task.steps if s in HOLDING_STEPS]
        step = _pick(rng, steps)
        return step, _before(task, step), Report.HOLDING
    draw = rng.random()
    if draw < 0.50 or len(task.steps) == 2:  # all that follows hangs on the first thought
        return Step.ABOVE, None, Report.MOVING
    if draw < 0.60:
        later = [s for s in task.steps if Step.GRASP <= s < Step.RETREAT]
        return Step.ABOVE, _pick(rng, later), Report.MISSED
    if draw < 0.80 or Step.CARRY not in task.steps:
        return Step.GRASP, Step.ABOVE, Report.ARRIVED
    step = _pick(rng, [Step.CARRY, Step.RELEASE, Step.RETREAT])
    return step, _before(task, step), Report.ARRIVED if step == Step.RETREAT else Report.HOLDING


def _pick(rng: np.random.Generator, steps: list[Step]) -> Step:
    return steps[rng.integers(len(steps))]


def _before(task: Task, step: Step) -> Step:
    return max(s for s in task.steps if s < step)


def _known(task: Task, step: Step) -> Step:
    return max(s for s in task.steps if s <= step)


def _plan(task: Task, snapshot: Snapshot, goal: Goal, step: Step) -> NDArray[np.float64]:
    objects = snapshot.objects.astype(np.float64)
    pose = task.pose(objects, goal, step, float(snapshot.command[3]))
    return np.array([*pose, task.closed(step)], dtype=np.float64)


def _thought(
    task: Task, snapshot: Snapshot, goal: Goal, step: Step, rng: np.random.Generator,
    stale: bool = False, missed: bool = False,
) -> str:  # fmt: skip
    shifts = rng.normal(0.0, PLACE_NOISE if stale else 0.0, (2, 2))
    if stale and rng.random() < 0.1:
        shifts = rng.normal(0.0, 0.05, (2, 2))
    return thought(task.name, snapshot.objects, goal, step, missed, shifts)
