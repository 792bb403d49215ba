import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from body import RangeError
from body.geometry.dh import from_axes
from body.geometry.kinematics import Kinematics
from body.robots.fr3 import FR3
from body.robots.registry import ROBOTS

grid = st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0])
vectors = st.tuples(grid, grid, grid).map(np.array)
directions = vectors.filter(lambda v: np.linalg.norm(v) > 0)
chains = st.integers(1, 7).flatmap(
    lambda n: st.tuples(*(st.lists(s, min_size=n, max_size=n) for s in (vectors, directions)))
)


def turned(point: np.ndarray, axis: np.ndarray, angle: float) -> np.ndarray:
    """(4, 4) the motion of turning by `angle` about an axis in space (Rodrigues)."""
    k = axis / np.linalg.norm(axis)
    cross = np.cross(np.eye(3), k)
    motion = np.eye(4)
    motion[:3, :3] += np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    motion[:3, 3] = point - motion[:3, :3] @ point
    return motion


@given(chain=chains, seed=st.integers(0, 2**32 - 1))
def test_the_figures_move_the_tool_as_the_axes_do(chain, seed) -> None:
    """Skew, crossing, parallel and coincident axes: a product of exponentials says the same."""
    points, axes = (np.array(part) for part in chain)
    tool = np.eye(4)
    tool[:3, 3] = (0.3, -0.2, 0.7)
    figures = from_axes(points, axes, tool)
    joints = len(points)
    ones = {key: np.ones(joints) for key in ("velocity", "acceleration", "jerk", "effort")}
    robot = dataclasses.replace(
        FR3, joint_names=tuple(f"j{i}" for i in range(joints)), dh=figures.dh,
        offset=figures.offset, base=figures.base, flange_to_hand=figures.flange,
        hand_to_tool=np.eye(4), position_lower=np.full(joints, -3.0),
        position_upper=np.full(joints, 3.0), home=np.zeros(joints), velocity_limits=None,
        anatomy=None, **ones,
    )  # fmt: skip
    q = np.random.default_rng(seed).uniform(-3, 3, joints)
    want = np.eye(4)
    for point, axis, angle in zip(points, axes, q, strict=True):
        want = want @ turned(point, axis, angle)
    assert Kinematics(robot).forward(q) == pytest.approx(want @ tool, abs=1e-8)


@pytest.mark.parametrize("name", ROBOTS)
def test_an_arms_own_axes_give_it_back(name: str) -> None:
    spec, arm = ROBOTS[name], Kinematics(ROBOTS[name])
    frames = arm.frames(np.zeros(spec.joints))
    figures = from_axes(frames[:, :3, 3], frames[:, :3, 2], arm.hand(np.zeros(spec.joints)))
    again = Kinematics(
        dataclasses.replace(
            spec, dh=figures.dh, offset=figures.offset, base=figures.base,
            flange_to_hand=figures.flange,
        )
    )  # fmt: skip
    q = np.random.default_rng(0).uniform(
        spec.position_lower, spec.position_upper, (50, spec.joints)
    )
    assert again.forward(q) == pytest.approx(arm.forward(q), abs=1e-9)


def test_an_axis_without_direction_is_named() -> None:
    with pytest.raises(RangeError, match="axis 1 has no direction"):
        from_axes(np.zeros((2, 3)), np.array([[0, 0, 1.0], [0, 0, 0]]), np.eye(4))
