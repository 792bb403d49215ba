"""Bags of odd robots and recorders: what is odd is put right and said, or refused."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("rosbags")

from body.fr3 import FR3
from pontine.ros.bag import Bag
from pontine.ros.errors import BagError
from pontine.ros.messages import nanoseconds
from pontine.ros.stream_reader import HowToRead
from pontine.ros.takes import Account, Take, takes
from tests.ros.other_bags import messages, write_mcap
from tests.ros.recorded_graph import CODEC, Plot, message, store, write_bag

TEXT = "pick up the red cube"
PLOT = Plot(seconds=2.5, sentences=((0.2, TEXT),))
WALL = replace(PLOT, clock=False, start=1_700_000_000_000_000_000)
SLOW = pytest.mark.slow
FRAMES = 46  # of PLOT: from 0.2 s on, at 20 Hz
SENSORS = ("/joint_states", "/wrench", "/camera/wrist/image_raw", "/camera/fixed/image_raw")


def read(path: Path, how: HowToRead | None = None) -> tuple[list[Take], Account, str]:
    account = Account()
    with Bag(path, FR3, how, progress=False) as bag:
        found = list(takes(bag, CODEC.codec_id, 0.2, account))
        for take in found:
            for camera in ("wrist", "fixed"):
                assert len(take.pictures(bag, camera)) == len(take)
        return found, account, "\n".join([*account.lines(), *bag.lines()])


def bag(tmp_path: Path, spoil: Any, plot: Plot = PLOT) -> Path:
    return write_bag(tmp_path / "bag", replace(plot, spoil=spoil))


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


# Pictures.


def pictured(made: Any, topic: str, camera: str, **fields: Any) -> Any:
    if topic == f"/camera/{camera}/image_raw":
        for name, value in fields.items():
            setattr(made, name, value)
    return made


def as_bgra(made: Any) -> None:
    pixels = made.data.reshape(made.height, made.width, 3)
    made.data = np.dstack([pixels[..., ::-1], pixels[..., :1]]).reshape(-1)
    made.encoding, made.step = "bgra8", 4 * made.width


def as_grey(made: Any) -> None:
    made.data = made.data.reshape(-1, 3)[:, 0].copy()
    made.encoding, made.step = "mono8", made.width


def as_vga(made: Any) -> None:
    made.data = np.full(640 * 480 * 3, 90, np.uint8)
    made.width, made.height, made.step = 640, 480, 640 * 3


@pytest.mark.parametrize(
    "change", [as_vga, *(pytest.param(change, marks=SLOW) for change in (as_bgra, as_grey))]
)
def test_other_encodings_and_sizes_are_read(tmp_path, change):
    def spoil(topic: str, made: Any) -> Any:
        if topic.startswith("/camera"):
            change(made)
        return made

    (take,), account, said = read(bag(tmp_path, spoil, replace(PLOT, seconds=1.2)))
    assert account.kept == 20 and "left out" not in said and len(take) == 20


@pytest.mark.slow
def test_an_encoding_that_is_not_read_is_named(tmp_path):
    def spoil(topic: str, made: Any) -> Any:
        return pictured(made, topic, "fixed", encoding="16UC1")

    with pytest.raises(BagError, match=r"no fixed .* encoding '16UC1' is not read .depth"):
        read(bag(tmp_path, spoil))


# Topics.


def test_what_is_missing_is_named_with_what_is_there_and_how_to_map_it(tmp_path):
    plot = replace(PLOT, missing=("/camera/fixed/image_raw", "/instruction"), seconds=1.2)
    path = bag(tmp_path, PLOT.spoil, plot)
    with pytest.raises(BagError) as error:
        read(path)
    said = str(error.value)
    for part in (
        "no fixed (there is no topic /camera/fixed/image_raw)",
        "no instruction (there is no topic /instruction)",
        "/camera/wrist/image_raw (sensor_msgs/msg/Image, 30)", "--instruction TEXT",
        "--remap camera/fixed/image_raw=/THEIRS",
    ):  # fmt: skip
        assert part in said, said
    how = HowToRead(
        remap=("camera/fixed/image_raw=/camera/wrist/image_raw",), instruction=f" {TEXT} "
    )
    with pytest.raises(BagError, match="no wrist"):
        read(path, how)


@pytest.mark.slow
def test_topics_of_other_names_and_packed_pictures_are_read(tmp_path, whole):
    import io

    import PIL.Image

    found = []
    for one in messages(bag(tmp_path, PLOT.spoil)):
        if one.topic == "/camera/wrist/image_raw":
            made = store().deserialize_cdr(one.data, one.kind)
            file = io.BytesIO()
            PIL.Image.fromarray(made.data.reshape(128, 128, 3)).save(file, "PNG")
            kind = "sensor_msgs/msg/CompressedImage"
            packed = message(
                store(), kind, stamp=nanoseconds(made.header.stamp), format="rgb8; png compressed ",
                data=np.frombuffer(file.getvalue(), np.uint8),
            )  # fmt: skip
            data = bytes(store().serialize_cdr(packed, kind))
            one = one._replace(topic=one.topic + "/compressed", kind=kind, data=data)
        elif one.topic == "/joint_states":
            one = one._replace(topic="/left/joint_states")
        found.append(one)
    path = write_mcap(tmp_path / "named.mcap", found)
    (take,), _, _ = read(path, HowToRead(remap=("joint_states=/left/joint_states",)))
    assert np.array_equal(take.state, whole.state)


@pytest.mark.slow
def test_a_topic_of_another_type_is_named(tmp_path):
    found = [
        m._replace(topic="/instruction") if m.topic == "/gripper_controller/commands" else m
        for m in messages(bag(tmp_path, PLOT.spoil, replace(PLOT, missing=("/instruction",))))
    ]
    with pytest.raises(BagError, match="/instruction is of type std_msgs/msg/Float64MultiArray"):
        read(write_mcap(tmp_path / "odd.mcap", found))


def test_a_sentence_can_be_given_where_the_bag_says_none(tmp_path):
    path = bag(tmp_path, PLOT.spoil, replace(PLOT, missing=("/instruction",)))
    found, account, _ = read(path, HowToRead(instruction=TEXT))
    assert [take.span.text for take in found] == [TEXT] and account.idle == 0
    said = read(bag(tmp_path / "other", PLOT.spoil), HowToRead(instruction="wave"))[2]
    assert "--instruction is not used" in said


@pytest.mark.slow
def test_frames_before_a_sense_came_and_without_a_sentence_are_counted(tmp_path):
    plot = replace(
        PLOT, silent={"/camera/fixed/image_raw": (0.0, 1.0)}, sentences=((0.5, TEXT), (2.0, ""))
    )
    (take,), account, said = read(bag(tmp_path, PLOT.spoil, plot))
    assert account.dropped == 10 and len(take) == 20 and account.idle == 20
    assert "fixed: 1 gaps, the longest 0.50 s" in said and "20 without an instruction" in said
