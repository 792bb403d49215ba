"""The FR3's figures hang together, and a robot description that does not is refused."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from body import CameraSpec, RangeError, RobotMismatchError, ShapeError, UnknownJointError
from body.geometry.kinematics import Kinematics
from body.robots.fr3 import FR3
from body.robots.registry import ROBOTS, robot

inside = st.lists(st.floats(0, 1), min_size=7, max_size=7).map(
    lambda u: FR3.position_lower + np.array(u) * (FR3.position_upper - FR3.position_lower)
)


@given(q=inside)
def test_velocity_bounds_hold_zero_and_stay_below_the_constant_limit(q: np.ndarray) -> None:
    lower, upper = FR3.velocity_bounds(q)
    assert (lower <= 0).all() and (upper >= 0).all()
    assert (upper <= FR3.velocity).all() and (lower >= -FR3.velocity).all()


@given(q=inside, step=st.floats(0, 1))
def test_velocity_bounds_shrink_towards_the_end_stops(q: np.ndarray, step: float) -> None:
    nearer = q + step * (FR3.position_upper - q)
    assert (FR3.velocity_bounds(nearer)[1] <= FR3.velocity_bounds(q)[1] + 1e-12).all()
    nearer = q + step * (FR3.position_lower - q)
    assert (FR3.velocity_bounds(nearer)[0] >= FR3.velocity_bounds(q)[0] - 1e-12).all()


def test_at_an_end_stop_the_arm_may_only_leave() -> None:
    assert FR3.velocity_bounds(FR3.position_upper)[1] == pytest.approx(np.zeros(7), abs=0.02)
    assert FR3.velocity_bounds(FR3.position_lower)[0] == pytest.approx(np.zeros(7), abs=0.02)
    assert FR3.velocity_bounds(FR3.home)[1].min() > 1.0


def test_published_reach_and_home_over_the_table() -> None:
    kinematics = Kinematics(FR3)
    shoulder = np.array([0.0, 0.0, 0.333])
    q = np.random.default_rng(0).uniform(FR3.position_lower, FR3.position_upper, (2000, 7))
    wrist = kinematics.frames(q)[:, -1, :3, 3]
    reach = np.linalg.norm(wrist - shoulder, axis=1).max()
    assert 0.75 < reach < 0.855, "Franka states 855 mm"
    x, y, z, yaw = kinematics.tool_pose(FR3.home)
    assert 0.25 < x < 0.6 and abs(y) < 1e-3 and 0.2 < z < 0.6 and abs(yaw) < 1e-3


def test_robots_are_found_by_name() -> None:
    assert robot("fr3") is FR3 and ROBOTS["fr3"] is FR3
    with pytest.raises(RobotMismatchError, match=r"no robot 'ur5'; known: .*fr3"):
        robot("ur5")


def test_order_maps_foreign_joint_orders() -> None:
    names = FR3.joint_names[::-1]
    values = np.arange(7)
    assert (values[FR3.order(names)] == values[::-1]).all()
    with pytest.raises(UnknownJointError, match=r"unknown joints \['elbow'\]"):
        FR3.order(("elbow", *FR3.joint_names[1:]))
    with pytest.raises(UnknownJointError):
        FR3.order(FR3.joint_names[:6])


def test_fingerprint_follows_names_and_kinematics_only() -> None:
    other = FR3.dh.copy()
    other[0, 1] += 1e-3
    assert dataclasses.replace(FR3, dh=other).fingerprint != FR3.fingerprint
    renamed = ("base", *FR3.joint_names[1:])
    assert dataclasses.replace(FR3, joint_names=renamed).fingerprint != FR3.fingerprint
    assert dataclasses.replace(FR3, acceleration=np.ones(7)).fingerprint == FR3.fingerprint


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"joint_names": ("a",) * 7}, UnknownJointError),
        ({"velocity": np.zeros(7)}, RangeError),
        ({"jerk": np.ones(6)}, ShapeError),
        ({"home": np.full(7, 9.0)}, RangeError),
        ({"position_lower": FR3.position_upper}, RangeError),
    ],
)
def test_a_robot_that_contradicts_itself_is_refused(
    change: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        dataclasses.replace(FR3, **change)


def test_a_joint_array_of_the_wrong_shape_is_named() -> None:
    FR3.check_shape("q", np.zeros(7))
    with pytest.raises(ShapeError, match=r"q: expected \(7,\), got \(6,\)"):
        FR3.check_shape("q", np.zeros(6))


@pytest.mark.parametrize("name", FR3.cameras)
def test_camera_axes_are_a_right_handed_rotation(name: str) -> None:
    rotation = FR3.cameras[name].rotation
    assert rotation.T @ rotation == pytest.approx(np.eye(3), abs=1e-12)
    assert np.linalg.det(rotation) == pytest.approx(1.0)


def test_a_camera_hangs_on_the_base_or_the_hand() -> None:
    with pytest.raises(RangeError, match="mount"):
        CameraSpec("ceiling", np.zeros(3), np.array([1.0, 0, 0, 0, 1, 0]), 45.0)
