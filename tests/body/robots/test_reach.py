import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from body import RangeError
from body.robots.reach import Reach

RING = Reach((0.3, 0.1), 0.1, 0.25, 1.6)


@given(radius=st.floats(0.0, 0.5), angle=st.floats(-3.14, 3.14))
def test_it_holds_the_ring_and_nothing_else(radius: float, angle: float) -> None:
    x, y = 0.3 + radius * np.cos(angle), 0.1 + radius * np.sin(angle)
    margin = min(abs(radius - 0.1), abs(radius - 0.25), abs(abs(angle) - 1.6))
    if margin > 1e-9:
        assert RING.holds(x, y) == (0.1 < radius < 0.25 and abs(angle) < 1.6)


@pytest.mark.parametrize("ring", [(0.3, 0.2, 1.0), (-0.1, 0.2, 1.0), (0.1, 0.2, 0.0)])
def test_a_ring_that_is_none_is_refused(ring: tuple[float, float, float]) -> None:
    with pytest.raises(RangeError, match="0 <= near < far"):
        Reach((0.0, 0.0), *ring)
