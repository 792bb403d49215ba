"""Distances of capsules are those of the points within them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from body import RangeError, ShapeError
from body.geometry.capsule import Capsule, CapsuleModel, segment_distance
from body.geometry.kinematics import Kinematics
from body.robots.fr3 import FR3

triple = st.lists(st.floats(-1, 1), min_size=3, max_size=3).map(np.array)
SHARES = np.linspace(0, 1, 41)


@given(p1=triple, q1=triple, p2=triple, q2=triple)
def test_segment_distance_is_the_least_over_all_points(
    p1: np.ndarray, q1: np.ndarray, p2: np.ndarray, q2: np.ndarray
) -> None:
    first = p1 + SHARES[:, None, None] * (q1 - p1)
    second = p2 + SHARES[None, :, None] * (q2 - p2)
    sampled = np.linalg.norm(first - second, axis=-1).min()
    ours = segment_distance(p1, q1, p2, q2)
    assert ours <= sampled + 1e-9
    assert ours >= sampled - np.linalg.norm(q1 - p1) / 40 - np.linalg.norm(q2 - p2) / 40
    assert ours == pytest.approx(segment_distance(p2, q2, p1, q1), abs=1e-7)


def test_points_parallels_and_crossings() -> None:
    x, y, z = np.eye(3)
    assert segment_distance(x, x, y, y) == pytest.approx(np.sqrt(2))
    assert segment_distance(0 * x, x, y, x + y) == pytest.approx(1.0)
    assert segment_distance(-x, x, z - y, z + y) == pytest.approx(1.0)
    assert segment_distance(0 * x, x, 3 * x, 5 * x) == pytest.approx(2.0)


def test_the_nearest_pair_is_named_and_neighbours_are_let_alone() -> None:
    x, _, z = np.eye(3)
    model = CapsuleModel(
        [
            Capsule(-1, 0 * z, z, 0.1, "post"),
            Capsule(1, 0 * z, z, 0.5, "sleeve"),
            Capsule(2, 0 * z, 0 * z, 0.2, "ball"),
        ]
    )
    frames = np.tile(np.eye(4), (7, 1, 1))
    frames[2, :3, 3] = x + 0.5 * z
    gap, pair = model.nearest(frames)
    assert gap == pytest.approx(0.7)
    assert pair == "post and ball"


def test_a_capsule_moves_with_its_frame() -> None:
    model = CapsuleModel(
        [Capsule(-1, np.zeros(3), np.zeros(3), 0.01, "origin"),
         Capsule(6, np.zeros(3), np.zeros(3), 0.01, "end")]
    )  # fmt: skip
    frames = Kinematics(FR3).frames(FR3.home)
    gap, _ = model.nearest(frames)
    assert gap == pytest.approx(np.linalg.norm(frames[6, :3, 3]) - 0.02)


def test_a_capsule_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(RangeError, match="radius"):
        Capsule(0, np.zeros(3), np.ones(3), 0.0, "thread")
    with pytest.raises(ShapeError):
        Capsule(0, np.zeros(2), np.ones(3), 0.1, "flat")
