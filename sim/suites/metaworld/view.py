"""What a policy of ours sees of protocol P1's picture: the part where things happen, halved."""

import mujoco
import numpy as np

from body.arrays import Array
from body.arrays import Image as Picture
from sim.suites.metaworld.protocol import RENDERED

LEFT, TOP, SIDE = 96, 80, 384  # of the upright picture: the table with all that stands on it
SHRINK = 2
SIZE = SIDE // SHRINK  # 192 pixels of a side
POINTS = ("hand", "object", "second", "goal")  # of the full state, in this order
_PLACES = (slice(0, 3), slice(4, 7), slice(11, 14), slice(36, 39))


def view(picture: Picture) -> Picture:
    """(192, 192, 3) of a picture (480, 480, 3), averaged over 2 x 2 pixels.

    Raises:
        ValueError: it is of another size, as P2's is: its camera stands elsewhere.
    """
    if picture.shape != (RENDERED, RENDERED, 3):
        raise ValueError(
            f"a picture of {picture.shape}, not {RENDERED} x {RENDERED}: what is trained on "
            "protocol p1 looks from where p1's camera stands"
        )
    cut = picture[TOP : TOP + SIDE, LEFT : LEFT + SIDE].astype(np.uint16)
    four = cut[::2, ::2] + cut[1::2, ::2] + cut[::2, 1::2] + cut[1::2, 1::2]
    return ((four + 2) // 4).astype(np.uint8)


def points(full: Array) -> Array:
    """(4, 3) m: hand, object, second object, goal of the full state (39,); zeros: there is none."""
    return np.stack([full[place] for place in _PLACES])


def pixels(model: mujoco.MjModel, data: mujoco.MjData, camera: str, places: Array) -> Array:
    """(N, 2) column and row in :func:`view` where `places` (N, 3) m appear, pixels."""
    number = mujoco.mj_name2id(model, int(mujoco.mjtObj.mjOBJ_CAMERA), camera)
    seen = (places - data.cam_xpos[number]) @ data.cam_xmat[number].reshape(3, 3)
    focal = 0.5 * RENDERED / np.tan(np.radians(model.cam_fovy[number]) / 2)
    # Meta-World's pictures are turned by half a turn: so are its columns and rows
    spot = 0.5 * RENDERED + focal * seen[:, :2] / seen[:, 2:] * [-1.0, 1.0]
    spot = RENDERED - spot
    return np.asarray((spot - [LEFT, TOP]) / SHRINK)
