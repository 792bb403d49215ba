"""Open and close a drawer by its handle."""

import numpy as np

from body.contract.arrays import Array
from episodes.vocabulary import TASK_LABELS, Step
from sim.tasks.base import ABOVE_Z, LIFT_Z, Goal, at_rest, hand_away
from sim.tasks.fixture import FixtureTask
from sim.worlds import World
from sim.worlds.fixtures import KINDS_OF_FIXTURE
from sim.worlds.scene import draw_opening

TRAVEL = KINDS_OF_FIXTURE["drawer"].travel[1]
BEYOND = 0.012  # m behind the stop, where the hand is sent: a place read too short is enough then


class OpenDrawer(FixtureTask):
    """Drawn out by four fifths of its way, let go, hand away, at rest."""

    name = "open_drawer"
    label = TASK_LABELS[name]
    undone = "not opened"
    steps = (Step.ABOVE, Step.GRASP, Step.PULL, Step.RELEASE, Step.RETREAT, Step.DONE)
    fixtures = ("drawer",)
    moving = Step.PULL
    end = TRAVEL + BEYOND  # m, where the hand takes it to

    def at_first(self, rng: np.random.Generator) -> float:
        return draw_opening(rng, False)

    def position(self, objects: Array, goal: Goal, step: Step) -> Array:
        row = objects[goal.target]
        x, y, z, yaw, moved = (float(value) for value in row[2:7])
        if step is self.moving:
            x += (self.end - moved) * np.cos(yaw)
            y += (self.end - moved) * np.sin(yaw)
        heights = {Step.ABOVE: ABOVE_Z, Step.RETREAT: LIFT_Z, Step.DONE: LIFT_Z}
        return np.array([x, y, heights.get(step, z)])

    def closed(self, step: Step) -> bool:
        return step in (Step.GRASP, self.moving)

    def share(self, moved: float, goal: Goal) -> float:
        return moved / (0.8 * TRAVEL)

    def holds(self, world: World, goal: Goal) -> bool:
        done = self.moved_enough(world.moved(goal.target), goal)
        return done and at_rest(world, goal.target) and hand_away(world, goal.target)


class CloseDrawer(OpenDrawer):
    """Pushed in but for a centimetre, let go, hand away, at rest."""

    name = "close_drawer"
    label = TASK_LABELS[name]
    undone = "not closed"
    steps = (Step.ABOVE, Step.GRASP, Step.PUSH, Step.RELEASE, Step.RETREAT, Step.DONE)
    moving = Step.PUSH
    end = -BEYOND

    def at_first(self, rng: np.random.Generator) -> float:
        return draw_opening(rng, True)

    def share(self, moved: float, goal: Goal) -> float:
        return (TRAVEL - moved) / (TRAVEL - 0.01)
