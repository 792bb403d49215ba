"""Bags of odd robots and recorders: what is odd is put right and said, or refused."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("rosbags")

from body.robots.fr3 import FR3
from pontine.ros.errors import BagError
from pontine.ros.messages import nanoseconds
from pontine.ros.stream_reader import HowToRead
from pontine.ros.takes import Take
from tests.ros.odd_bags import FRAMES, PLOT, SENSORS, SLOW, TEXT, WALL, bag, read
from tests.ros.other_bags import messages, write_mcap
from tests.ros.recorded_graph import write_bag


def shift(made: Any, ns: int) -> None:
    stamp = made.header.stamp
    stamp.sec, stamp.nanosec = divmod(nanoseconds(stamp) + ns, 10**9)


def angles(made: Any, factor: float) -> None:
    arm = np.isin(made.name, FR3.joint_names)
    made.position[arm] *= factor
    made.velocity[arm] *= factor


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Take:
    (take,), account, _ = read(write_bag(tmp_path_factory.mktemp("whole") / "bag", PLOT))
    assert len(take) == account.kept == FRAMES and account.dropped == 0
    return take


# Clocks and stamps.


@pytest.mark.parametrize("fallen", ["recorder and robot", pytest.param("robot", marks=SLOW)])
def test_a_clock_that_falls_back_costs_no_more_than_the_frames_at_the_fall(tmp_path, fallen):
    late = WALL.start + 1_500_000_000

    def spoil(topic: str, made: Any) -> Any:
        stamped = hasattr(made, "header") and topic != "/instruction"
        if stamped and nanoseconds(made.header.stamp) >= late:
            shift(made, -700_000_000)
        return made

    path = bag(tmp_path, spoil, WALL)
    if fallen == "recorder and robot":
        moved = [
            m._replace(time=m.time - 700_000_000) if m.time >= late else m for m in messages(path)
        ]
        path = write_mcap(tmp_path / "fallen.mcap", moved)
    found, account, said = read(path)
    assert "fell back by 0.6" in said or "fell back by 0.7" in said
    assert {take.span.text for take in found} == {TEXT} and len(found) == 2
    assert account.kept >= FRAMES - 8 and account.kept + account.dropped <= FRAMES + 20
    frames = sum(len(take) for take in found)
    assert frames == account.kept and f"{account.dropped} dropped" in said


@pytest.mark.slow
def test_a_leap_of_the_clock_over_years_is_one_gap(tmp_path):
    path = bag(tmp_path, PLOT.spoil, WALL)
    moved = [
        m._replace(time=m.time + 10**9 * 86400 * 365) if m.time >= WALL.start + 10**9 else m
        for m in messages(path)
    ]
    found, _, said = read(write_mcap(tmp_path / "leapt.mcap", moved), HowToRead(stamps="received"))
    assert "the clock leapt forward by 31536000" in said and len(found) == 2


def test_messages_without_stamps_are_taken_as_of_when_they_came(tmp_path, whole):
    def spoil(topic: str, made: Any) -> Any:
        if topic in SENSORS:
            made.header.stamp.sec = made.header.stamp.nanosec = 0
        return made

    (take,), account, said = read(bag(tmp_path, spoil))
    assert account.kept >= FRAMES - 1 and account.dropped == 0
    assert np.abs(take.state[:40, :7] - whole.state[:40, :7]).max() < 0.02
    for topic in SENSORS:
        assert f"messages on {topic} bear no stamp" in said


@pytest.mark.parametrize("seconds", [-10.0, pytest.param(10.0, marks=SLOW)])
def test_stamps_of_another_clock_are_refused_with_the_difference_and_may_be_passed_over(
    tmp_path, whole, seconds
):
    def spoil(topic: str, made: Any) -> Any:
        if topic == "/camera/wrist/image_raw":
            shift(made, round(seconds * 1e9))
        return made

    path = bag(tmp_path, spoil)
    with pytest.raises(BagError, match=r"no wrist \(63 of 63 .*10.* s (before|after) it came"):
        read(path)
    (take,), account, _ = read(path, HowToRead(stamps="received"))
    assert account.kept >= FRAMES - 1
    assert np.abs(take.state[:40, :7] - whole.state[:40, :7]).max() < 0.02


@pytest.mark.slow
def test_messages_out_of_order_and_twice_are_put_in_order(tmp_path, whole):
    found = messages(bag(tmp_path, PLOT.spoil))
    rng = np.random.default_rng(1)
    shuffled = [m for i in rng.permutation(len(found)) for m in [found[i]] * (1 + int(i) % 2)]
    (take,), _, said = read(write_mcap(tmp_path / "shuffled.mcap", shuffled))
    assert np.array_equal(take.times, whole.times) and np.array_equal(take.state, whole.state)
    assert "fell back" not in said


def test_a_bag_whose_recorder_listened_for_a_clock_in_vain_is_read(tmp_path):
    plot = replace(WALL, clock=True, silent={"/clock": (0.0, 99.0)})
    path = bag(tmp_path, plot.spoil, plot)
    moved = [
        m._replace(time=m.time - 1_700_000_000_000_000_000 + WALL.start) for m in messages(path)
    ]
    (take,), _, _ = read(write_mcap(tmp_path / "bare.mcap", moved))
    assert len(take) == FRAMES


# Joints, fingers, commands.


def test_a_bag_in_degrees_is_refused_by_joint_value_and_cause_and_read_where_it_is_said(
    tmp_path, whole
):
    def spoil(topic: str, made: Any) -> Any:
        if topic == "/joint_states":
            angles(made, 180 / np.pi)
        return made

    path = bag(tmp_path, spoil)
    with pytest.raises(BagError, match=r"'fr3_joint\d' reads -?\d+.*look like degrees.*--degrees"):
        read(path)
    (take,), _, _ = read(path, HowToRead(degrees=True))
    assert np.allclose(take.state, whole.state, atol=1e-5)


@pytest.mark.slow
def test_a_bag_in_radians_is_not_read_as_degrees(tmp_path):
    with pytest.raises(BagError, match="no joints"):
        read(bag(tmp_path, PLOT.spoil), HowToRead(degrees=True))


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda made: made.position.__setitem__(slice(7, 9), 50.0), "the fingers read 100 m apart"),
        (lambda made: made.name.__setitem__(slice(7, 9), ["l", "r"]), "no reading of the fingers"),
        (lambda made: made.position.__setitem__(0, np.nan), "'fr3_joint7' reads nan"),
        (lambda made: made.position.__setitem__(0, 1e30), "'fr3_joint7' reads 1e.30 rad, outside"),
        (lambda made: made.name.__setitem__(0, "x"), "joint 'fr3_joint7' is missing"),
    ],
)  # fmt: skip
def test_joints_that_are_not_this_arms_are_refused(tmp_path, spoil, why):
    def spoiled(topic: str, made: Any) -> Any:
        if topic == "/joint_states":
            spoil(made)
        return made

    with pytest.raises(BagError, match=f"no joints .* /joint_states are left out, .*{why}"):
        read(bag(tmp_path, spoiled))


@pytest.mark.slow
def test_fingers_of_other_names_can_be_named(tmp_path, whole):
    def spoil(topic: str, made: Any) -> Any:
        if topic == "/joint_states":
            made.name[7:9] = ["left", "right"]
        return made

    (take,), _, _ = read(bag(tmp_path, spoil), HowToRead(fingers=("left", "right")))
    assert np.array_equal(take.state, whole.state)


@pytest.mark.parametrize("kind", ["nan", pytest.param("none", marks=SLOW)])
def test_velocities_that_the_driver_does_not_send_are_reckoned(tmp_path, whole, kind):
    def spoil(topic: str, made: Any) -> Any:
        if topic == "/joint_states":
            made.velocity = np.full(9, np.nan) if kind == "nan" else np.zeros(0)
        return made

    (take,), _, said = read(bag(tmp_path, spoil))
    assert "joint states bear no velocities: they are reckoned from positions" in said
    assert np.array_equal(take.state[:, :7], whole.state[:, :7])
    assert np.abs(whole.state[:, 7:14]).max() > 0.3
    assert np.abs(take.state[:, 7:14] - whole.state[:, 7:14]).max() < 0.3


@pytest.mark.parametrize(
    ("topic", "change", "why"),
    [
        ("/arm_controller/joint_trajectory",
         lambda m: setattr(m.points[0], "positions", m.points[0].positions * 57.3),
         "no commands .*outside"),
        ("/gripper_controller/commands", lambda m: setattr(m, "data", m.data * 1000),
         "no gripper .*outside"),
        ("/instruction", lambda m: setattr(m, "text", "a\nb"),
         "no instruction .*control character"),
    ],
)  # fmt: skip
def test_commands_and_words_that_cannot_be_are_refused(tmp_path, topic, change, why):
    def spoil(name: str, made: Any) -> Any:
        if name == topic:
            change(made)
        return made

    with pytest.raises(BagError, match=why):
        read(bag(tmp_path, spoil))
