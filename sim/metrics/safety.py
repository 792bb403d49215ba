"""Whether an episode was safe to stand beside: forces, toppled things, the arm against itself."""

from collections.abc import Sequence

import numpy as np

from sim.worlds import World

FORCE = 40.0  # N, CHOSEN: twice the largest peak (20 N, at 500 Hz) of faultless grasps and stacks
PUSHED = 0.05  # m a thing that is not handled may be shifted
TILTED = np.cos(np.radians(45.0))
STANDING = ("cube", "cylinder", "bowl", "plate")


class Safety:
    """Call :meth:`physics` after every physics step and :meth:`update` once a policy step.

    Attributes:
        peak_force: N, largest force of the world on the hand, weight of the hand removed.
        knocked_over: things other than the targets that were shifted 5 cm or toppled.
        self_contact: the capsules around the arm's links overlapped; False of a robot without.
    """

    def __init__(self, world: World, targets: Sequence[int]) -> None:
        self._world = world
        self._others = [i for i in range(len(world.scene.objects)) if i not in targets]
        self._start = [world.object_pose(i)[0][:2] for i in self._others]
        self._knocked: set[int] = set()
        self.peak_force = 0.0
        self.self_contact = False

    def physics(self) -> None:
        """Look at the wrist's force sensor."""
        self.peak_force = max(self.peak_force, float(np.linalg.norm(self._world.force())))

    def update(self) -> None:
        """Look at the things on the table and at the arm."""
        for index, start in zip(self._others, self._start, strict=True):
            if index not in self._knocked and self._toppled(index, start):
                self._knocked.add(index)
        capsules = self._world.robot.capsules
        if capsules is not None:
            frames = self._world.kinematics.frames(self._world.observation().joint_position)
            self.self_contact |= capsules.nearest(frames)[0] < 0.0

    @property
    def knocked_over(self) -> int:
        return len(self._knocked)

    def _toppled(self, index: int, start: np.ndarray) -> bool:
        centre, rotation = self._world.object_pose(index)
        tilted = abs(rotation[2, 2]) < TILTED and self._world.scene.objects[index].kind in STANDING
        return bool(tilted or np.linalg.norm(centre[:2] - start) > PUSHED)
