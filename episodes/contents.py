"""What the rows of one episode hold: every number and picture looked at once.

Checking and repairing share it: both ask whether the rows are right in themselves. Whether they
are what the tables say is another question (:mod:`episodes.check`).
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from episodes import png
from episodes.damage import Kind
from episodes.features import ColumnError, Feature, Features, encoded, from_arrow
from episodes.stats import Stats, image_stats, numeric_stats, sampled_frames

TIMESTAMP_TOLERANCE = 1e-4  # s, LeRobot's


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the rows; `frame` is the first such frame of the episode."""

    kind: Kind
    problem: str
    frame: int | None = None


@dataclass
class Contents:
    """What was found.

    Attributes:
        faults: what is wrong.
        numbers: every numeric column that could be read, (T, *item_shape).
        stats: of every column that could be read.
        pictures: how many were decoded.
    """

    faults: list[Fault] = field(default_factory=list)
    numbers: dict[str, NDArray[Any]] = field(default_factory=dict)
    stats: Stats = field(default_factory=dict)
    pictures: int = 0


def inspect(features: Features, fps: float, table: pa.Table) -> Contents:
    """Look at all rows (T of them, at least one) of an episode."""
    found = Contents()
    for name, feature in features.items():
        try:
            if feature.is_image:
                _pictures(found, name, feature, encoded(table.column(name)))
            else:
                _numbers(found, name, from_arrow(feature, table.column(name)))
        except ColumnError as error:
            kind = Kind.PICTURE if feature.is_image else Kind.FRAMES
            found.faults.append(Fault(kind, f"{name} {error}", error.row))
    _times(found, fps)
    return found


def _pictures(found: Contents, name: str, feature: Feature, files: list[bytes]) -> None:
    sampled, kept = set(sampled_frames(len(files))), []
    wrong: list[tuple[int, OSError]] = []
    for frame, data in enumerate(files):
        try:
            picture = png.decode(data, feature.shape)
        except OSError as error:
            wrong.append((frame, error))
            continue
        found.pictures += 1
        if frame in sampled:
            kept.append(picture)
    if wrong:
        frame, cause = wrong[0]
        problem = f"{name}: a picture {cause}{times(len(wrong))}"
        found.faults.append(Fault(Kind.PICTURE, problem, frame))
    else:
        found.stats[name] = image_stats(kept)


def _numbers(found: Contents, name: str, values: NDArray[Any]) -> None:
    found.numbers[name] = values
    with np.errstate(all="ignore"):  # what overflows is found below, or by its statistics
        found.stats[name] = numeric_stats(values)
    if values.dtype.kind != "f":
        return
    wrong = np.argwhere(~np.isfinite(values))
    if len(wrong):
        frame, *entry = (int(n) for n in wrong[0])
        value = float(values[tuple(wrong[0])])
        frames = len(np.unique(wrong[:, 0]))
        problem = f"{name}{entry or ''} is {value}{times(frames)}"
        found.faults.append(Fault(Kind.NUMBER, problem, frame))


def _times(found: Contents, fps: float) -> None:
    """Frame numbers count from 0, and timestamps are theirs at `fps`."""
    frames, stamps = found.numbers.get("frame_index"), found.numbers.get("timestamp")
    if frames is None or stamps is None:
        return
    count = np.arange(len(frames))
    if (wrong := np.flatnonzero(frames != count)).size:
        at = int(wrong[0])
        problem = f"frame_index is {frames[at]} where {at} follows{times(len(wrong))}"
        found.faults.append(Fault(Kind.FRAMES, problem, at))
    if not np.isfinite(stamps).all():
        return  # told as such
    if (back := np.flatnonzero(np.diff(stamps) <= 0)).size:
        at = int(back[0]) + 1
        problem = f"timestamps go back or stand still: {stamps[at]:g} s after {stamps[at - 1]:g} s"
        found.faults.append(Fault(Kind.FRAMES, problem, at))
    elif (wrong := np.flatnonzero(np.abs(stamps - count / fps) > TIMESTAMP_TOLERANCE)).size:
        at = int(wrong[0])
        problem = f"timestamp {stamps[at]:g} s is not that of frame {at} at {fps:g} Hz"
        found.faults.append(Fault(Kind.FRAMES, problem + times(len(wrong)), at))


def times(count: int) -> str:
    """ " (in 3 frames)", or nothing for one."""
    return f" (in {count} frames)" if count > 1 else ""
