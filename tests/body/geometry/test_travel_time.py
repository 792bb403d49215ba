"""The law for one hand is the law: no rounding apart."""

import numpy as np
import pytest

from body.geometry import motion
from body.geometry.travel_time import travel_time


@pytest.mark.parametrize("held", [False, True])
def test_it_is_the_time_that_the_law_on_arrays_takes(held):
    rng = np.random.default_rng(0)
    low, high = [0.1, -0.5, 0.0, -3.0], [0.85, 0.5, 0.5, 3.0]
    command, target = rng.uniform(low, high, (2, 400, 4))
    target[::4] = command[::4] + rng.normal(0, 0.01, (100, 4))
    target[1] = command[1]
    wanted = motion.time_to_go(command, target, held)
    own = [travel_time(*pair, held) for pair in zip(command, target, strict=True)]
    assert own == wanted.tolist()
    assert wanted.min() == 0.0 and wanted.max() > 2.0


def test_an_unreachable_target_takes_the_longest_time():
    far = np.array([9.0, 0.0, 0.2, 0.0])
    assert travel_time(np.zeros(4), far) == motion.time_to_go(np.zeros(4), far) > 3.9
