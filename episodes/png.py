"""Images to PNG bytes and back, and the area downsampling that training and run time share."""

import io
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

Pixels = NDArray[np.uint8]
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_UP = 2  # PNG filter: difference to the pixel above


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def encode(image: Pixels) -> bytes:
    """PNG of an RGB image uint8 (H, W, 3): zlib level 1, one filter, run-length strategy.

    Half the time of Pillow's encoder at level 1 (which tries every filter on every row), and no
    larger on rendered images.
    """
    height, width, _ = image.shape
    pixels = image.reshape(height, width * 3)
    rows = np.empty((height, 1 + width * 3), np.uint8)
    rows[:, 0] = _UP
    rows[0, 1:] = pixels[0]
    np.subtract(pixels[1:], pixels[:-1], out=rows[1:, 1:])
    packer = zlib.compressobj(1, zlib.DEFLATED, 15, 9, zlib.Z_RLE)
    data = packer.compress(rows.tobytes()) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)  # 8 bits, RGB
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def decode(data: bytes, shape: tuple[int, ...] | None = None) -> Pixels:
    """RGB uint8 (H, W, 3) of the bytes of a PNG or JPEG picture of 8 bits a colour.

    Args:
        shape: the size that it must have; another is refused before it is decoded.

    Raises:
        OSError: the bytes are no such picture, or a damaged one; the message goes on from the
            picture's name.
    """
    size = _png_size(data) if data.startswith(_SIGNATURE) else None
    _fits(size, shape)
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            _fits((image.height, image.width), shape)
            if image.mode != "RGB":
                raise OSError(f"is {_MODES.get(image.mode, image.mode)}, not RGB of 8 bits")
            return np.asarray(image)
    except UnidentifiedImageError as error:
        raise OSError("is no PNG or JPEG picture") from error
    except OSError:
        raise
    except Exception as error:  # whatever a decoder stumbles over in damaged bytes
        raise OSError(f"is no readable picture ({error})") from error


def converted(data: bytes) -> bytes | None:
    """PNG as RGB of a picture in grey or of a palette, or one that is opaque throughout; None
    where it is RGB already, or would lose something (16 bits, transparency)."""
    try:
        if data.startswith(_SIGNATURE):
            _chunks(data)
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            if image.mode not in ("L", "1", "P", "RGBA", "LA") or _depth(data) > 8:
                return None
            whole = np.asarray(image.convert("RGBA"))
    except Exception:  # damaged: it is told where pictures are looked at
        return None
    return encode(whole[..., :3]) if (whole[..., 3] == 255).all() else None


_MODES = {"L": "grey", "1": "black and white", "I;16": "grey of 16 bits", "I": "grey of 32 bits",
          "P": "a palette's", "RGBA": "transparent (RGBA)", "LA": "grey and transparent",
          "CMYK": "for printing (CMYK)"}  # fmt: skip
_COLOURS = {0: "grey", 2: "RGB", 3: "a palette's", 4: "grey and transparent",
            6: "transparent (RGBA)"}  # fmt: skip


def _fits(size: tuple[int, int] | None, shape: tuple[int, ...] | None) -> None:
    if size is not None and shape is not None and size != shape[:2]:
        raise OSError(
            f"is {size[1]} x {size[0]} pixels, meta/info.json says {shape[1]} x {shape[0]}"
        )


def _png_size(data: bytes) -> tuple[int, int]:
    """Height and width of a PNG in RGB of 8 bits."""
    height, width, depth, colour = _chunks(data)
    if (depth, colour) != (8, 2):
        found = f"{_COLOURS.get(colour, 'of an unknown kind')} of {depth} bits"
        raise OSError(f"is {found}, not RGB of 8 bits")
    return height, width


def _chunks(data: bytes) -> tuple[int, int, int, int]:
    """Height, width, bits and colour type of a PNG whose every chunk's checksum holds (Pillow
    skips the pixels')."""
    at, header, ended = len(_SIGNATURE), None, False
    while not ended:
        if len(data) < at + 12:
            raise OSError("is cut off")
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 8 + length
        if len(data) < end + 4:
            raise OSError("is cut off")
        if zlib.crc32(data[at + 4 : end]) != struct.unpack_from(">I", data, end)[0]:
            raise OSError("is damaged: a checksum in it does not hold")
        if kind == b"IHDR" and length == 13:
            width, height, depth, colour = struct.unpack_from(">IIBB", data, at + 8)
            header = height, width, depth, colour
        ended, at = kind == b"IEND", end + 4
    if header is None:
        raise OSError("is no readable picture (it tells no size)")
    return header


def _depth(data: bytes) -> int:
    """Bits a colour."""
    return _chunks(data)[2] if data.startswith(_SIGNATURE) else 8


def shrink(image: NDArray[Any], size: int) -> Pixels:
    """Area-downsample uint8 (H, W, 3) to (size, size, 3), each pixel the mean of its block."""
    if image.shape[:2] == (size, size):
        return np.asarray(image, np.uint8)
    picture = Image.fromarray(image)
    if image.shape[0] == image.shape[1] and image.shape[0] % size == 0:
        return np.asarray(picture.reduce(image.shape[0] // size))
    return np.asarray(picture.resize((size, size), Image.Resampling.BOX))
