"""The robots every property must hold for: all there are, and one invented to be sluggish."""

import dataclasses

import numpy as np
import pytest

from body import RobotSpec
from body.robots.fr3 import FR3
from body.robots.registry import ROBOTS


def _falling(q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Velocity limits that fall in a straight line over the last half radian."""
    upper = np.clip(3.0 * (FR3.position_upper - q), 0.0, 1.5)
    return -np.clip(3.0 * (q - FR3.position_lower), 0.0, 1.5), upper


SLUGGISH = dataclasses.replace(
    FR3,
    name="sluggish",
    velocity=np.full(7, 1.5),
    acceleration=np.array([10.0, 8.0, 4.0, 10.0, 2.0, 6.0, 10.0]),
    jerk=np.array([60.0, 20.0, 40.0, 200.0, 10.0, 30.0, 500.0]),
    velocity_limits=_falling,
)
EVERY = {**ROBOTS, SLUGGISH.name: SLUGGISH}


@pytest.fixture(params=sorted(EVERY))
def any_robot(request: pytest.FixtureRequest) -> RobotSpec:
    return EVERY[request.param]


@pytest.fixture(params=[0.002, 0.001], ids=["500Hz", "1kHz"])
def dt(request: pytest.FixtureRequest) -> float:
    return float(request.param)
