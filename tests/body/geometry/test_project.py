"""Projection agrees with what a pinhole camera must do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from body import CameraSpec
from body.geometry.project import project
from body.robots.fr3 import FR3

# Looks straight down from 1 m, image up along base x: right is -y.
ABOVE = CameraSpec("base", np.array([0.0, 0.0, 1.0]), np.array([0.0, -1, 0, 1, 0, 0]), 90.0)
coordinate = st.floats(-0.4, 0.4)


@given(x=coordinate, y=coordinate, z=coordinate)
def test_a_camera_that_looks_down_sees_a_map(x: float, y: float, z: float) -> None:
    u, v, depth = project(ABOVE, np.eye(4), np.array([x, y, z]), 100)
    assert depth == pytest.approx(1 - z)
    assert u == pytest.approx(50 - 50 * y / (1 - z))
    assert v == pytest.approx(50 - 50 * x / (1 - z))


def test_the_edge_of_the_field_of_view_is_the_edge_of_the_image() -> None:
    assert project(ABOVE, np.eye(4), np.array([1.0, 0, 0]), 64)[1] == pytest.approx(0.0)
    assert project(ABOVE, np.eye(4), np.array([0, -1.0, 0]), 64)[0] == pytest.approx(64.0)


@given(x=coordinate, y=coordinate, turn=st.floats(-3, 3))
def test_camera_and_point_moved_together_see_the_same(x: float, y: float, turn: float) -> None:
    mount = np.eye(4)
    mount[:2, :2] = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    mount[:3, 3] = [0.1, -0.2, 0.3]
    point = np.array([x, y, 0.1])
    moved = mount[:3, :3] @ point + mount[:3, 3]
    still = project(ABOVE, np.eye(4), point, 128)
    assert project(ABOVE, mount, moved, 128) == pytest.approx(still, abs=1e-9)


def test_behind_the_camera_the_depth_is_negative_and_all_is_finite() -> None:
    points = np.array([[0, 0, 2.0], [0, 0, 1.0], [0.3, 0.1, 1.0]])
    seen = project(ABOVE, np.eye(4), points, 128)
    assert seen.shape == (3, 3) and np.isfinite(seen).all() and (seen[:, 2] <= 0).all()


def test_the_fixed_camera_sees_the_whole_table() -> None:
    corners = np.array([[x, y, 0.0] for x in (0.27, 0.67) for y in (-0.25, 0.25)])
    u, v, depth = project(FR3.cameras["fixed"], np.eye(4), corners, 128).T
    assert (depth > 0).all()
    assert (u > 0).all() and (u < 128).all() and (v > 0).all() and (v < 128).all()
