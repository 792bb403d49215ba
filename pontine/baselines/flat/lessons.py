"""What may be asked of a recorded moment, and where the hand is to go then.

Every object is known, so that any sentence about it has a right answer, as in the brain's lessons
(:mod:`pontine.suites.tabletop.lessons`). Here the answer must follow from what is seen and said
alone: a policy without memory cannot know how long it has been waiting at a keyframe.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from body.contract.arrays import Array
from body.geometry import motion
from episodes.vocabulary import Step
from pontine.baselines.flat.moments import NAMES, Moment
from pontine.suites.tabletop.sentences import TASK_OF, draw_goal, put_away, sentence
from sim.tasks import Goal, Task, non_task_sentence
from sim.tasks.base import ABOVE_Z, LIFT_Z
from sim.tasks.grammar import KINDS_OF

HELD_STEPS = (Step.LIFT, Step.CARRY, Step.RELEASE)
ABSENT_SHARE, NON_TASK_SHARE = 0.10, 0.08  # of the sentences of our own
OVER = 0.02  # m beside a place that still counts as over it
TURNED = 0.1  # rad
SLACK = 0.03  # m above a keyframe's height, or below it
PLACED = 0.05  # m between an object and where it is to go: it is there already


@dataclass(frozen=True, eq=False)
class Lesson:
    """A sentence about a moment, and its answer.

    Attributes:
        target: (4,) keyframe. closed: the gripper there. refuse: nothing to do but to hold.
        places: (2, 2) x, y of target and destination in m, NaN where there is none.
    """

    instruction: str
    target: Array
    closed: bool
    refuse: bool
    places: NDArray[np.float32]


def own_lesson(moment: Moment, rng: np.random.Generator) -> Lesson:
    """The episode's own goal, in its own words or in others; not for stills."""
    task, goal, step = TASK_OF[moment.label], moment.goal, moment.step
    target = moment.target
    waits = step in (Step.ABOVE, Step.LIFT, Step.CARRY) and bool(
        motion.arrived(moment.command, target)
    )
    ready = not moment.closed if step is Step.ABOVE else moment.closed
    if waits and ready and task.after(step) is not Step.DONE:
        step = task.after(step)
        target = _pose(task, moment, goal, step)
    text = moment.instruction if rng.random() < 0.5 else sentence(task, goal, moment.objects, rng)
    return Lesson(text, target, task.closed(step), False, _places(moment.objects, goal))


def free_lesson(moment: Moment, rng: np.random.Generator) -> Lesson | None:
    """A sentence of our own choice; None where no answer follows from the moment."""
    draw = rng.random()
    if draw < NON_TASK_SHARE:
        return _refusal(moment, non_task_sentence(rng, "train"))
    drawn = draw_goal(moment.objects, rng, NAMES)
    if drawn is None:
        return None
    task, goal = drawn
    if draw < NON_TASK_SHARE + ABSENT_SHARE:
        return _absent(moment, task, goal, rng)
    step = step_of(task, goal, moment)
    if step is None:
        return None
    return Lesson(
        sentence(task, goal, moment.objects, rng), _pose(task, moment, goal, step),
        task.closed(step), False, _places(moment.objects, goal),
    )  # fmt: skip


def step_of(task: Task, goal: Goal, moment: Moment) -> Step | None:
    """Which step of `task` the moment belongs to, if that can be seen."""
    held, height = moment.held, float(moment.command[2])
    if held >= 0:
        grasping = not moment.still and moment.step not in HELD_STEPS
        if held != goal.target or not moment.closed or grasping or Step.LIFT not in task.steps:
            return None
        if Step.CARRY not in task.steps:
            return Step.LIFT
        if _beside(task, moment, goal, Step.CARRY) < OVER:
            return Step.RELEASE
        return Step.LIFT if height < LIFT_Z - SLACK else Step.CARRY
    if moment.closed and not moment.still and moment.step is not Step.ABOVE:
        return None  # fingers on their way, not a grasp that failed
    if goal.destination >= 0:
        places = _places(moment.objects, goal)
        if np.linalg.norm(places[0] - places[1]) < PLACED:
            return None
    if moment.closed or Step.GRASP not in task.steps:
        return Step.ABOVE
    above = _pose(task, moment, goal, Step.ABOVE)
    turned = abs(float(above[3] - moment.command[3])) < TURNED
    over = _beside(task, moment, goal, Step.ABOVE) < OVER and height < ABOVE_Z + SLACK
    return Step.GRASP if over and turned else Step.ABOVE


def _absent(moment: Moment, task: Task, goal: Goal, rng: np.random.Generator) -> Lesson | None:
    """The sentence of `goal` with a target or destination that is not there."""
    ends = goal.destination >= 0 and rng.random() < 0.4
    index = goal.destination if ends else goal.target
    if moment.held == index:
        return None
    gone = put_away(moment.objects, index, KINDS_OF[task.name][int(ends)], rng)
    if gone is None:
        return None
    return _refusal(moment, sentence(task, goal, gone[0], rng))


def _refusal(moment: Moment, text: str) -> Lesson:
    none = np.full((2, 2), np.nan, np.float32)
    return Lesson(text, moment.command, moment.closed, True, none)


def _pose(task: Task, moment: Moment, goal: Goal, step: Step) -> Array:
    objects = moment.objects.astype(np.float64)
    return task.pose(objects, goal, step, float(moment.command[3]))


def _beside(task: Task, moment: Moment, goal: Goal, step: Step) -> float:
    place = task.position(moment.objects.astype(np.float64), goal, step)
    return float(np.linalg.norm(place[:2] - moment.command[:2]))


def _places(objects: NDArray[np.float32], goal: Goal) -> NDArray[np.float32]:
    places = np.full((2, 2), np.nan, np.float32)
    for k, index in enumerate((goal.target, goal.destination)):
        if index >= 0:
            places[k] = objects[index, 2:4]
    return places
