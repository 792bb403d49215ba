"""A picture of any common encoding and size, as the models look at it: square, 8-bit RGB.

A picture of another size is cropped to the square in its middle, then scaled so that each pixel is
the mean of the area that it covers. The angle of view is then that of the square: see docs/ros2.md.

Packed colours and greys are read as ROS names them; 8UC3 and 8UC4 are taken for BGR, as OpenCV,
whose names they are, keeps colours. Of 16-bit values the upper 8 bits count. Bayer patterns give
one pixel for each cell of 2 x 2. YUV is BT.601 with the range of video.
"""

import io
from typing import Any

import numpy as np
import PIL.Image
from numpy.typing import NDArray
from PIL.Image import Resampling

from body.contract.arrays import Image
from pontine.ros.messages import MalformedError

SMALLEST = 0.5  # of the side that is wanted: below it, too little is to be seen
MOST_PIXELS = 64_000_000  # of a compressed picture, before it is unpacked
Raw = NDArray[np.uint8]
RGB, BGR, GREY = [0, 1, 2], [2, 1, 0], [0, 0, 0]
# channels of a pixel; which of them are red, green and blue
PACKED: dict[str, tuple[int, list[int]]] = {
    "rgb8": (3, RGB), "bgr8": (3, BGR), "rgba8": (4, RGB), "bgra8": (4, BGR), "mono8": (1, GREY),
    "rgb16": (3, RGB), "bgr16": (3, BGR), "rgba16": (4, RGB), "bgra16": (4, BGR),
    "mono16": (1, GREY), "8UC1": (1, GREY), "8UC3": (3, BGR), "8UC4": (4, BGR),
}  # fmt: skip
BAYER = {
    f"bayer_{cell}{bits}": cell for cell in ("rggb", "bggr", "gbrg", "grbg") for bits in (8, 16)
}
# where the first brightness stands, and the first of the two colours' differences
YUV = {"yuv422": (1, 0), "uyvy": (1, 0), "yuv422_yuy2": (0, 1), "yuyv": (0, 1)}
READ = (*PACKED, *BAYER, *YUV)
UNREAD = {
    "16UC1": "depth cameras send it: it shows no brightness",
    "32FC1": "depth cameras send it: it shows no brightness",
}


def picture(message: Any, side: int) -> Image:
    """(side, side, 3) uint8 RGB of a sensor_msgs/Image or CompressedImage.

    A view of the message where it has that size and encoding already.

    Raises:
        MalformedError: an encoding that is not read, by name; a length that does not fit; a picture
            whose shorter side is below half of `side`.
    """
    pixels = _unpacked(message) if hasattr(message, "format") else _plain(message)
    return pixels if pixels.shape[:2] == (side, side) else _scaled(pixels, side)


def _plain(message: Any) -> Image:
    encoding, height, width = str(message.encoding), int(message.height), int(message.width)
    if encoding not in READ:
        why = UNREAD.get(encoding, f"those that are read: {', '.join(READ)}")
        raise MalformedError(f"encoding {encoding[:32]!r} is not read ({why})")
    deep = encoding.endswith("16")
    channels = PACKED[encoding][0] if encoding in PACKED else 2 if encoding in YUV else 1
    used = width * channels * (2 if deep else 1)
    step = int(message.step) or used
    if not (width and height) or step < used or len(message.data) != height * step:
        raise MalformedError(
            f"{width} x {height} pixels of {encoding} in {len(message.data)} bytes, rows of {step}"
        )
    rows = np.frombuffer(message.data, np.uint8).reshape(height, step)[:, :used]
    if deep:
        rows = rows[:, 0 if message.is_bigendian else 1 :: 2]
    if encoding in BAYER:
        return _bayer(rows, BAYER[encoding])
    if encoding in YUV:
        return _yuv(rows.reshape(height, width, 2), *YUV[encoding])
    pixels, order = rows.reshape(height, width, channels), PACKED[encoding][1]
    if order == BGR:
        return pixels[..., 2::-1]
    return pixels[..., :3] if order == RGB else pixels.repeat(3, axis=2)


def _bayer(rows: Raw, cell: str) -> Image:
    height, width = rows.shape[0] // 2 * 2, rows.shape[1] // 2 * 2
    if not (height and width):
        raise MalformedError("a Bayer pattern of less than 2 x 2 pixels")
    parts = [rows[i // 2 : height : 2, i % 2 : width : 2] for i in range(4)]
    green = np.mean([parts[i] for i in range(4) if cell[i] == "g"], axis=0).astype(np.uint8)
    return np.stack([parts[cell.index("r")], green, parts[cell.index("b")]], axis=-1)


def _yuv(pairs: Raw, light: int, colour: int) -> Image:
    if pairs.shape[1] % 2:
        raise MalformedError("YUV 4:2:2 of an odd width")
    y = 1.164 * (pairs[..., light].astype(np.float32) - 16)
    u, v = (pairs[:, i::2, colour].astype(np.float32).repeat(2, 1) - 128 for i in (0, 1))
    channels = (y + 1.596 * v, y - 0.392 * u - 0.813 * v, y + 2.017 * u)
    return np.clip(np.round(np.stack(channels, axis=-1)), 0, 255).astype(np.uint8)


def _unpacked(message: Any) -> Image:
    said = str(message.format)
    if "compressedDepth" in said:
        raise MalformedError(f"format {said[:48]!r} is not read (depth shows no brightness)")
    try:
        with PIL.Image.open(io.BytesIO(bytes(message.data)), formats=("JPEG", "PNG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise MalformedError(f"{opened.width} x {opened.height} pixels, too many")
            if opened.mode.startswith("I;16"):
                return (np.asarray(opened) >> 8).astype(np.uint8)[..., None].repeat(3, axis=2)
            if opened.mode in ("I", "F"):
                raise MalformedError(f"format {said[:48]!r} with values of 32 bits is not read")
            return np.asarray(opened.convert("RGB"))
    except (OSError, SyntaxError, ValueError, PIL.Image.DecompressionBombError) as error:
        if isinstance(error, MalformedError):
            raise
        raise MalformedError(
            f"format {said[:48]!r} is no JPEG or PNG that can be unpacked ({error})"
        ) from error


def _scaled(pixels: Image, side: int) -> Image:
    """(side, side, 3) of the square in the middle."""
    height, width = pixels.shape[:2]
    square = min(height, width)
    if square < SMALLEST * side:
        raise MalformedError(
            f"{width} x {height} pixels show too little: {side} x {side} are looked at, and at "
            f"least half as many each way are needed"
        )
    top, left = (height - square) // 2, (width - square) // 2
    cut = np.ascontiguousarray(pixels[top : top + square, left : left + square])
    how = Resampling.BOX if square >= side else Resampling.BILINEAR
    return np.asarray(PIL.Image.fromarray(cut).resize((side, side), how))
