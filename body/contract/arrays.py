"""Validation of the arrays that enter the contract's dataclasses."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from body.contract.errors import NotFiniteError, ShapeError

Array = NDArray[np.float64]
Image = NDArray[np.uint8]


def finite_array(name: str, value: object, shape: Sequence[int | None]) -> Array:
    """Return `value` as a read-only float64 array of `shape` (None: any length).

    Raises:
        ShapeError: the shape differs.
        NotFiniteError: an entry is NaN or infinite.
    """
    array = np.array(value, dtype=np.float64)
    if array.ndim != len(shape) or any(
        want is not None and have != want for have, want in zip(array.shape, shape, strict=True)
    ):
        raise ShapeError(f"{name}: expected shape {tuple(shape)}, got {array.shape}")
    if not np.isfinite(array).all():
        raise NotFiniteError(f"{name}: holds NaN or infinity")
    array.setflags(write=False)
    return array


def finite_number(name: str, value: object) -> float:
    """Return `value` as a finite float, or raise :class:`NotFiniteError`."""
    number = float(value)  # type: ignore[arg-type]
    if not np.isfinite(number):
        raise NotFiniteError(f"{name}: is {number}")
    return number


def rgb_image(name: str, value: object) -> Image:
    """Return `value` as uint8 (height, width, 3), or raise :class:`ShapeError`."""
    image = np.asarray(value)
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        raise ShapeError(
            f"{name}: expected uint8 (height, width, 3), got {image.dtype} {image.shape}"
        )
    return image
