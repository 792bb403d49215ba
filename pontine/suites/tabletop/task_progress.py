"""Moments of a task: at which step it is, which was before, and what report led there."""

from collections.abc import Sequence

import numpy as np

from body import Report
from episodes.vocabulary import Step
from sim.tasks import Task

MOVING = (Step.PULL, Step.PUSH, Step.TURN)


def draw_step(
    task: Task, in_hand: bool, rng: np.random.Generator
) -> tuple[Step, Step | None, Report]:
    """(step, step before, report that led from it to the step), of a hand that holds something
    or nothing."""
    steps = task.steps
    middle = [s for s in steps[1:] if s is not Step.DONE]
    if in_hand:
        step = _pick(rng, [s for s in middle if task.closed(_before(task, s))])
        return step, _before(task, step), Report.HOLDING
    draw = rng.random()
    if task.tracks:
        return (steps[0], steps[0], Report.ARRIVED) if draw < 0.5 else _first(task)
    if draw < 0.50 or not middle:  # all that follows hangs on the first thought
        return _first(task)
    if draw < 0.60:
        return steps[0], _pick(rng, [s for s in middle if s is not Step.RETREAT]), Report.MISSED
    seldom = [s for s in middle if s is not Step.LIFT]  # without a thing in the hand
    moving = [s for s in middle if s in MOVING]  # where the hand is to end is hard to see
    step = middle[0] if draw < 0.70 else _pick(rng, moving if moving and draw < 0.9 else seldom)
    return step, _before(task, step), report_after(task, _before(task, step))


def _first(task: Task) -> tuple[Step, None, Report]:
    return task.steps[0], None, Report.MOVING


def report_after(task: Task, step: Step) -> Report:
    """What the cerebellum says once `step` is done."""
    return Report.HOLDING if task.closed(step) and not task.by_fist else Report.ARRIVED


def _pick(rng: np.random.Generator, steps: Sequence[Step]) -> Step:
    return steps[int(rng.integers(len(steps)))]


def _before(task: Task, step: Step) -> Step:
    return task.steps[task.steps.index(step) - 1]


def known(task: Task, step: Step) -> Step:
    """`step`, or the first of a task that has none such."""
    return step if step in task.steps else task.steps[0]
