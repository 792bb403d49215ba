"""Forward kinematics agrees with its definition, inverse kinematics with forward."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from body.geometry.kinematics import Kinematics, down_rotation
from body.robots.fr3 import FR3

KINEMATICS = Kinematics(FR3)
yaws = st.floats(-1.5, 1.5)
workspace = st.tuples(st.floats(0.30, 0.67), st.floats(-0.25, 0.25), st.floats(0.02, 0.25), yaws)
joints = st.lists(st.floats(0, 1), min_size=7, max_size=7).map(
    lambda u: FR3.position_lower + np.array(u) * (FR3.position_upper - FR3.position_lower)
)


def craig(a: float, d: float, alpha: float, q: float) -> np.ndarray:
    """Equation 3.6 of Craig's book, written out."""
    ct, st_, ca, sa = np.cos(q), np.sin(q), np.cos(alpha), np.sin(alpha)
    return np.array(
        [
            [ct, -st_, 0, a],
            [st_ * ca, ct * ca, -sa, -sa * d],
            [st_ * sa, ct * sa, ca, ca * d],
            [0, 0, 0, 1],
        ]
    )


@given(q=joints)
def test_forward_is_the_product_of_craigs_matrices(q: np.ndarray) -> None:
    pose = np.eye(4)
    for (a, d, alpha), angle in zip(FR3.dh, q, strict=True):
        pose = pose @ craig(a, d, alpha, angle)
    assert KINEMATICS.frames(q)[-1] == pytest.approx(pose, abs=1e-12)
    hand = pose @ FR3.flange_to_hand
    assert KINEMATICS.hand(q) == pytest.approx(hand, abs=1e-12)
    assert KINEMATICS.forward(q) == pytest.approx(hand @ FR3.hand_to_tool, abs=1e-12)


def test_batches_give_what_single_calls_give() -> None:
    q = np.random.default_rng(1).uniform(FR3.position_lower, FR3.position_upper, (3, 2, 7))
    poses = KINEMATICS.tool_pose(q)
    assert poses.shape == (3, 2, 4)
    assert poses[2, 1] == pytest.approx(KINEMATICS.tool_pose(q[2, 1]), abs=1e-12)


@given(pose=workspace)
@settings(max_examples=60)
def test_inverse_reaches_everything_over_the_table(pose: tuple[float, ...]) -> None:
    wanted = np.array(pose)
    q = KINEMATICS.inverse(wanted, FR3.home, iterations=60)
    assert (q >= FR3.position_lower).all() and (q <= FR3.position_upper).all()
    tool = KINEMATICS.forward(q)
    assert tool[:3, 3] == pytest.approx(wanted[:3], abs=1e-3)
    assert tool[:3, :3] == pytest.approx(down_rotation(wanted[3]), abs=1e-2)


def test_a_seeded_step_lands_within_a_tenth_of_a_millimetre() -> None:
    rng = np.random.default_rng(2)
    pose = np.array([0.45, 0.0, 0.2, 0.0])
    q = KINEMATICS.inverse(pose, FR3.home, iterations=60)
    for _ in range(100):
        pose[:3] = np.clip(pose[:3] + rng.normal(0, 0.01, 3), [0.3, -0.25, 0.03], [0.65, 0.25, 0.3])
        pose[3] = np.clip(pose[3] + rng.normal(0, 0.03), -1.2, 1.2)
        before, q = q, KINEMATICS.inverse(pose, q)
        assert KINEMATICS.tool_pose(q) == pytest.approx(pose, abs=1e-4)
        assert np.abs(q - before).max() < 0.35, "small steps of the hand are small for the arm"


@given(
    pose=st.tuples(*(st.floats(-5, 5) for _ in range(4))),
    seed=joints,
)
def test_out_of_reach_still_gives_a_lawful_posture(
    pose: tuple[float, ...], seed: np.ndarray
) -> None:
    q = KINEMATICS.inverse(np.array(pose), seed)
    assert np.isfinite(q).all()
    assert (q >= FR3.position_lower).all() and (q <= FR3.position_upper).all()


@given(yaw=yaws)
def test_the_tool_points_down(yaw: float) -> None:
    rotation = down_rotation(np.float64(yaw))
    assert rotation[:, 2] == pytest.approx([0, 0, -1])
    assert np.linalg.det(rotation) == pytest.approx(1.0)
    assert np.arctan2(rotation[1, 0], rotation[0, 0]) == pytest.approx(yaw)


def test_the_tool_hangs_from_the_hand():
    q = FR3.home + np.random.default_rng(3).normal(0, 0.2, (20, 7))
    wanted = KINEMATICS.tool_pose(q)
    assert np.allclose(KINEMATICS.tool_of_hand(KINEMATICS.hand(q)), wanted, atol=1e-12)
