"""How well the hand grasps: its distance from the object, and whether the first closing holds."""

from collections.abc import Sequence

import numpy as np

from sim.worlds import World

LIFTED = 0.03  # m
EMPTY = 0.012  # m between the pads


class Grasps:
    """Call :meth:`update` once a policy step.

    Attributes:
        errors: horizontal distance, m, from the tool to the nearest target, each time the hand was
            told to close.
        first: the first closing ended with the object in the hand (None: never closed, or not
            settled yet).
    """

    def __init__(self, targets: Sequence[int]) -> None:
        self._targets = targets
        self._closed = False
        self.errors: list[float] = []
        self.first: bool | None = None

    def update(self, world: World, told: bool) -> None:
        """`told`: the hand's present order is to be closed."""
        if told and not self._closed:
            hand = world.tool_pose()[:2]
            offsets = [world.object_pose(i)[0][:2] - hand for i in self._targets]
            self.errors.append(float(np.linalg.norm(offsets, axis=1).min()))
        if self._closed and not told and self.first is None:
            self.first = False
        if told and self.first is None:
            self.first = self._settled(world)
        self._closed = told

    def _settled(self, world: World) -> bool | None:
        """True once the object hangs in the hand (a fixture: is held), False when the hand has
        closed on nothing."""
        for i in self._targets:
            if world.scene.objects[i].fixed:
                if world.in_hand(i):
                    return True
            elif world.object_pose(i)[0][2] > world.half_height(i) + LIFTED:
                return True
        return False if world.gripper_width < EMPTY else None
