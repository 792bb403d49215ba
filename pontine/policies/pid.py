"""A scripted tracker by PID: the baseline of `follow`, as of embodied visual tracking benchmarks.

It knows from the simulator where in the wrist's picture the target is, outside of it, too, and
nothing else of the scene: what is left is control.
"""

import numpy as np

from body import ActionChunk, Observation
from body.contract.arrays import Array
from body.geometry.motion import DT, SPEED
from body.geometry.project import project
from pontine.policies.policy import Policy
from sim.tasks import Episode
from sim.tasks.follow import HOVER_Z
from sim.worlds import World

PROPORTIONAL, INTEGRAL, DERIVATIVE = 3.0, 2.0, 0.05  # 1/s, 1/s2, of what the hand is off
WINDUP = 0.03  # m s, largest integral of each axis
CLIMB = 2.0  # 1/s, towards the height it hovers at


class PidTracker(Policy):
    """Moves the hand, at the height it hovers at, so that the target comes to the middle."""

    def __init__(self, world: World, episode: Episode) -> None:
        self._world, self._target = world, episode.goal.target

    def reset(self, observation: Observation, instruction: str) -> None:
        self._q = np.array(observation.joint_position)
        self._pose = self._world.kinematics.tool_pose(self._q)
        self._sum, self._before = np.zeros(2), self._off(observation)

    def act(self, observation: Observation) -> ActionChunk:
        off = self._off(observation)
        self._sum = np.clip(self._sum + off * DT, -WINDUP, WINDUP)
        change, self._before = (off - self._before) / DT, off
        speed = PROPORTIONAL * off + INTEGRAL * self._sum + DERIVATIVE * change
        step = np.array([*(speed * DT), CLIMB * DT * (HOVER_Z - self._pose[2])])
        self._pose[:3] += step * min(1.0, SPEED / max(float(np.linalg.norm(step)), 1e-9))
        self._q = self._world.kinematics.inverse(self._pose, self._q)
        width = self._world.robot.gripper_open
        return ActionChunk(self._q[None], np.array([width]), observation.stamp)

    def cameras(self, now: int) -> tuple[str, ...]:
        return ()

    def _off(self, observation: Observation) -> Array:
        """(2,) m along the table from where the hand should be to where the target is."""
        camera = self._world.robot.cameras["wrist"]
        hand = self._world.kinematics.hand(observation.joint_position)
        centre, _ = self._world.object_pose(self._target)
        u, v, depth = project(camera, hand, centre, 1)
        focal = 0.5 / np.tan(np.radians(camera.fovy) / 2)
        axes = hand[:3, :3] @ camera.rotation  # columns: right and up in the picture
        aside: Array = (axes[:, 0] * (u - 0.5) - axes[:, 1] * (v - 0.5)) * depth / focal
        return aside[:2]
