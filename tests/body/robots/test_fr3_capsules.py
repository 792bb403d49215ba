"""The FR3's capsules leave the table's postures alone and notice folded ones."""

import numpy as np

from body.geometry.kinematics import Kinematics
from body.robots.fr3 import FR3
from body.robots.fr3_capsules import FR3_CAPSULES

KINEMATICS = Kinematics(FR3)


def test_postures_over_the_table_are_clear() -> None:
    rng = np.random.default_rng(0)
    poses = rng.uniform([0.3, -0.25, 0.02, -1.4], [0.65, 0.25, 0.3, 1.4], (200, 4))
    for q in [FR3.home, *KINEMATICS.inverse(poses, FR3.home, 60)]:
        gap, pair = FR3_CAPSULES.nearest(KINEMATICS.frames(q))
        assert gap > 0.03, pair


def test_a_hand_folded_back_is_noticed() -> None:
    q = np.array([0.0, 0.0, 0.0, -2.9, 0.0, 0.6, 0.0])
    gap, pair = FR3_CAPSULES.nearest(KINEMATICS.frames(q))
    assert gap < 0, pair


def test_every_capsule_reaches_its_own_link() -> None:
    """Its axis comes nearer to its joint's frame, or the next one, than half the arm."""
    frames = np.concatenate([KINEMATICS.frames(FR3.home), np.eye(4)[None]])
    for capsule in FR3_CAPSULES.capsules:
        middle = 0.5 * (capsule.start + capsule.end)
        pose = frames[capsule.frame]
        place = pose[:3, :3] @ middle + pose[:3, 3]
        assert np.linalg.norm(place - pose[:3, 3]) < 0.25, capsule.name
