import numpy as np
import pytest

from body.geometry.kinematics import Kinematics
from body.robots.so101 import SO101

ARM = Kinematics(SO101)


def test_axes_are_where_the_makers_description_puts_them() -> None:
    """At q = 0 (so101_new_calib.urdf), standing on the plinth: origins and directions."""
    frames = ARM.frames(np.zeros(5))
    plinth = np.array([0.28, 0.0, 0.158])
    want = {
        0: ((0.0388, 0.0, 0.1166), (0, 0, -1)), 1: ((0.0692, -0.0183, 0.1166), (0, 1, 0)),
        2: ((0.0972, -0.0183, 0.2292), (0, 1, 0)), 4: ((0.2932, -0.0002, 0.2344), (-1, 0, 0)),
    }  # fmt: skip
    for joint, (origin, axis) in want.items():
        assert frames[joint, :3, 3] - plinth == pytest.approx(origin, abs=2e-4)
        assert frames[joint, :3, 2] == pytest.approx(axis, abs=1e-6)


@pytest.mark.parametrize("height", [0.02, 0.09, 0.20])
def test_it_reaches_straight_down_wherever_things_are_put(height: float) -> None:
    reach = SO101.reach
    assert reach is not None
    for radius in (reach.near, 0.18, reach.far):
        for angle in (-reach.turn, -0.7, 0.0, 0.7, reach.turn):
            for yaw in (-1.5, 0.0, 1.5):
                x, y = np.array(reach.centre) + radius * np.array([np.cos(angle), np.sin(angle)])
                pose = np.array([x, y, height, yaw])
                q = ARM.inverse(pose, SO101.home - [angle, 0, 0, 0, 0], iterations=100)
                assert ARM.tool_pose(q)[:3] == pytest.approx(pose[:3], abs=1e-3)
                assert ARM.forward(q)[2, 2] == pytest.approx(-1.0, abs=1e-4)
                assert SO101.capsules is not None and SO101.capsules.nearest(ARM.frames(q))[0] > 0
