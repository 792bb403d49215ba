"""The experts' errors, and what a recording tells of them."""

import numpy as np
import pytest

from pontine.suites.metaworld.demonstration import CAMERA, demonstrate
from sim.suites.metaworld import MetaWorld


@pytest.fixture(autouse=True)
def installed() -> None:
    pytest.importorskip("metaworld", reason="Meta-World is not installed: make metaworld")


def test_errors_are_deliberate() -> None:
    with MetaWorld("drawer-open-v3", pictures=False, fast=True) as world:
        runs = [demonstrate(world, 3, m, False) for m in ("clean", "followed", "held")]
        again = demonstrate(world, 3, "held")
    assert all(run.success for run in runs)
    states = [run.columns["observation.state"] for run in runs]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        count = min(len(states[one]), len(states[other]))
        assert not np.allclose(states[one][:count], states[other][:count])
    # pictures change nothing: which manner succeeds is found out without them
    assert CAMERA in again.columns and CAMERA not in runs[2].columns
    for name, column in runs[2].columns.items():
        np.testing.assert_array_equal(column, again.columns[name])


def test_an_agent_at_rest_on_a_reached_aim_is_told_what_comes_next() -> None:
    still = {"clean": 0, "held": 0}
    with MetaWorld("plate-slide-back-v3", pictures=False, fast=True) as world:
        for manner in still:
            for seed in range(8):
                columns = demonstrate(world, seed, manner, False).columns
                moved = np.linalg.norm(np.diff(columns["state.steps"][..., :3], axis=1), axis=-1)
                still[manner] += int((moved[:, -3:].max(-1) < 0.002).sum())
    assert still["held"] >= 4 > still["clean"]
