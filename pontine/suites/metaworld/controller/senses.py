"""What the controller's network reads on Meta-World; training and run time both call this.

The network is that of :mod:`cerebellum.network` for an arm whose joints are not told (0 of them).
Every array has a leading batch axis B.
"""

import numpy as np
from numpy.typing import NDArray

from body.contract.arrays import Array
from cerebellum.codec.aim import heading
from cerebellum.inputs import IMAGE_SIZE, TOKEN_SIZE, Floats, wrist_images
from sim.suites.metaworld.view import SIZE, pixels

HALF = IMAGE_SIZE // 2
PROPRIO_SIZE = 13
CHANNELS = (0, 1, 2, 4)  # of a chunk's rows: x, y, z and effort; Meta-World's hand does not turn
HISTORY = 3  # states that the controller sees: the last ones, 12.5 ms apart


def law(aim: Array, state: Array) -> Array:
    """(..., 4) action of the proportional law in `state` (..., 4) under `aim` (..., 5)."""
    effort = np.broadcast_to(aim[..., 4:], (*state.shape[:-1], 1))
    return np.concatenate([heading(aim, state[..., :3]), effort], -1)


def token_features(aim: Array, age: Array, null: NDArray[np.bool_], place: Array) -> Floats:
    """(B, 12) what the tokens say, seen from the hand; zeros where there are none.

    Args:
        aim: (B, 5) x, y, z (m), gain (1/m), effort; ignored where `null` (B,).
        age: (B,) s since the picture they were made from. place: (B, 3) m, the hand.
    """
    out = np.zeros((len(place), TOKEN_SIZE), np.float32)
    offset = aim[:, :3] - place
    out[:, 0:3] = np.clip(offset / 0.1, -5.0, 5.0)
    out[:, 3:6] = np.tanh(offset / 0.02)
    out[:, 6:9] = heading(aim, place)
    out[:, 9], out[:, 10], out[:, 11] = aim[:, 4], aim[:, 3] / 25.0, age
    out[null] = 0.0
    return out


def proprio_features(states: Array) -> Floats:
    """(B, 13) of the last three states (B, 3, 4), the newest last: hand (m) and opening."""
    now, moved = states[:, -1], np.diff(states, axis=1)
    columns = (
        (now[:, :3] - [0.0, 0.6, 0.2]) / [0.3, 0.3, 0.2],
        np.clip(moved[:, 1, :3] / 0.01, -5.0, 5.0),
        np.clip(moved[:, 0, :3] / 0.01, -5.0, 5.0),
        now[:, 3:],
        np.clip(moved[:, 1, 3:] / 0.05, -5.0, 5.0),
        np.linalg.norm(moved[:, 1, :3], axis=1, keepdims=True) / 0.01,
        np.tanh((now[:, 2:3] - 0.05) / 0.02),  # how far above the table
    )
    return np.concatenate(columns, axis=1, dtype=np.float32)


def windows(views: NDArray[np.uint8], hands: Array) -> tuple[NDArray[np.uint8], Array]:
    """(B, 64, 64, 3) of `views` (B, 192, 192, 3) about the hands (B, 3) m, and (B, 2) their
    corners, pixels."""
    corners = np.rint(pixels(hands)).astype(int) - HALF
    corners = np.clip(corners, 0, SIZE - IMAGE_SIZE)
    cut = np.stack([
        view[v : v + IMAGE_SIZE, u : u + IMAGE_SIZE]
        for view, (u, v) in zip(views, corners, strict=True)
    ])  # fmt: skip
    return cut, corners.astype(float)


def camera_features(
    cut: NDArray[np.uint8], corners: Array, aim: Array, null: NDArray[np.bool_]
) -> Floats:
    """(B, 64, 64, 4) of :func:`windows`, and a blob where the aim (B, 5) appears."""
    spot = pixels(aim[:, :3]) - corners
    depth = np.ones((len(spot), 1))  # the camera looks at the whole table
    return wrist_images(cut, np.hstack([spot, depth]), null)
