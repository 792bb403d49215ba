"""Topics and pictures of other names, types, encodings and sizes; what is missing is named."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("rosbags")

from pontine.ros.errors import BagError
from pontine.ros.messages import nanoseconds
from pontine.ros.stream_reader import HowToRead
from pontine.ros.takes import Take
from tests.ros.odd_bags import FRAMES, PLOT, SLOW, TEXT, bag, read
from tests.ros.other_bags import messages, write_mcap
from tests.ros.recorded_graph import message, store, write_bag


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Take:
    (take,), account, _ = read(write_bag(tmp_path_factory.mktemp("whole") / "bag", PLOT))
    assert len(take) == account.kept == FRAMES and account.dropped == 0
    return take


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
