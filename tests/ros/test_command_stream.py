"""A controller that keeps ros2_control's rule follows every command, whatever its clock says."""

import math
from array import array
from collections.abc import Iterator

import numpy as np
import pytest
from builtin_interfaces.msg import Duration, Time
from hypothesis import given
from hypothesis import strategies as st
from trajectory_msgs.msg import JointTrajectory, JointTrajectoryPoint

from body.robots.fr3 import FR3
from pontine_ros.command_stream import LATER, CommandStream
from pontine_ros.incoming import MessageRefusedError
from pontine_ros.robot_clock import NAMED, REFUSED, WINDOW, RobotClock
from pontine_ros.trajectory_controller import TrajectoryController

PERIOD, STEP, SECONDS = 4_000_000, 1_000_000, 1.2  # ns, ns, s
NAMES = list(FR3.joint_names)
BEGUN = 5_000_000_000  # ns on our clock
LAG = 0.02  # s that the simulated servo trails behind its command


def path(stamp: float) -> np.ndarray:
    """(J,) rad of a motion that turns and stops, at up to 1 rad/s."""
    time = (stamp - BEGUN) * 1e-9
    return FR3.home + 0.5 * math.sin(2 * time) ** 2 * np.linspace(1, 0.2, 7)


class Robot:
    """A servo behind a trajectory controller at 1 kHz, with a clock of its own."""

    def __init__(self, ahead: int) -> None:
        self.ahead, self.dropped, self.told = ahead, 0, []
        self._controller = TrajectoryController(NAMES, STEP)
        self._q = path(BEGUN)

    def receive(self, message: JointTrajectory, now: int) -> None:
        try:
            self._controller.take(message, now + self.ahead)
        except MessageRefusedError:
            self.dropped += 1

    def step(self, now: int) -> None:
        told = self._controller.update(now + self.ahead, lambda: self._q)
        if told is not None:
            self.told.append((now, told))
            self._q = self._q + (told - self._q) * STEP * 1e-9 / LAG


def ways(rng: np.random.Generator) -> Iterator[int]:
    """Ns that a message is on its way: half a millisecond, at times six."""
    while True:
        yield int(5e5 + rng.exponential(4e5) + (rng.random() < 0.01) * 5e6)


def driven(robot: Robot, seed: int, known: bool = True) -> Robot:
    """Commands at 250 Hz for some seconds, over a network."""
    stream, clock = CommandStream(NAMES, PERIOD), RobotClock()
    way = ways(np.random.default_rng(seed))
    for back in range(WINDOW, 0, -1):  # joint states before the arm was armed
        clock.note(BEGUN - back * PERIOD + robot.ahead, BEGUN - back * PERIOD + next(way))
    coming: list[tuple[int, JointTrajectory]] = []
    end = BEGUN + int(SECONDS * 1e9)
    for now in range(BEGUN, end, STEP):
        if (now - BEGUN) % PERIOD == 0:
            clock.note(now + robot.ahead, now + next(way))
            stream.add(now, path(now))
            made = stream.message(clock.offset if known else None)
            coming.append((now + next(way), as_sent(made)))
        for _, message in [pair for pair in coming if pair[0] <= now]:
            robot.receive(message, now)
        coming = [pair for pair in coming if pair[0] > now]
        robot.step(now)
    return robot


def as_sent(message: JointTrajectory) -> JointTrajectory:
    """A copy, for the stream goes on with its own."""
    points = [
        JointTrajectoryPoint(
            positions=point.positions[:],
            time_from_start=Duration(nanosec=point.time_from_start.nanosec),
        )
        for point in message.points
    ]
    stamp = Time(sec=message.header.stamp.sec, nanosec=message.header.stamp.nanosec)
    made = JointTrajectory(joint_names=message.joint_names, points=points)
    made.header.stamp = stamp
    return made


def lag(robot: Robot) -> tuple[float, float]:
    """S that what the arm was told trails the path; and rad, the largest step of 1 ms."""
    told = [(now, q) for now, q in robot.told if now > BEGUN + 10 * PERIOD]
    wanted = {late: np.array([path(now - late * 1e6) for now, _ in told]) for late in range(25)}
    q = np.array([q for _, q in told])
    best = min(wanted, key=lambda late: float(np.abs(q - wanted[late]).mean()))
    return best * 1e-3, float(np.abs(np.diff(q, axis=0)).max())


@pytest.mark.parametrize("ahead", [-10, -4, -2, 0, 2, 4, 10])
def test_nothing_is_dropped_and_nothing_trails_whatever_the_clocks_say(ahead: int) -> None:
    robot = driven(Robot(ahead * 1_000_000), seed=ahead + 10)
    assert robot.dropped == 0
    trails, step = lag(robot)
    assert trails <= LATER * PERIOD * 1e-9 + 0.001
    assert step < 4 * 1e-3, "as long a step as four at full speed, once a message was very late"


def test_without_a_known_clock_commands_begin_when_they_arrive() -> None:
    robot = driven(Robot(700_000_000), seed=3, known=False)
    assert robot.dropped == 0
    assert lag(robot)[0] <= (LATER + 1) * PERIOD * 1e-9


def test_one_point_a_period_ahead_would_not_do() -> None:
    """The rule that the simulated robot keeps is the one that real ones were seen to keep."""
    robot = Robot(5_000_000)
    point = JointTrajectoryPoint(
        positions=array("d", FR3.home), time_from_start=Duration(nanosec=PERIOD)
    )
    for now in range(BEGUN, BEGUN + 100 * PERIOD, PERIOD):
        message = JointTrajectory(joint_names=NAMES, points=[point])
        message.header.stamp = Time(sec=now // 10**9, nanosec=now % 10**9)
        robot.receive(message, now + 500_000)
    assert robot.dropped == 100


@given(late=st.integers(0, 99), seed=st.integers(0, 99))
def test_a_message_that_is_very_late_is_still_followed(late: int, seed: int) -> None:
    stream, controller = CommandStream(NAMES, PERIOD), TrajectoryController(NAMES, STEP)
    rng = np.random.default_rng(seed)
    for number in range(int(rng.integers(1, 6))):
        stamp = BEGUN + number * PERIOD
        stream.add(stamp, path(stamp))
    message = stream.message(0)
    newest = message.points[-1].positions.tolist()
    now = stamp + LATER * PERIOD + late * 1_000_000
    controller.take(message, now)
    told = controller.update(now, lambda: FR3.home)
    assert told is not None and told.tolist() == pytest.approx(newest)


def test_a_new_path_holds_nothing_of_the_old_one() -> None:
    stream = CommandStream(NAMES, PERIOD)
    stream.add(BEGUN, path(BEGUN))
    stream.begin()
    stream.add(BEGUN + 10**9, FR3.home)
    assert {tuple(p.positions) for p in stream.message(0).points} == {tuple(FR3.home)}


def trajectory(names: list[str], q: list[float], times: list[float], sec: int = 0
               ) -> JointTrajectory:  # fmt: skip
    points = []
    for time in times:
        point = JointTrajectoryPoint(positions=array("d", q))
        seconds = point.time_from_start
        seconds.sec, seconds.nanosec = divmod(round(time * 1e9), 10**9)
        points.append(point)
    message = JointTrajectory(joint_names=names, points=points)
    message.header.stamp.sec = sec
    return message


@given(order=st.permutations(range(7)))
def test_joints_are_matched_by_name(order: list[int]) -> None:
    controller = TrajectoryController(NAMES, STEP)
    controller.take(trajectory([NAMES[i] for i in order], [float(i) for i in order], [0.0]), 0)
    told = controller.update(0, lambda: FR3.home)
    assert told is not None and told.tolist() == list(range(7))


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (trajectory(NAMES, [0.0] * 7, []), "0 points"),
        (trajectory(NAMES, [0.0] * 7, [0.1, 0.1]), "do not rise"),
        (trajectory(NAMES, [0.0] * 7, [0.5], sec=4), "ends in the past, 500.0 ms ago"),
        (trajectory(["x", *NAMES[1:]], [0.0] * 7, [0.1]), "joints x"),
        (trajectory(NAMES, [math.nan] * 7, [0.1]), "no finite number"),
        (trajectory(NAMES, [0.0] * 6, [0.1]), "6 positions for 7"),
    ],
)
def test_other_trajectories_are_refused_and_the_old_one_goes_on(
    message: JointTrajectory, why: str
) -> None:
    controller = TrajectoryController(NAMES, STEP)
    controller.take(trajectory(NAMES, [0.5] * 7, [0.0]), BEGUN)
    with pytest.raises(MessageRefusedError, match=why):
        controller.take(message, BEGUN)
    told = controller.update(BEGUN, lambda: FR3.home)
    assert told is not None and told.tolist() == [0.5] * 7


def test_a_start_in_the_future_is_approached_from_where_the_arm_is() -> None:
    controller = TrajectoryController(NAMES, STEP)
    controller.take(trajectory(NAMES, [1.0] * 7, [1.0], sec=5), BEGUN)
    told = controller.update(BEGUN + 500_000_000 - STEP, lambda: np.zeros(7))
    assert told is not None and 0 < told[0] < 0.01
    told = controller.update(BEGUN + 750_000_000 - STEP, lambda: np.zeros(7))
    assert told is not None and told[0] == pytest.approx(0.5, abs=0.01)


@given(ahead=st.floats(-0.2, 0.2), seed=st.integers(0, 99))
def test_a_clock_that_is_off_is_named_and_far_off_refuses_to_arm(ahead: float, seed: int) -> None:
    clock, way = RobotClock(), ways(np.random.default_rng(seed))
    for number in range(2 * WINDOW):
        now = BEGUN + number * PERIOD
        clock.note(now + round(ahead * 1e9), now + next(way))
    refused, said = clock.fault(0)
    if abs(ahead) < NAMED - 0.002:
        assert not said
    if abs(ahead) > NAMED + 0.002:
        assert ("ahead of" if ahead > 0 else "behind") in said and "chrony" in said
    assert refused or abs(ahead) < REFUSED + 0.002
    assert not refused or abs(ahead) > REFUSED - 0.002


def test_joint_states_without_stamps_are_named_but_do_not_stop_the_arm() -> None:
    clock = RobotClock()
    clock.note(0, BEGUN)
    refused, said = clock.fault(0)
    assert not refused and "bear no stamps" in said and clock.offset is None


def test_slow_motion_is_no_clock_to_stamp_by() -> None:
    clock = RobotClock()
    for number in range(3 * WINDOW):
        clock.note(BEGUN + number * PERIOD // 2, BEGUN + number * PERIOD)
    assert clock.offset is None
