import numpy as np
import pytest

from body.geometry.kinematics import Kinematics
from body.robots.fr3 import FR3
from body.robots.ur5e import UR5E

ARM = Kinematics(UR5E)


def test_the_flange_is_where_the_makers_figures_put_it() -> None:
    """At q = 0: -817.2, -232.9, 62.8 mm in the controller's base, which is turned half a turn."""
    assert ARM.hand(np.zeros(6))[:3, 3] == pytest.approx([0.8172, 0.2329, 0.0628], abs=1e-9)


def test_published_reach() -> None:
    q = np.random.default_rng(0).uniform(UR5E.position_lower, UR5E.position_upper, (5000, 6))
    frames = ARM.frames(q)
    reach = np.linalg.norm(frames[:, 3, :3, 3] - frames[:, 0, :3, 3], axis=1).max()
    assert 0.80 < reach < 0.85, "Universal Robots states 850 mm"


def test_home_is_that_of_the_fr3_over_the_table() -> None:
    assert ARM.tool_pose(UR5E.home) == pytest.approx(Kinematics(FR3).tool_pose(FR3.home), abs=1e-3)
    assert ARM.forward(UR5E.home)[2, 2] == pytest.approx(-1.0, abs=1e-5)


def test_the_arm_is_clear_of_itself_over_the_table() -> None:
    grid = np.stack(np.meshgrid([0.3, 0.5, 0.7], [-0.25, 0.0, 0.25], [0.03, 0.2]), -1).reshape(
        -1, 3
    )
    for place in grid:
        pose = np.array([*place, 0.0])
        q = ARM.inverse(pose, UR5E.home, iterations=80)
        assert ARM.tool_pose(q)[:3] == pytest.approx(place, abs=2e-3)
        assert UR5E.capsules.nearest(ARM.frames(q))[0] > 0, place
