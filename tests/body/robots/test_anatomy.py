import dataclasses

import numpy as np
import pytest

from body import RangeError, ShapeError
from body.robots.anatomy import Link
from body.robots.registry import ROBOTS

ANATOMIES = [(name, arm.anatomy) for name, arm in ROBOTS.items()]


@pytest.mark.parametrize(("name", "anatomy"), ANATOMIES)
def test_inertia_tensors_are_nearly_those_of_matter(name, anatomy) -> None:
    """Positive, and A + B >= C but for the FR3's identified ones, which break it slightly."""
    for link in anatomy.links:
        xx, yy, zz, xy, xz, yz = link.inertia
        least, middle, most = np.linalg.eigvalsh([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])
        assert least > 0 and least + middle > 0.9 * most, name


@pytest.mark.parametrize("mass", [0.0, -1.0])
def test_a_link_without_mass_is_refused(mass) -> None:
    with pytest.raises(RangeError, match="mass of a link"):
        Link(mass, (0, 0, 0), (1, 1, 1, 0, 0, 0), ())


def test_a_hand_without_force_is_refused() -> None:
    hand = ROBOTS["fr3"].anatomy.hand
    with pytest.raises(RangeError, match="force of a hand"):
        dataclasses.replace(hand, force=0.0)


def test_links_are_as_many_as_joints() -> None:
    arm = ROBOTS["fr3"]
    short = dataclasses.replace(
        arm.anatomy, links=arm.anatomy.links[:6], stiffness=arm.anatomy.stiffness[:6]
    )
    with pytest.raises(ShapeError, match="6 links for 7 joints"):
        dataclasses.replace(arm, anatomy=short)
