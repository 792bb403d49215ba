"""What can be asked about one picture, and the right answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from body import Report
from episodes.vocabulary import Step
from pontine.suites.tabletop.questions import question
from pontine.suites.tabletop.sentences import (
    TASK_OF,
    Asked,
    described_again,
    draw_asked,
    draw_tried,
    held,
    put_away,
    sentence,
)
from pontine.suites.tabletop.sorting import in_order, next_part, with_side
from pontine.suites.tabletop.task_progress import draw_step, known, report_after
from pontine.suites.tabletop.thoughts import NOT_A_TASK, absent, lies_in, thought
from sim.tasks import Goal, Task, Wording, non_task_sentence
from sim.tasks.grammar import KINDS_OF
from sim.tasks.relations import Description

PLACE_NOISE = 0.010  # m: how stale or wrong a told place may be
CHINESE = 0.4  # of the sentences
TRIES = 8  # at a lesson of one kind


@dataclass(frozen=True)
class Lesson:
    """A prompt (instruction, thought before, report) and its answer.

    `waypoint` is (5,) x, y, z (m), yaw (rad), closed, or None where no codes follow; `held`: the
    hand is closed on its way there, and stays so.
    """

    instruction: str
    before: str
    report: Report
    thought: str
    waypoint: NDArray[np.float64] | None
    kind: str = "act"
    loss_thought: bool = True
    held: bool = False


@dataclass(frozen=True)
class Snapshot:
    """A picture's truth. `objects` (6, 10); `command` (4,) tool pose; the plan's columns.

    Of tasks of several parts: `former`, the goal of the part before, and `upcoming`, of the part
    that follows where this one is done; `parts`, all of them.
    """

    objects: NDArray[np.float32]
    command: NDArray[np.float64]
    still: bool
    last: bool
    label: int
    instruction: str
    goal: Goal
    step: Step
    previous: Step | None
    report: Report
    former: Goal | None = None
    upcoming: Goal | None = None
    parts: tuple[Goal, ...] = ()

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
    if snapshot.parts:
        yield from _from_parts(snapshot, rng)
        return
    task, goal = TASK_OF[snapshot.label], snapshot.goal
    told = snapshot.instruction
    if task.name in KINDS_OF:
        told = sentence(task, goal, snapshot.objects, rng, _wording(rng))
    before = ""
    if snapshot.previous is not None:
        before = _thought(task, snapshot, goal, snapshot.previous, rng, stale=True)
    missed = snapshot.report is Report.MISSED
    described = None
    ways = [(snapshot.instruction, False), (told, False), (told, True)]
    if task.name == "spatial" and not before:  # how it was described has not been recorded
        again = described_again(goal, snapshot.objects, rng, _wording(rng))
        if again is None:
            return
        described, ways = again.described, [(again.instruction, False), (again.instruction, True)]
    for instruction, stale in ways:
        text = _thought(task, snapshot, goal, snapshot.step, rng, stale, missed, described)
        yield Lesson(
            instruction, before, snapshot.report, text, _plan(task, snapshot, goal, snapshot.step),
            "act", not stale, task.keeps_closed(snapshot.step),
        )  # fmt: skip
    if snapshot.last and task.after(snapshot.step) is Step.DONE:
        before = _thought(task, snapshot, goal, snapshot.step, rng, stale=True)
        text = _thought(task, snapshot, goal, Step.DONE, rng)
        report = report_after(task, snapshot.step)
        waypoint = _plan(task, snapshot, goal, Step.DONE)
        yield Lesson(told, before, report, text, waypoint, held=task.keeps_closed(Step.DONE))


def _from_parts(snapshot: Snapshot, rng: np.random.Generator) -> Iterator[Lesson]:
    """Of a task of several parts: after each the next is chosen, in an order that can be seen."""
    task, objects, parts = TASK_OF[snapshot.label], snapshot.objects, snapshot.parts
    goal, step, report = with_side(objects, snapshot.goal, parts), snapshot.step, snapshot.report
    then, last = goal, snapshot.previous
    over = last in (Step.RETREAT, Step.DONE)
    if snapshot.upcoming is not None or (snapshot.last and task.after(step) is Step.DONE):
        last, step, report = Step.RETREAT, task.steps[0], Report.ARRIVED
    elif snapshot.former is not None and step is task.steps[0] and over:
        then, last = with_side(objects, snapshot.former, parts), Step.RETREAT
    before = "" if last is None else _thought(task, snapshot, then, last, rng, stale=True)
    missed = report is Report.MISSED
    told: tuple[Goal, ...] = ()
    if step is task.steps[0]:
        told = in_order(objects, parts)
        goal = goal if missed else next_part(objects, parts)
        step = Step.DONE if lies_in(objects, goal) else step
    for stale in (False, True):
        text = _thought(task, snapshot, goal, step, rng, stale, missed, parts=told)
        waypoint, keeps = _plan(task, snapshot, goal, step), task.keeps_closed(step)
        yield Lesson(snapshot.instruction, before, report, text, waypoint, "act", not stale, keeps)


def _free(snapshot: Snapshot, rng: np.random.Generator) -> Lesson | None:
    """Of a kind drawn first: what a scene seldom allows is not to come more seldom for it."""
    make = KINDS_OF_LESSON[int(rng.choice(len(KINDS_OF_LESSON), p=SHARES_OF_LESSON))]
    return next((lesson for _ in range(TRIES) if (lesson := make(snapshot, rng))), None)


def _not_a_task(snapshot: Snapshot, rng: np.random.Generator) -> Lesson:
    words = non_task_sentence(rng, "train", _wording(rng).language)
    return Lesson(words, "", Report.MOVING, NOT_A_TASK, None, "refuse")


def _question(snapshot: Snapshot, rng: np.random.Generator) -> Lesson | None:
    asked = question(snapshot.objects, rng)
    return asked and Lesson(asked[0], "", Report.MOVING, asked[1], None, "ask")


def _act(snapshot: Snapshot, rng: np.random.Generator) -> Lesson | None:
    """A sentence of our own choice, at a step of its task that the picture could belong to."""
    asked = draw_asked(snapshot.objects, rng, _wording(rng))
    if asked is None:
        return None
    task, goal = asked.task, asked.goal
    chooses = rng.random() < 0.5 or lies_in(snapshot.objects, goal)
    if asked.parts and snapshot.held < 0 and chooses:
        return _which_part(asked, snapshot, rng)
    step, previous, report = draw_step(task, snapshot.held >= 0, rng)
    if asked.described is not None and snapshot.held < 0 and rng.random() < 0.5:
        step, previous, report = task.steps[0], None, Report.MOVING  # where it must be made out
    missed = report is Report.MISSED
    before, described = "", asked.described
    if previous is not None:
        before, described = _thought(task, snapshot, goal, previous, rng, stale=True), None
    stale = rng.random() < 0.3
    parts = asked.parts if step is task.steps[0] else ()
    text = _thought(task, snapshot, goal, step, rng, stale, missed, described, parts)
    return _acting(asked, snapshot, step, before, report, text, "act", not stale)


def _which_part(asked: Asked, snapshot: Snapshot, rng: np.random.Generator) -> Lesson:
    """At the beginning, or when one part is done: the first that is left, or that none is."""
    task, objects = asked.task, snapshot.objects
    done = [part for part in asked.parts if lies_in(objects, part)]
    left = len(done) < len(asked.parts)
    before, report = "", Report.MOVING
    if done and (not left or rng.random() < 0.7):
        former = done[int(rng.integers(len(done)))]
        before = _thought(task, snapshot, former, Step.RETREAT, rng, stale=True)
        report = Report.ARRIVED
    step = task.steps[0] if left else Step.DONE
    text = _thought(task, snapshot, asked.goal, step, rng, parts=asked.parts)
    return _acting(asked, snapshot, step, before, report, text, "act", True)


def _again(snapshot: Snapshot, rng: np.random.Generator) -> Lesson | None:
    """The hand has tried and gone up: a look tells whether it is done, or is to be done again."""
    done = rng.random() < 0.5
    asked = draw_tried(snapshot.objects, rng, _wording(rng), done)
    if asked is None or snapshot.held >= 0:
        return None
    task, goal = asked.task, asked.goal
    before = _thought(task, snapshot, goal, Step.RETREAT, rng, stale=True)
    step = Step.DONE if done else task.steps[0]
    text = _thought(task, snapshot, goal, step, rng)
    return _acting(asked, snapshot, step, before, Report.ARRIVED, text, "act", True)


def _swap(snapshot: Snapshot, rng: np.random.Generator) -> Lesson | None:
    """The thought names another target than the sentence: the codes follow the thought."""
    wording = _wording(rng)
    first = draw_asked(snapshot.objects, rng, wording)
    second = draw_asked(snapshot.objects, rng, wording)
    if first is None or second is None or first.goal == second.goal:
        return None
    step, previous, report = draw_step(second.task, snapshot.held >= 0, rng)
    before = ""
    if previous is not None:
        then = known(first.task, previous)
        before = _thought(first.task, snapshot, first.goal, then, rng, stale=True)
    stale = rng.random() < 0.5
    missed = report is Report.MISSED
    text = _thought(second.task, snapshot, second.goal, step, rng, stale, missed)
    swapped = Asked(second.task, second.goal, first.instruction)
    return _acting(swapped, snapshot, step, before, report, text, "swap", False)


def _acting(
    asked: Asked, snapshot: Snapshot, step: Step, before: str, report: Report, text: str,
    kind: str, loss_thought: bool,
) -> Lesson:  # fmt: skip
    waypoint = _plan(asked.task, snapshot, asked.goal, step)
    keeps = asked.task.keeps_closed(step)
    return Lesson(asked.instruction, before, report, text, waypoint, kind, loss_thought, keeps)


def _absent(snapshot: Snapshot, rng: np.random.Generator) -> Lesson | None:
    """A sentence about an object that is not there: as the target or as the destination."""
    wording = _wording(rng)
    asked = draw_asked(snapshot.objects, rng, wording, tuple(KINDS_OF))
    if asked is None or snapshot.held >= 0:
        return None
    task, goal = asked.task, asked.goal
    missing_target = goal.destination < 0 or rng.random() < 0.6
    index = goal.target if missing_target else goal.destination
    gone = put_away(snapshot.objects, index, KINDS_OF[task.name][0 if missing_target else 1], rng)
    if gone is None:
        return None
    objects, (colour, kind) = gone
    instruction = sentence(task, goal, objects, rng, wording)
    return Lesson(instruction, "", Report.MOVING, absent(colour, kind), None, "refuse")


def _wording(rng: np.random.Generator) -> Wording:
    """Of training, in either language."""
    return Wording(language="zh" if rng.random() < CHINESE else "en")


def _plan(task: Task, snapshot: Snapshot, goal: Goal, step: Step) -> NDArray[np.float64]:
    objects = snapshot.objects.astype(np.float64)
    pose = task.pose(objects, goal, step, float(snapshot.command[3]))
    return np.array([*pose, task.closed(step)], dtype=np.float64)


def _thought(
    task: Task, snapshot: Snapshot, goal: Goal, step: Step, rng: np.random.Generator,
    stale: bool = False, missed: bool = False, described: Description | None = None,
    parts: Sequence[Goal] = (),
) -> str:  # fmt: skip
    shifts, turn = rng.normal(0.0, PLACE_NOISE if stale else 0.0, (3, 2)), 0.0
    if stale:
        far = rng.random() < 0.1
        shifts, turn = (shifts * 5, rng.normal(0.0, 0.5)) if far else (shifts, rng.normal(0.0, 0.1))
    aim = _plan(task, snapshot, goal, step)[[0, 1, 3]] + [*shifts[2], turn]
    return thought(task.name, snapshot.objects, goal, step, missed, shifts, described, parts, aim)


KINDS_OF_LESSON = (_act, _again, _swap, _absent, _not_a_task, _question)
SHARES_OF_LESSON = (0.60, 0.05, 0.08, 0.09, 0.05, 0.13)
