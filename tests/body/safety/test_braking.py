"""The fastest stop is Ruckig's, and from a safe state it breaks no limit."""

import numpy as np
import pytest
import ruckig
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from body import RobotSpec
from body.robots.fr3 import FR3
from body.safety.braking import SLACK, brakes, stopping

SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
signed = st.floats(-1, 1)


def test_limits_become_brakes(any_robot: RobotSpec) -> None:
    for i, brake in enumerate(brakes(any_robot)):
        assert any_robot.position_lower[i] < brake.low < any_robot.position_lower[i] + 0.02
        assert any_robot.position_upper[i] > brake.high > any_robot.position_upper[i] - 0.02
        assert brake.acceleration == pytest.approx(any_robot.acceleration[i])
        assert brake.jerk == pytest.approx(any_robot.jerk[i])


@given(v=signed, a=signed, jerk=st.sampled_from([10.0, 300.0, 5000.0]), part=st.floats(0, 1.2))
def test_a_stop_is_the_time_optimal_one(v: float, a: float, jerk: float, part: float) -> None:
    v, a, limit = 3 * v, 10 * a, 10.0
    want = ruckig.InputParameter(1)
    want.control_interface = ruckig.ControlInterface.Velocity
    want.current_position, want.current_velocity, want.current_acceleration = [0.3], [v], [a]
    want.target_velocity = want.target_acceleration = [0.0]
    want.max_acceleration, want.max_jerk = [limit], [jerk]
    plan = ruckig.Trajectory(1)
    ruckig.Ruckig(1).calculate(want, plan)
    time = part * plan.duration
    q, velocity, acceleration = (x[0] for x in plan.at_time(time))
    ours = stopping((0.3, v, a), time, limit, jerk)
    assert ours == pytest.approx((q, velocity, acceleration), abs=1e-6)


@given(v=signed, a=signed, first=st.floats(0, 1), second=st.floats(0, 1))
def test_a_stop_goes_on_where_it_left_off(v: float, a: float, first: float, second: float) -> None:
    state = (0.0, 3 * v, 10 * a)
    at_once = stopping(state, first + second, 10.0, 50.0)
    in_two = stopping(stopping(state, first, 10.0, 50.0), second, 10.0, 50.0)
    assert in_two == pytest.approx(at_once, abs=1e-9)


@SHARED
@given(share=st.floats(0, 1), v=signed, a=signed, joint=st.integers(0, 6))
def test_a_stop_from_a_safe_state_breaks_no_limit_and_from_others_it_does(
    any_robot: RobotSpec, share: float, v: float, a: float, joint: int
) -> None:
    joint %= any_robot.joints
    brake = brakes(any_robot)[joint]
    q = brake.low + share * (brake.high - brake.low)
    state = (q, 1.1 * v * any_robot.velocity[joint], a * brake.acceleration)
    room = min(brake.up.room(*state), brake.down.room(*(-x for x in state)))
    times = np.linspace(0, 2 * brake.acceleration / brake.jerk + 2, 600)
    path = np.array([brake.after(state, time) for time in times])
    posture = np.tile(any_robot.home, (len(path), 1))
    posture[:, joint] = path[:, 0]
    bounds = [any_robot.velocity_bounds(row) for row in posture]
    lower = np.array([low[joint] for low, _ in bounds])
    upper = np.array([high[joint] for _, high in bounds])
    over = max((path[:, 1] - upper).max(), (lower - path[:, 1]).max())
    out = max((path[:, 0] - brake.high).max(), (brake.low - path[:, 0]).max())
    if room >= 0:
        assert over <= 1e-6 and out <= 1e-9
    elif room < -1e-2 and abs(state[1]) < 0.9 * any_robot.velocity[joint] and v * a >= 0:
        assert over > 0 or out > -SLACK, "not timid"


def test_a_joint_may_rest_where_it_starts() -> None:
    brake = brakes(FR3)[0]
    outside = FR3.position_upper[0]
    assert brake.up.room(outside, 0.0, 0.0) < 0
    brake.widen(outside)
    assert brake.up.room(outside, 0.0, 0.0) >= 0
    brake.widen(0.0)
    assert brake.up.end == brake.high
