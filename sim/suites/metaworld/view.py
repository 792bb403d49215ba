"""What a policy of ours sees of protocol P1's picture: the part where things happen, halved."""

import numpy as np

from body.contract.arrays import Array
from body.contract.arrays import Image as Picture
from sim.suites.metaworld.protocol import P1, RENDERED

LEFT, TOP, SIDE = 96, 80, 384  # of the upright picture: the table with all that stands on it
SHRINK = 2
SIZE = SIDE // SHRINK  # 192 pixels of a side
# how `corner2` is turned, its axes as columns, and what it sees from top to bottom, degrees
TURN = np.array(
    [
        [-0.54990133, 0.37620774, 0.74570521],
        [-0.83318276, -0.30954914, -0.4582421],
        [0.05843818, -0.87329666, 0.48367129],
    ]
)
FOVY = 60.0
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


def pixels(places: Array) -> Array:
    """(N, 2) column and row in :func:`view` where `places` (N, 3) m appear under P1, pixels."""
    seen = (places - np.array(P1.camera)) @ TURN
    focal = 0.5 * RENDERED / np.tan(np.radians(FOVY) / 2)
    # Meta-World's pictures stand upside down and mirrored: P1 turns them, and so must we
    spot = 0.5 * RENDERED + focal * seen[..., :2] / seen[..., 2:] * [1.0, -1.0]
    return np.asarray((spot - [LEFT, TOP]) / SHRINK)
