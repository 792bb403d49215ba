"""What the controller's network reads, from physical quantities. The only place it is defined:
training and run time both call these functions, batched, on numpy arrays.

Every array has a leading batch axis B. A *waypoint row* is x, y, z (m), yaw (rad), gripper
closed after arrival (0/1), time to go (s).
"""

import numpy as np
from numpy.typing import NDArray

from body.contract.arrays import Array
from body.geometry.motion import HORIZON
from cerebellum.state import nearest_yaw
from cerebellum.statistics import Statistics

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

IMAGE_SIZE = 64
BLOB_SIGMA = 3.0  # pixels
TOKEN_SIZE = 12
FORCE_SIZE = 6
ACTION_SIZE = 5
CORRECTION_SIZE = 4  # of the token by the camera: x, y, z, yaw
MODALITIES = ("proprio", "camera", "force")


def proprio_size(joints: int) -> int:
    """4 servo error + 4 increment + 2 gripper + 3 place + position and velocity of the joints."""
    return 13 + 2 * joints


def token_features(waypoint: Array, age: Array, null: Bools, command: Array) -> Floats:
    """(B, 12) what the tokens say, seen from the commanded pose.

    Args:
        waypoint: (B, 6) decoded rows; ignored where null.
        age: (B,) s since the frames the tokens were computed from.
        null: (B,) bool, the null code.
        command: (B, 4) commanded tool pose.
    """
    out = np.zeros((len(command), TOKEN_SIZE), dtype=np.float32)
    offset = waypoint[:, :3] - command[:, :3]
    turn = 2.0 * (waypoint[:, 3] - command[:, 3])
    out[:, 0:3] = offset / 0.1
    out[:, 3:6] = np.tanh(offset / 0.02)
    out[:, 6], out[:, 7] = np.sin(turn), np.cos(turn)
    out[:, 8] = waypoint[:, 4]
    out[:, 9] = waypoint[:, 5] - age
    out[:, 10] = age
    out[null] = 0.0
    out[:, 11] = null
    return out


def proprio_features(
    measured: Array,
    command: Array,
    increment: Array,
    closed: Array,
    width: Array,
    position: Array,
    velocity: Array,
    statistics: Statistics,
) -> Floats:
    """(B, 13 + 2 J) the arm's own state.

    Args:
        measured, command: (B, 4) tool pose from the joint sensors, and commanded.
        increment: (B, 4) last commanded change; closed: (B,) gripper's last order, 0/1.
        width: (B,) m; position, velocity: (B, J) rad, rad/s.
    """
    scale = np.array([statistics.move] * 3 + [statistics.turn])
    error = (nearest_yaw(measured, command) - command) / [0.02, 0.02, 0.02, 0.08]
    columns = (
        np.clip(error, -5.0, 5.0),
        increment / scale,
        closed[:, None],
        width[:, None] / statistics.gripper_open,
        command[:, 2:3] / 0.2,
        (command[:, 0:1] - 0.45) / 0.2,
        command[:, 1:2] / 0.2,
        (position - statistics.joint_mean) / statistics.joint_std,
        np.clip(velocity / statistics.velocity_std, -5.0, 5.0),
    )
    return np.concatenate(columns, axis=1, dtype=np.float32)


def force_features(wrench: Array, statistics: Statistics) -> Floats:
    """(B, 6) bounded force and torque at the wrist, from `wrench` (B, 6) N, Nm."""
    return np.tanh(wrench / statistics.force).astype(np.float32)


def wrist_images(images: NDArray[np.uint8], pixel: Array, null: Bools) -> Floats:
    """(B, 64, 64, 4) RGB in 0..1 and a blob where the token's waypoint appears.

    Args:
        images: (B, 64, 64, 3).
        pixel: (B, 3) column, row (pixels), depth (m) from :func:`body.geometry.project.project`.
        null: (B,) bool: no token, no blob.
    """
    out = np.empty((*images.shape[:3], 4), dtype=np.float32)
    np.multiply(images, np.float32(1 / 255), out=out[..., :3])
    centres = np.arange(images.shape[1], dtype=np.float32) + 0.5
    shown = np.where(null | (pixel[:, 2] <= 0.0), 0.0, 1.0).astype(np.float32)
    place = np.clip(pixel[:, :2], -1e3, 1e3).astype(np.float32)
    bell = np.exp(-0.5 * ((centres - place[..., None]) / np.float32(BLOB_SIGMA)) ** 2)
    across, down = bell[:, 0] * shown[:, None], bell[:, 1]
    np.multiply(down[:, :, None], across[:, None, :], out=out[..., 3])
    return out


def shrink(image: NDArray[np.uint8], size: int = IMAGE_SIZE) -> NDArray[np.uint8]:
    """(size, size, 3) by averaging square blocks; the image's side is a multiple of `size`."""
    factor = image.shape[0] // size
    if factor == 1 and image.shape[0] == size:
        return image
    if image.shape[0] != image.shape[1] or factor * size != image.shape[0]:
        raise ValueError(
            f"wrist image is {image.shape}: its sides must be equal and a multiple of {size}; "
            "configure the camera so"
        )
    kind = np.uint16 if factor <= 16 else np.uint32  # the smallest that holds a block's sum
    total = np.full((size, size, 3), factor * factor // 2, kind)
    for row in range(factor):
        for column in range(factor):
            total += image[row::factor, column::factor]
    return (total // kind(factor * factor)).astype(np.uint8)


def normalise_actions(rows: Array, statistics: Statistics) -> Floats:
    """(..., 5) increments and gripper (0/1) as the network speaks of them (gripper -1/1)."""
    scale = np.array([statistics.move] * 3 + [statistics.turn, 0.5])
    return ((rows - [0, 0, 0, 0, 0.5]) / scale).astype(np.float32)


def physical_actions(values: Floats, statistics: Statistics) -> Array:
    """The inverse of :func:`normalise_actions`; the gripper rounded to 0 or 1."""
    scale = np.array([statistics.move] * 3 + [statistics.turn, 0.5])
    rows = np.asarray(values, dtype=np.float64) * scale
    rows[..., 4] = rows[..., 4] > 0.0
    return rows


def prefix_mask(length: NDArray[np.int64]) -> Floats:
    """(B, 16) ones on the first `length` (B,) steps: those already committed."""
    return (np.arange(HORIZON)[None, :] < np.asarray(length)[:, None]).astype(np.float32)
