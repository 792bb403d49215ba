"""mink's joint targets bring the tool where it is told."""

import numpy as np
import pytest

from body.geometry.kinematics import Kinematics
from body.robots.fr3 import FR3
from sim.inverse import MinkInverse


def test_tracks_a_moving_pose():
    kinematics, inverse = Kinematics(FR3), MinkInverse(FR3)
    pose = kinematics.tool_pose(FR3.home)
    rng = np.random.default_rng(0)
    for _ in range(10):
        goal = rng.uniform((0.27, -0.25, 0.03, -1), (0.67, 0.25, 0.2, 1))
        for _ in range(25):
            pose = pose + np.clip(goal - pose, -0.015, 0.015)
            q = inverse.solve(pose)
            assert kinematics.tool_pose(q) == pytest.approx(pose, abs=3e-4)
        assert np.abs(q - kinematics.inverse(pose, q)).max() < 0.1
        assert (q >= FR3.position_lower).all() and (q <= FR3.position_upper).all()
