"""The driver, through its simplest subclass."""

from collections.abc import Sequence

import numpy as np
import pytest

from body.contract.arrays import Array
from body.contract.errors import CodecMismatchError, RangeError, ShapeError
from body.contract.mailbox import Freshness
from body.contract.observation import Observation
from body.contract.robot_spec import RobotSpec
from body.contract.tokens import ActionTokens, Report
from body.contract.waypoint import Waypoint
from body.geometry.kinematics import Kinematics
from body.robots.fr3 import FR3
from body.robots.ur5e import UR5E
from cerebellum.codec import BinsCodec, WaypointCodec
from cerebellum.playback import Playback

CODEC = WaypointCodec()
KINEMATICS = Kinematics(FR3)
GOAL = Waypoint([0.5, 0.1, 0.16], 0.4, True, 1.0)


def seen(tick: int, q: Array, width: float = 0.08) -> Observation:
    return Observation(tick * 50_000_000, q, np.zeros(7), width)


def tokens(waypoint: Waypoint = GOAL) -> ActionTokens:
    return ActionTokens(CODEC.encode(waypoint), CODEC.codec_id, 0)


def drive(driver: Playback, ticks: int, order: ActionTokens | None, state="fresh") -> list[Array]:
    """Run on a robot that obeys at once; the joint targets of each tick."""
    q, path = FR3.home, []
    driver.reset(seen(0, q))
    for tick in range(ticks):
        chunk = driver.step(
            seen(tick, q, 0.05 if driver.command.closed else 0.08), order, 0.1, state
        )
        q = chunk.joint_position[0]
        path.append(q)
    return path


def test_codes_alone_bring_the_hand_there_and_apply_the_gripper():
    driver = Playback(CODEC, FR3)
    path = drive(driver, 60, tokens())
    pose = KINEMATICS.tool_pose(path[-1])
    assert np.linalg.norm(pose[:3] - driver.waypoint.position) < 1e-3  # type: ignore[union-attr]
    assert abs(pose[3] - GOAL.yaw) < 0.04
    assert driver.command.closed and driver.report.status is Report.HOLDING
    assert driver.report.token_stamp == 0


def test_joint_targets_never_jump():
    path = np.array(drive(Playback(CODEC, FR3), 60, tokens()))
    steps = np.abs(np.diff(path, axis=0, prepend=FR3.home[None]))
    assert steps.max() < 0.12  # rad in 50 ms
    assert np.abs(np.diff(steps, axis=0)).max() < 0.06


def test_rows_of_successive_chunks_agree_where_promised():
    driver = Playback(CODEC, FR3)
    q = FR3.home
    driver.reset(seen(0, q))
    before = None
    for tick in range(20):
        chunk = driver.step(seen(tick, q), tokens(), 0.1)
        assert len(chunk) == 16 and chunk.stamp == tick * 50_000_000
        if before is not None:
            assert np.allclose(chunk.joint_position[0], before.joint_position[1], atol=1e-9)
        q, before = chunk.joint_position[0], chunk


@pytest.mark.parametrize("state", [Freshness.HOLD, Freshness.STOPPED])
def test_stale_tokens_hold(state):
    path = drive(Playback(CODEC, FR3), 10, tokens(), state)
    assert np.abs(np.diff(path, axis=0)).max() < 0.01


def test_no_tokens_and_the_null_code_stop_a_moving_hand():
    for order, state in ((None, "fresh"), (ActionTokens((), CODEC.codec_id, 0), "fresh"),
                         (tokens(), "null")):  # fmt: skip
        driver = Playback(CODEC, FR3)
        q = drive(driver, 8, tokens())[-1]
        speed = np.linalg.norm(driver.command.increment[:3])
        assert speed > 0.005
        for tick in range(8, 20):
            q = driver.step(seen(tick, q), order, 0.0, state).joint_position[0]
            now = np.linalg.norm(driver.command.increment[:3])
            assert now <= speed + 1e-9
            speed = now
        assert speed < 1e-6 and driver.waypoint is None
        assert driver.report.status is Report.MOVING


def test_foreign_and_malformed_tokens_are_refused():
    driver = Playback(CODEC, FR3)
    driver.reset(seen(0, FR3.home))
    with pytest.raises(CodecMismatchError):
        driver.step(seen(0, FR3.home), ActionTokens((1,) * 6, "feedbeeffeedbeef", 0))
    with pytest.raises(RangeError):
        driver.step(seen(0, FR3.home), ActionTokens((1,) * 5, CODEC.codec_id, 0))
    with pytest.raises(ShapeError):
        driver.reset(seen(0, np.zeros(6)))


class Mad(Playback):
    """Plans what no network should."""

    value = np.nan

    def plan(self, observation: Observation, codes: Sequence[int], age: float, promised: Array):
        return np.full((16, 5), self.value)


def test_a_plan_of_nan_is_refused_and_the_hand_holds():
    driver = Mad(CODEC, FR3)
    path = drive(driver, 12, tokens())
    assert driver.refused > 0 and np.abs(np.array(path) - FR3.home).max() < 0.02


@pytest.mark.parametrize("value", [1e6, -1e6])
def test_a_wild_plan_stays_slow_and_inside_the_workspace(value):
    driver = Mad(CODEC, FR3)
    driver.value = value
    q = FR3.home
    driver.reset(seen(0, q))
    for tick in range(60):
        before = driver.command.pose
        q = driver.step(seen(tick, q), tokens(), 0.1).joint_position[0]
        assert np.abs(driver.command.pose - before)[:3].max() <= 0.0221
        assert 0.1 <= driver.command.pose[0] <= 0.85 and 0.0 < driver.command.pose[2] <= 0.7


def test_a_chunk_of_motion_is_joined_where_its_age_says():
    codec = BinsCodec((-0.02,) * 4 + (0.0,), (0.02,) * 4 + (1.0,))
    plan = np.zeros((16, 5))
    plan[:, 0] = np.linspace(0.0, 0.015, 16)
    order = ActionTokens(codec.encode(plan), codec.codec_id, 0)
    driver = Playback(codec, FR3)
    driver.reset(seen(0, FR3.home))
    driver.step(seen(0, FR3.home), order, 0.25)
    driver.step(seen(1, FR3.home), order, 0.30)
    assert driver.command.increment[0] == pytest.approx(0.006, abs=1e-4)
    assert driver.waypoint is None


@pytest.mark.parametrize("parts", (2.5, 5.0))
def test_stepped_in_parts_the_hand_goes_the_same_way_as_fast(parts: float):
    whole, divided = Playback(CODEC, FR3, 4, 0), Playback(CODEC, FR3, 1, 0)
    divided.divide(parts)
    assert divided.period == pytest.approx(0.05 / parts)
    path = drive(whole, 20, tokens())
    fine = drive(divided, round(20 * parts), tokens())
    gap = KINEMATICS.tool_pose(path[-1])[:3] - KINEMATICS.tool_pose(fine[-1])[:3]
    assert np.linalg.norm(gap) < 0.02 and whole.command.closed == divided.command.closed
    speeds = np.linalg.norm(np.diff([KINEMATICS.tool_pose(q)[:3] for q in fine], axis=0), axis=1)
    assert speeds.max() * parts < 1.1 * 0.4 * 0.05


def test_parts_cannot_bridge_a_delay():
    with pytest.raises(RangeError, match="delay of 0"):
        Playback(CODEC, FR3, 4, 1).divide(2.0)


@pytest.mark.parametrize("blends", (True, False))
def test_a_late_plan_begins_half_way_to_the_plan_before(blends: bool):
    driver = Playback(CODEC, FR3, 4, 4)
    driver.blends = blends
    drive(driver, 8, tokens())
    away = tokens(Waypoint([0.5, -0.3, 0.16], 0.4, True, 1.0))
    before = driver._schedule.next_after_promised()
    driver.step(seen(8, FR3.home), away)
    promised = driver._schedule._rows[3]  # the last of them: a step of the schedule is used
    fresh = driver.plan(seen(8, FR3.home), away.codes, 0.1, driver._schedule._rows[:4])[4]
    first = driver._schedule._rows[4]
    assert before is not None and not np.allclose(first[:4], promised[:4])
    if blends:
        assert np.linalg.norm(first[:3] - before[:3]) < np.linalg.norm(fresh[:3] - before[:3])
    else:
        assert np.linalg.norm(first[:3] - before[:3]) > 0.004


@pytest.mark.parametrize("spec", [FR3, UR5E], ids=lambda spec: spec.name)
def test_from_wherever_the_arm_is_an_order_within_reach_is_obeyed(spec: RobotSpec) -> None:
    kinematics, arrived = Kinematics(spec), 0
    for seed in range(12):
        turned = spec.home + np.random.default_rng(seed).uniform(-0.5, 0.5, spec.joints)
        q, driver = np.clip(turned, spec.position_lower, spec.position_upper), Playback(CODEC, spec)
        driver.reset(Observation(0, q, np.zeros(spec.joints), 0.08))
        for tick in range(150):
            now = Observation(tick * 50_000_000, q, np.zeros(spec.joints), 0.08)
            q = driver.step(now, tokens(), 0.1).joint_position[0]
        tool = kinematics.tool_pose(q)[:3]
        arrived += np.linalg.norm(tool - driver.waypoint.position) < 0.01  # type: ignore[union-attr]
    assert arrived == 12
