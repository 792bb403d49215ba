"""Joint targets for tool poses by mink: a quadratic program within the joint limits."""

import mink
import mujoco
import numpy as np

from body import RobotSpec
from body.contract.arrays import Array
from body.geometry.kinematics import down_rotation
from sim.robots import add_arm
from sim.robots.poses import matrix_to_quat

POSTURE_COST = 0.003  # against 1.0 for the tool: breaks ties towards home
ITERATIONS = 2


class MinkInverse:
    """Inverse kinematics of `robot` alone, warm-started from the last answer."""

    def __init__(self, robot: RobotSpec) -> None:
        spec = mujoco.MjSpec()
        spec.compiler.degree = False
        spec.compiler.balanceinertia = True
        add_arm(spec, robot)
        self._robot = robot
        self._configuration = mink.Configuration(spec.compile())
        self._tool = mink.FrameTask("tool", "site", position_cost=1.0, orientation_cost=0.3)
        self._posture = mink.PostureTask(self._configuration.model, cost=POSTURE_COST)
        self._limits = [mink.ConfigurationLimit(self._configuration.model)]
        self.reset(robot.home)

    def reset(self, q: Array) -> None:
        """Start from `q` (J,) rad."""
        full = np.zeros(self._configuration.nq)
        full[: self._robot.joints] = self._robot.home
        self._posture.set_target(full)
        full[: self._robot.joints] = q
        self._configuration.update(full)

    def solve(self, pose: Array) -> Array:
        """(J,) rad that bring the tool to `pose` (4,): x, y, z (m), yaw (rad), straight down."""
        rotation = mink.SO3(matrix_to_quat(down_rotation(pose[3])))
        self._tool.set_target(mink.SE3.from_rotation_and_translation(rotation, pose[:3]))
        tasks = [self._tool, self._posture]
        for _ in range(ITERATIONS):
            velocity = mink.solve_ik(
                self._configuration, tasks, 1.0, "daqp", damping=1e-6, limits=self._limits
            )
            self._configuration.integrate_inplace(velocity, 1.0)
        return self._configuration.q[: self._robot.joints].copy()
