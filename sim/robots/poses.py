"""Rotations between matrices and MuJoCo's quaternions (w, x, y, z)."""

import mujoco
import numpy as np

from body.contract.arrays import Array


def matrix_to_quat(rotation: Array) -> Array:
    """(4,) unit quaternion of a (3, 3) rotation."""
    quat = np.zeros(4)
    mujoco.mju_mat2Quat(quat, np.ascontiguousarray(rotation, dtype=np.float64).ravel())
    return quat


def yaw_quat(yaw: float) -> Array:
    """(4,) quaternion of a turn by `yaw` rad about z."""
    return np.array([np.cos(yaw / 2), 0.0, 0.0, np.sin(yaw / 2)])


def yaw_pose(place: tuple[float, float, float, float]) -> Array:
    """(4, 4) pose of a frame at `place`: x, y, z (m), yaw (rad)."""
    pose = np.eye(4)
    cosine, sine = np.cos(place[3]), np.sin(place[3])
    pose[:2, :2] = [[cosine, -sine], [sine, cosine]]
    pose[:3, 3] = place[:3]
    return pose
