"""Press a button with a fist."""

import numpy as np

from body.contract.arrays import Array
from episodes.vocabulary import TASK_LABELS, Step
from sim.tasks.base import ABOVE_Z, Goal
from sim.tasks.fixture import FixtureTask
from sim.worlds import World

FINGERTIP = 0.012  # m of the fingers below the tool
DEPTH = 0.009  # m that it is to be pressed down
ENOUGH = 0.006


class PressButton(FixtureTask):
    """Kept down by half of its way."""

    name = "press_button"
    label = TASK_LABELS[name]
    difficulty = "easy"
    undone = "not pressed"
    steps = (Step.ABOVE, Step.PRESS, Step.DONE)
    fixtures = ("button",)

    def position(self, objects: Array, goal: Goal, step: Step) -> Array:
        row = objects[goal.target]
        top = float(row[4] + row[6])  # when nobody presses it
        height = ABOVE_Z if step is Step.ABOVE else top - DEPTH + FINGERTIP
        return np.array([row[2], row[3], height])

    def closed(self, step: Step) -> bool:
        return True

    def share(self, moved: float, goal: Goal) -> float:
        return moved / ENOUGH

    def holds(self, world: World, goal: Goal) -> bool:
        return self.moved_enough(world.moved(goal.target), goal)
