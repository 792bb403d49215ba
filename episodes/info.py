"""meta/info.json: rate, features and where the frames lie; the one file that no other replaces."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from episodes import files, layout
from episodes.damage import Findings, Kind
from episodes.errors import DamageError, DatasetError
from episodes.features import RESERVED, Feature

NUMBERS = ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
           "float16", "float32", "float64")  # fmt: skip
FASTEST = 1000  # frames a second
LARGEST = 100_000_000  # numbers in one frame of one column
REMEDY = Kind.INFO.value


@dataclass(frozen=True)
class Info:
    """What a data set says of itself.

    Attributes:
        fps: frames per second, above 0.
        features: what each frame holds.
        robot_type: name of the robot, "" where none is told.
        totals: its counts of episodes, frames and tasks, as they stand there.
        data_path: the data files' names, with chunk_index and file_index to be filled in.
    """

    fps: float
    features: dict[str, Feature]
    robot_type: str
    totals: dict[str, Any]
    data_path: str

    def data_file(self, chunk: int, file: int) -> str:
        """Path of a data file, relative to the data set."""
        return self.data_path.format(chunk_index=chunk, file_index=file)


def read_info(folder: Path) -> Info:
    """Read and judge it.

    Raises:
        DamageError: with everything that is wrong with it.
    """
    findings = Findings(folder)
    try:
        raw = files.read_json_object(folder / layout.INFO, REMEDY)
    except DatasetError as error:
        raise DamageError(folder, error.findings) from error
    version = raw.get("codebase_version")
    if not isinstance(version, str) or not version.startswith("v3."):
        findings.add(
            Kind.FORMAT, layout.INFO, f"says codebase_version {short(version)}, v3 is read",
            remedy="convert it with LeRobot's convert_dataset_v21_to_v30",
        )  # fmt: skip
        raise DamageError(folder, findings.found)
    fps = raw.get("fps")
    if not _positive(fps):
        problem = f"says fps {short(fps)}, not a number above 0 and up to {FASTEST}"
        findings.add(Kind.INFO, layout.INFO, problem)
    data_path = raw.get("data_path")
    if fault := _template(data_path):
        findings.add(Kind.INFO, layout.INFO, f"says data_path {short(data_path)}: {fault}")
    robot_type = raw.get("robot_type")
    if robot_type is not None and not isinstance(robot_type, str):
        findings.add(Kind.INFO, layout.INFO, f"says robot_type {short(robot_type)}, not a name")
    features = _features(raw.get("features"), findings)
    if findings.found:
        raise DamageError(folder, findings.found)
    assert isinstance(fps, int | float) and isinstance(data_path, str)
    totals = {name: raw.get(name) for name in ("total_episodes", "total_frames", "total_tasks")}
    return Info(fps, features, robot_type or "", totals, data_path)


def short(value: Any) -> str:
    """A value found in a file, in 60 characters at most."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _positive(fps: Any) -> bool:
    number = isinstance(fps, int | float) and not isinstance(fps, bool)
    return number and 0 < fps <= FASTEST and math.isfinite(fps)


def _template(text: Any) -> str:
    """What is wrong with the pattern of the data files' names; "" if nothing is."""
    if not isinstance(text, str):
        return "it is no text"
    try:
        names = {text.format(chunk_index=chunk, file_index=file)
                 for chunk in (0, 1) for file in (0, 1)}  # fmt: skip
    except (KeyError, IndexError, ValueError, AttributeError, TypeError, OverflowError,
            MemoryError) as error:  # fmt: skip
        return f"chunk_index and file_index cannot be filled in ({error!r})"
    if len(names) < 4:
        return "it does not tell files apart by chunk_index and file_index"
    if any(Path(name).is_absolute() or ".." in Path(name).parts or "\0" in name for name in names):
        return "it leads out of the data set"
    return ""


def _features(entry: Any, findings: Findings) -> dict[str, Feature]:
    if not isinstance(entry, dict) or not entry:
        problem = f"says features {short(entry)}, not what each frame holds"
        findings.add(Kind.INFO, layout.INFO, problem)
        return {}
    features: dict[str, Feature] = {}
    for name, value in entry.items():
        feature = _feature(name, value, findings)
        if feature is not None:
            features[name] = feature
    for name, wanted in RESERVED.items():
        if name not in entry:
            findings.add(Kind.INFO, layout.INFO, f"lacks the feature {name}")
        elif name in features and (
            features[name].shape != (1,)
            or np.dtype(features[name].numpy_dtype).kind != wanted.numpy_dtype.kind
        ):
            found = f"{features[name].dtype} of shape {list(features[name].shape)}"
            problem = f"says that {name} is {found}, not {wanted.dtype} of shape [1]"
            findings.add(Kind.INFO, layout.INFO, problem)
    return features


def _whole(shape: Any) -> bool:
    whole = isinstance(shape, list) and shape and all(type(n) is int and n > 0 for n in shape)
    return bool(whole) and math.prod(shape) <= LARGEST


def _feature(name: str, value: Any, findings: Findings) -> Feature | None:
    def wrong(problem: str, kind: Kind = Kind.INFO, remedy: str = "") -> None:
        findings.add(kind, layout.INFO, f"{name}: {problem}", remedy=remedy)

    if not isinstance(value, dict):
        wrong(f"is {short(value)}, not a dtype and a shape")
        return None
    dtype, names = value.get("dtype"), value.get("names")
    shape: Any = value.get("shape")
    if dtype in ("video", "string"):
        wrong(
            f"is stored as {dtype}, which is not read", Kind.FORMAT,
            "record images (use_videos=False) and numbers only",
        )  # fmt: skip
        return None
    if dtype != "image" and dtype not in NUMBERS:
        wrong(f"has the dtype {short(dtype)}, which is not read")
        return None
    if not _whole(shape):
        wrong(f"has the shape {short(shape)}, not a list of sizes above 0")
        return None
    if dtype == "image" and (len(shape) != 3 or shape[2] != 3):
        wrong(f"has the shape {short(shape)}, not height, width and 3 colours")
        return None
    told = tuple(map(str, names)) if isinstance(names, list) else None
    return Feature(dtype, tuple(shape), told)
