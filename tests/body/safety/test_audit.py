"""The audit counts what breaks a limit, and nothing else."""

import numpy as np

from body import RobotSpec
from body.robots.fr3 import FR3
from body.safety.audit import LimitAudit
from body.safety.limiter import Limiter

DT = 0.002


def test_an_arm_at_rest_breaks_nothing() -> None:
    audit = LimitAudit(FR3, DT)
    assert not any(audit.add(FR3.home) for _ in range(5))
    assert audit.violations == 0


def test_a_jump_is_too_fast() -> None:
    audit = LimitAudit(FR3, DT)
    audit.add(FR3.home)
    assert audit.add(FR3.home + 0.1), "50 rad/s"
    assert audit.worst["velocity"] > 10 and audit.violations == 1


def test_a_sudden_speed_is_too_much_acceleration() -> None:
    audit = LimitAudit(FR3, DT)
    audit.add(FR3.home)
    audit.add(FR3.home)
    assert audit.add(FR3.home + 0.1 * DT), "0 to 0.1 rad/s within 2 ms is 50 rad/s2"
    assert audit.worst["velocity"] < 1 < audit.worst["acceleration"]


def test_an_acceleration_turned_round_at_once_is_too_much_jerk() -> None:
    audit = LimitAudit(FR3, DT)
    acceleration = np.array([0, 0, 0, 9, 9, -9, -9.0])
    position = np.cumsum(np.cumsum(acceleration)) * DT * DT
    broken = [audit.add(FR3.home + offset) for offset in position]
    assert broken == [False] * 5 + [True, False], "18 rad/s2 within 2 ms is 9000 rad/s3"
    assert audit.worst["acceleration"] < 1 < audit.worst["jerk"]


def test_positions_outside_and_no_numbers_count() -> None:
    assert LimitAudit(FR3, DT).add(FR3.position_upper + 0.01)
    assert LimitAudit(FR3, DT).add(np.full(7, np.nan))


def test_it_finds_nothing_in_what_the_limiter_sends(any_robot: RobotSpec, dt: float) -> None:
    rng = np.random.default_rng(3)
    limiter, audit = Limiter(any_robot, dt), LimitAudit(any_robot, dt)
    audit.add(limiter.q)
    for _ in range(60):
        target = rng.uniform(any_robot.position_lower - 1, any_robot.position_upper + 1)
        for _ in range(50):
            audit.add(limiter.step(target, 0.04)[0])
    assert audit.violations == 0, audit.worst
    assert audit.worst["jerk"] > 0.99 and audit.worst["acceleration"] > 0.99, "not timid"


def test_the_first_command_is_judged_from_where_the_arm_is() -> None:
    audit = LimitAudit(FR3, DT)
    audit.begin(FR3.home)
    leap = FR3.home.copy()
    leap[1] += 0.66
    assert audit.add(leap), "0.66 rad within 2 ms"
    assert audit.worst["velocity"] > 100 and audit.violations == 1


def test_the_noise_of_a_measurement_is_forgiven_at_the_start_alone() -> None:
    audit = LimitAudit(FR3, DT)
    audit.begin(FR3.home + 0.009)
    assert not audit.add(FR3.home) and not audit.add(FR3.home)
    assert audit.worst["velocity"] == 0
    audit.begin(FR3.home + 0.011)
    assert audit.add(FR3.home)
