"""What Meta-World's controller learns from: what the law leaves to be done."""

import numpy as np
import pytest

from cerebellum.codec.aim import AimCodec
from pontine.suites.metaworld.controller import senses
from pontine.suites.metaworld.controller.config import Disturbance
from pontine.suites.metaworld.controller.dataset import ControllerSteps, Steps

FRAMES, CODEC = 40, AimCodec()
EXACT = Disturbance(noise_mm=0.0, exact=1.0, late=0.0, null=0.0)


def recording(seed: int = 0) -> Steps:
    """Two episodes in which an expert obeys the law exactly, with an aim each."""
    rng = np.random.default_rng(seed)
    low, high = [-0.3, 0.4, 0.05, 0.0], [0.3, 0.9, 0.4, 1.0]
    states = rng.uniform(low, high, (FRAMES, 8, 4))
    first = np.repeat([0, FRAMES // 2], FRAMES // 2)
    aims = np.array([[0.1, 0.7, 0.2, 10.0, 1.0], [-0.1, 0.6, 0.1, 25.0, -1.0]])[
        (first > 0).astype(int)
    ]
    return Steps(
        states, senses.law(aims[:, None], states), aims, first, first + FRAMES // 2 - 1,
        np.zeros(FRAMES, bool), np.zeros((FRAMES, 192, 192, 3), np.uint8),
    )  # fmt: skip


def arrays(settings: Disturbance) -> dict[str, np.ndarray]:
    data = ControllerSteps(recording(), CODEC, settings)
    return data.arrays(np.random.default_rng(1), 200)


def test_tokens_that_are_right_and_stay_so_leave_nothing_to_do() -> None:
    target = arrays(EXACT)["target"]
    # but for half a bin, which is 2.3 mm, at the larger of the two gains
    assert np.abs(target).max() < 25.0 * 0.0024 + 1e-6


@pytest.mark.parametrize("noise", [5.0, 30.0])
def test_wrong_tokens_leave_what_the_law_makes_of_their_error(noise: float) -> None:
    settings = Disturbance(noise_mm=noise, exact=0.0, late=0.0, null=0.0)
    made = arrays(settings)
    reach = np.abs(made["target"][:, 0, :3]).max(-1)
    off = np.abs(made["correction"][:, :3]).max(-1) * 0.02
    assert (reach <= 25.0 * off + 1e-5).all() and np.corrcoef(reach, off)[0, 1] > 0.3
    assert not made["target"][..., 3].any()


def test_tokens_too_late_are_told_so() -> None:
    late = Disturbance(noise_mm=0.0, exact=1.0, late=1.0, null=0.0)
    ages = arrays(late)["token"][:, 11]
    assert ages.max() > 0.1 > arrays(EXACT)["token"][:, 11].max()
