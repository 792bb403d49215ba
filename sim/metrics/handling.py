"""What the hand held and lost on the way: why an episode failed, and whether it dropped a thing."""

from episodes.vocabulary import Step
from sim.metrics.grasps import LIFTED
from sim.tasks import Goal, Task
from sim.worlds import World

LOST_FOR = 3  # policy steps out of the hand before it counts: contacts flicker


class Handling:
    """Call :meth:`update` once a policy step.

    Attributes:
        dropped: an object left the hand in the air while the hand was told to stay closed.
        lifted: rows of the objects array that hung in the hand, in order of their first lift.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._held: int | None = None
        self._lost_for = 0
        self.dropped = False
        self.lifted: list[int] = []

    def update(self, told: bool) -> None:
        """`told`: the hand's present order is to be closed."""
        if not told:
            self._held, self._lost_for = None, 0
            return
        if self._held is None:
            self._held = self._hanging()
            if self._held is not None and self._held not in self.lifted:
                self.lifted.append(self._held)
            return
        if self._world.in_hand(self._held):
            self._lost_for = 0
            return
        self._lost_for += 1
        if self._lost_for >= LOST_FOR:
            self.dropped, self._held, self._lost_for = True, None, 0

    def failure(self, goal: Goal, task: Task, refused: bool) -> str:
        """A name for why an episode without success failed."""
        if refused:
            return "refused"
        if Step.LIFT not in task.steps:
            return task.undone
        if not self.lifted:
            return "never grasped"
        if self.lifted[0] not in [part.target for part in goal.parts]:
            return "wrong object"
        return "dropped" if self.dropped else task.undone

    def _hanging(self) -> int | None:
        if self._world.gripper_width < 1e-3:
            return None
        for index, item in enumerate(self._world.scene.objects):
            if item.fixed:
                continue
            bottom = self._world.object_pose(index)[0][2] - self._world.half_height(index)
            if bottom > LIFTED and self._world.in_hand(index):
                return index
        return None
