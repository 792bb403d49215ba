"""Turn a knob by more than an eighth of a turn, to the left or to the right."""

import numpy as np

from body.contract.arrays import Array
from body.contract.waypoint import wrap_half_turn
from episodes.vocabulary import TASK_LABELS, Step
from sim.tasks.base import ABOVE_Z, LIFT_Z, Goal, at_rest, hand_away
from sim.tasks.fixture import FixtureTask
from sim.worlds import World

TURN = 1.15  # rad that the hand turns
ENOUGH = np.pi / 4
LEFT, RIGHT = 0, 1  # slots of the goal: against the clock and with it, seen from above


class TurnKnob(FixtureTask):
    """Turned by an eighth at least, let go, hand away, at rest."""

    name = "turn_knob"
    label = TASK_LABELS[name]
    difficulty = "hard"
    undone = "not turned"
    steps = (Step.ABOVE, Step.GRASP, Step.TURN, Step.RELEASE, Step.RETREAT, Step.DONE)
    fixtures = ("knob",)

    def slot(self, rng: np.random.Generator) -> int:
        return int(rng.integers(2))

    def position(self, objects: Array, goal: Goal, step: Step) -> Array:
        x, y, z = objects[goal.target, 2:5]
        heights = {Step.ABOVE: ABOVE_Z, Step.RETREAT: LIFT_Z, Step.DONE: LIFT_Z}
        return np.array([x, y, heights.get(step, z)])

    def pose(self, objects: Array, goal: Goal, step: Step, hand_yaw: float) -> Array:
        pose = super().pose(objects, goal, step, hand_yaw)
        if step is Step.TURN:
            row = objects[goal.target]
            wanted = float(row[5] - row[6]) + _sign(goal) * TURN
            pose[3] = hand_yaw + wrap_half_turn(wanted - hand_yaw)
        return pose

    def closed(self, step: Step) -> bool:
        return step in (Step.GRASP, Step.TURN)

    def share(self, moved: float, goal: Goal) -> float:
        return moved * _sign(goal) / ENOUGH

    def holds(self, world: World, goal: Goal) -> bool:
        done = self.moved_enough(world.moved(goal.target), goal)
        return done and at_rest(world, goal.target) and hand_away(world, goal.target)


def _sign(goal: Goal) -> float:
    return 1.0 if goal.slot == LEFT else -1.0
