"""Near its target a joint follows linearly, far from it the time-optimal way."""

import numpy as np
import pytest
import ruckig

from body.robots.fr3 import FR3
from body.safety.braking import brakes
from body.safety.pursuit import POLE, Pursuit

DT = 0.002
ZERO = [0.0] * 7
LOWER, UPPER = (-FR3.velocity).tolist(), FR3.velocity.tolist()


def follow(pursuit: Pursuit, reference: np.ndarray, offset: float = 0.0) -> np.ndarray:
    """(T, J) positions if every wish were granted, from rest `offset` rad beside the start."""
    q, v, a = reference[0] + offset, np.zeros(7), np.zeros(7)
    pursuit.begin(reference[0].tolist(), ZERO, ZERO)
    path = [q]
    for target in reference[1:]:
        a = np.array(
            pursuit.wish(q.tolist(), v.tolist(), a.tolist(), target.tolist(), LOWER, UPPER)
        )
        v = v + a * DT
        q = q + v * DT
        path.append(q)
    return np.array(path)


def sweep(seconds: float) -> np.ndarray:
    time = np.arange(0, seconds, DT)[:, None]
    return FR3.home + 0.3 * (1 - np.cos(2 * time))


def test_a_feasible_target_is_followed_without_lag() -> None:
    reference = sweep(2.0)
    assert follow(Pursuit(brakes(FR3), DT), reference) == pytest.approx(reference, abs=1e-9)


def test_small_errors_die_out_with_the_three_poles() -> None:
    still = np.tile(FR3.home, (30, 1))
    error = (follow(Pursuit(brakes(FR3), DT), still, 1e-6) - still)[:, 0]
    late = error[3:-3], error[4:-2], error[5:-1], error[6:]
    recursion = late[3] - 3 * POLE * late[2] + 3 * POLE**2 * late[1] - POLE**3 * late[0]
    assert np.abs(recursion).max() < 1e-13
    assert abs(error[-1]) < 1e-9


def test_far_from_a_target_it_speeds_up_as_fast_as_it_may() -> None:
    pursuit = Pursuit(brakes(FR3), DT)
    pursuit.begin(FR3.home.tolist(), ZERO, ZERO)
    goal = (FR3.home + 0.5).tolist()
    for _ in range(2):  # the first period's target might be a spike, the second's is not
        wish = pursuit.wish(FR3.home.tolist(), ZERO, ZERO, goal, LOWER, UPPER)
        assert wish == pytest.approx([10.0] * 7)


def test_a_moving_target_is_caught_and_kept() -> None:
    reference = sweep(2.0)
    error = follow(Pursuit(brakes(FR3), DT), reference, 0.1) - reference
    assert np.abs(error[int(0.4 / DT) :]).max() < 1e-3
    assert error.min() > -0.01, "without shooting past it"


def test_where_ruckig_finds_no_way_the_arm_slows_down(monkeypatch: pytest.MonkeyPatch) -> None:
    class Lost:
        def calculate(self, *_: object) -> ruckig.Result:
            raise ValueError("-101 is not a valid Result.")

    pursuit = Pursuit(brakes(FR3), DT)
    monkeypatch.setattr(pursuit, "_ruckig", Lost())
    pursuit.begin(FR3.home.tolist(), ZERO, ZERO)
    moving = [1.0, -1.0, 0, 0, 0, 0, 0]
    wish = pursuit.wish(FR3.home.tolist(), moving, ZERO, (FR3.home + 1).tolist(), LOWER, UPPER)
    assert wish == pytest.approx([-10.0, 10.0, 0, 0, 0, 0, 0], abs=1e-9)
