"""Pictures of every encoding and size that cameras send, against pillow and by hand; no ROS."""

import io
from types import SimpleNamespace
from typing import Any

import numpy as np
import PIL.Image
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pontine.ros.messages import MalformedError
from pontine.ros.pictures import BAYER, PACKED, READ, YUV, picture

SIDE = 8
RNG = np.random.default_rng(3)
COLOURS = RNG.integers(0, 256, (SIDE, SIDE, 3), np.uint8)


def image(encoding: str, rows: np.ndarray, width: int, padding: int = 0, big: bool = False) -> Any:
    """rows: (height, bytes of a row) uint8."""
    padded = np.pad(rows, ((0, 0), (0, padding)), constant_values=77)
    return SimpleNamespace(
        encoding=encoding, height=len(rows), width=width, step=padded.shape[1],
        is_bigendian=int(big), data=padded.reshape(-1),
    )  # fmt: skip


def packed(encoding: str, pixels: np.ndarray, padding: int = 0, big: bool = False) -> Any:
    """`pixels` (h, w, 3) as `encoding` would carry them."""
    channels, order = PACKED[encoding]
    values = np.full((*pixels.shape[:2], channels), 9, np.uint8)
    for colour, channel in enumerate(order):
        values[..., channel] = pixels[..., colour]
    if encoding.endswith("16"):
        low = RNG.integers(0, 256, values.shape, np.uint8)
        values = np.stack([values, low] if big else [low, values], axis=-1)
    return image(encoding, values.reshape(len(pixels), -1), pixels.shape[1], padding, big)


@given(encoding=st.sampled_from(sorted(PACKED)), padding=st.integers(0, 5), big=st.booleans())
def test_packed_colours_come_back_whatever_padding_and_byte_order(encoding, padding, big):
    pixels = COLOURS if PACKED[encoding][1] != [0, 0, 0] else COLOURS[..., :1].repeat(3, axis=2)
    assert (picture(packed(encoding, pixels, padding, big), SIDE) == pixels).all()


def test_a_picture_as_it_is_wanted_is_not_copied():
    message = packed("rgb8", COLOURS)
    assert np.shares_memory(picture(message, SIDE), message.data)


@pytest.mark.parametrize("encoding", sorted(BAYER))
def test_a_cell_of_a_bayer_pattern_is_one_pixel(encoding):
    small = COLOURS.repeat(2, 0).repeat(2, 1)  # each cell sees one colour
    mosaic = np.zeros(small.shape[:2], np.uint8)
    for i, colour in enumerate(BAYER[encoding]):
        at = slice(i // 2, None, 2), slice(i % 2, None, 2)
        mosaic[at] = small[(*at, "rgb".index(colour))]
    if encoding.endswith("16"):
        mosaic = np.stack([np.zeros_like(mosaic), mosaic], axis=-1).reshape(len(mosaic), -1)
    assert (picture(image(encoding, mosaic, 2 * SIDE), SIDE) == COLOURS).all()


@pytest.mark.parametrize("encoding", sorted(YUV))
def test_yuv_is_read_as_video_is(encoding):
    grey, red = (126, 128, 128), (81, 90, 240)  # y, u, v of BT.601
    light, colour = YUV[encoding]
    pairs = np.zeros((SIDE, SIDE, 2), np.uint8)
    for columns, (y, u, v) in ((slice(0, 4), grey), (slice(4, 8), red)):
        pairs[:, columns, light] = y
        pairs[:, columns, colour] = [u, v, u, v]
    seen = picture(image(encoding, pairs.reshape(SIDE, -1), SIDE), SIDE).astype(int)
    assert np.abs(seen[:, :4] - 128).max() <= 1
    assert np.abs(seen[:, 4:] - [255, 0, 0]).max() <= 2


@given(width=st.integers(1, 40), height=st.integers(1, 40))
@example(40, 30)
def test_another_size_is_the_square_in_the_middle_scaled_by_area(width, height):
    pixels = np.zeros((height, width, 3), np.uint8)
    square = min(width, height)
    top, left = (height - square) // 2, (width - square) // 2
    pixels[top : top + square, left : left + square] = 200
    pixels[top, left] = 90
    message = packed("bgr8", pixels)
    if square < SIDE / 2:
        with pytest.raises(MalformedError, match=f"{width} x {height} pixels show too little"):
            picture(message, SIDE)
        return
    seen = picture(message, SIDE)
    assert seen.shape == (SIDE, SIDE, 3) and seen.dtype == np.uint8
    assert (seen[-1, -1] == 200).all(), "nothing of what was cut off"
    if square >= SIDE and square % SIDE == 0:
        area = (square // SIDE) ** 2
        assert abs(int(seen[0, 0, 0]) - (200 * (area - 1) + 90) / area) <= 1


def compressed(kind: str, pixels: np.ndarray, said: str | None = None) -> Any:
    data = io.BytesIO()
    PIL.Image.fromarray(pixels).save(data, kind)
    return SimpleNamespace(
        format=said or kind.lower(), data=np.frombuffer(data.getvalue(), np.uint8)
    )


def test_compressed_pictures_are_unpacked():
    assert (picture(compressed("PNG", COLOURS), SIDE) == COLOURS).all()
    deep = COLOURS[..., 0].astype(np.uint16) * 256 + 255
    assert (picture(compressed("PNG", deep), SIDE) == COLOURS[..., :1]).all()
    alpha = np.dstack([COLOURS, np.zeros((SIDE, SIDE), np.uint8)])
    assert (picture(compressed("PNG", alpha), SIDE) == COLOURS).all()
    plain = np.full((2 * SIDE, 3 * SIDE, 3), (200, 40, 90), np.uint8)
    seen = picture(compressed("JPEG", plain, "rgb8; jpeg compressed bgr8"), SIDE)
    assert np.abs(seen.astype(int) - plain[:SIDE, :SIDE]).max() <= 4


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (image("16UC1", np.zeros((8, 16), np.uint8), 8), "'16UC1' is not read .depth"),
        (image("nv21", np.zeros((8, 12), np.uint8), 8), "'nv21' is not read .those that are"),
        (image("", np.zeros((8, 24), np.uint8), 8), "encoding ''"),
        (image("rgb8", np.zeros((8, 23), np.uint8), 8), "in 184 bytes, rows of 23"),
        (image("rgb8", np.zeros((7, 24), np.uint8), 0), "0 x 7 pixels"),
        (image("yuyv", np.zeros((9, 18), np.uint8), 9), "odd width"),
        (SimpleNamespace(format="32FC1; compressedDepth png", data=b"x"), "compressedDepth"),
        (SimpleNamespace(format="jpeg", data=b"\xff\xd8\xff"), "no JPEG or PNG"),
        (SimpleNamespace(format="png", data=b""), "no JPEG or PNG"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_refused_by_name(message, why):
    with pytest.raises(MalformedError, match=why):
        picture(message, SIDE)


@given(
    encoding=st.sampled_from([*READ, "16UC1", "", "rgb"]), width=st.integers(0, 20),
    height=st.integers(0, 20), step=st.integers(0, 130), length=st.integers(0, 2600),
)  # fmt: skip
def test_no_numbers_of_a_stranger_give_anything_but_a_picture_or_a_refusal(
    encoding, width, height, step, length
):
    message = SimpleNamespace(
        encoding=encoding, width=width, height=height, step=step, is_bigendian=0,
        data=np.zeros(length, np.uint8),
    )  # fmt: skip
    try:
        seen = picture(message, SIDE)
    except MalformedError:
        return
    assert seen.shape == (SIDE, SIDE, 3) and seen.dtype == np.uint8


@settings(max_examples=40)
@given(at=st.floats(0, 1), value=st.integers(0, 255), cut=st.booleans(), jpeg=st.booleans())
def test_no_damage_to_a_compressed_picture_gives_anything_but_a_picture_or_a_refusal(
    at, value, cut, jpeg
):
    message = compressed("JPEG" if jpeg else "PNG", COLOURS)
    data = message.data.copy()
    place = int(at * (len(data) - 1))
    data[place] = value
    message.data = data[:place] if cut else data
    try:
        seen = picture(message, SIDE)
    except MalformedError:
        return
    assert seen.shape == (SIDE, SIDE, 3) and seen.dtype == np.uint8
