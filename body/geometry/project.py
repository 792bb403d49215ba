"""Where a point appears in a pinhole camera's image."""

import numpy as np

from body.contract.arrays import Array
from body.contract.robot_spec import CameraSpec


def project(camera: CameraSpec, mount_pose: Array, point: Array, size: int) -> Array:
    """Pixel and depth of points.

    Args:
        camera: a square image of `size` pixels with the optical axis at its centre.
        mount_pose: (..., 4, 4) pose of the camera's mount in the base frame.
        point: (..., 3) in the base frame, m.

    Returns:
        (..., 3): column u, row v (pixels; pixel centres at half integers), depth (m). Behind
        the camera the depth is not positive and u, v mean nothing.
    """
    rotation = mount_pose[..., :3, :3] @ camera.rotation
    origin = mount_pose[..., :3, 3] + mount_pose[..., :3, :3] @ camera.position
    local = np.einsum("...ji,...j->...i", rotation, np.asarray(point) - origin)
    depth = -local[..., 2]
    safe = np.where(np.abs(depth) < 1e-6, 1e-6, depth)
    focal = 0.5 * size / np.tan(np.radians(camera.fovy) / 2)
    u = 0.5 * size + focal * local[..., 0] / safe
    v = 0.5 * size - focal * local[..., 1] / safe
    return np.stack([u, v, depth], axis=-1)
