"""Capsules around the links of the Franka Research 3 with the Franka Hand.

CHOSEN by us, drawn generously around the links from the Denavit-Hartenberg figures and the
outline in the maker's product manual; they are not the maker's own collision model.
"""

import numpy as np

from body.geometry.capsule import Capsule, CapsuleModel


def _capsule(
    name: str,
    frame: int,
    start: tuple[float, float, float],
    end: tuple[float, float, float],
    radius: float,
) -> Capsule:
    return Capsule(frame, np.array(start), np.array(end), radius, name)


FR3_CAPSULES = CapsuleModel(
    (
        _capsule("base", -1, (-0.08, 0, 0.06), (0, 0, 0.06), 0.09),
        _capsule("shoulder", 0, (0, 0, -0.19), (0, 0, 0), 0.08),
        _capsule("shoulder joint", 1, (0, 0, -0.06), (0, 0, 0.06), 0.08),
        _capsule("upper arm", 2, (0, 0, -0.17), (0, 0, -0.06), 0.075),
        _capsule("elbow", 3, (0, 0, -0.06), (0, 0, 0.06), 0.075),
        _capsule("forearm", 4, (0, 0, -0.28), (0, 0, -0.12), 0.07),
        _capsule("lower forearm", 4, (0, 0.06, -0.18), (0, 0.06, 0), 0.05),
        _capsule("wrist", 5, (0, 0, 0), (0.08, 0, 0), 0.07),
        _capsule("flange", 6, (0, 0, -0.02), (0, 0, 0.08), 0.06),
        # across the flange at -45 degrees, where the hand's fingers open
        _capsule("hand", 6, (0.065, 0.065, 0.135), (-0.065, -0.065, 0.135), 0.04),
        _capsule("fingers", 6, (0, 0, 0.16), (0, 0, 0.21), 0.03),
    )
)
