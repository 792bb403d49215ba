"""Recording episodes: each is one atomic shard file; a merge makes the LeRobot data set.

Shards let any number of worker processes record side by side and a killed collection resume.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from episodes import merge, png
from episodes.columns import FPS, ROBOT, TABLETOP
from episodes.errors import RecordError
from episodes.features import RESERVED, Feature, Features, arrow_schema, to_arrow
from episodes.replacing import replacing
from episodes.stats import Stats, feature_stats, to_lists

Note = int | float | str | bool
_SHARD = re.compile(r"episode-(\d+)\.parquet")


@dataclass(frozen=True)
class Recorder:
    """Writes episodes into `folder`; make one in every worker process.

    Attributes:
        folder: of the data set.
        features: what each frame holds, without LeRobot's own columns.
        fps: frames per second, > 0.
        robot_type: name of the robot.
        file_mb: a data file is closed before it outgrows this.

    Raises:
        RecordError: `folder` was begun with other features, fps or robot.
    """

    folder: Path | str
    features: Features = field(default_factory=lambda: TABLETOP)
    fps: int = FPS
    robot_type: str = ROBOT
    file_mb: float = 100

    def __post_init__(self) -> None:
        object.__setattr__(self, "folder", Path(self.folder))
        for name in self.features:
            if name in RESERVED or "/" in name:
                raise RecordError(self.path, f"feature name {name!r} is reserved", "rename it")
        settings = merge.Settings(dict(self.features), self.fps, self.robot_type)
        merge.claim(self.path, settings)

    @property
    def path(self) -> Path:
        return Path(self.folder)

    def finished(self) -> set[int]:
        """Keys of all episodes recorded so far, merged or not; for the parent process."""
        merge.recover(self.path)
        return merge.merged_keys(self.path) | set(shards(self.path))

    def notes(self, key: int) -> dict[str, Note]:
        """Of an episode that was recorded and is not merged yet; empty where there is none."""
        path = shard_path(self.path, key)
        if not path.exists():
            return {}
        about = json.loads(pq.read_schema(path).metadata[b"pontine"])
        return dict(about["notes"])

    def save(
        self,
        key: int,
        columns: Mapping[str, NDArray[Any]],
        task: str,
        notes: Mapping[str, Note] | None = None,
    ) -> None:
        """Record one whole episode of T frames; afterwards a kill cannot lose it.

        Args:
            key: unique, at least 0; episodes are numbered in the order of their keys.
            columns: every feature's values (T, *shape), scalars (T,) or (T, 1).
            task: the instruction.
            notes: facts about the episode (seed, success); the same names in every episode.

        Raises:
            RecordError: a column is missing, unknown, of another shape or kind, or not finite.
        """
        if key < 0 or not task:
            raise RecordError(self.path, f"episode {key}: key below 0 or no task", "give both")
        if set(columns) != set(self.features):
            missing = sorted(set(self.features) - set(columns))
            unknown = sorted(set(columns) - set(self.features))
            raise RecordError(
                self.path, f"episode {key} lacks {missing}, has unknown {unknown}",
                "save exactly the columns named in features",
            )  # fmt: skip
        length = len(next(iter(columns.values())))
        arrays = {
            name: self._fitted(key, name, feature, columns[name], length)
            for name, feature in self.features.items()
        }
        arrays["frame_index"] = np.arange(length)
        arrays["timestamp"] = (np.arange(length) / self.fps).astype(np.float32)
        known = {**self.features, **{n: RESERVED[n] for n in ("timestamp", "frame_index")}}
        stats: Stats = {}
        packed = []
        for name, feature in known.items():
            stats[name] = feature_stats(feature, arrays[name])
            values = [png.encode(i) for i in arrays[name]] if feature.is_image else arrays[name]
            packed.append(to_arrow(feature, values))
        about = {"key": int(key), "task": task, "notes": dict(notes or {})}
        schema = arrow_schema(known).with_metadata(
            {"pontine": json.dumps({**about, "stats": to_lists(stats)})}
        )
        with replacing(shard_path(self.path, key)) as partial:
            pq.write_table(pa.table(packed, schema=schema), partial, compression="none")

    def merge(self, progress: bool = True) -> Path:
        """Make one data set of all shards and what was merged before; call it in one process.

        Returns:
            The folder. Without new shards nothing changes.
        """
        return merge.merge(self.path, shards(self.path), self.file_mb, progress)

    def _fitted(
        self, key: int, name: str, feature: Feature, values: NDArray[Any], length: int
    ) -> NDArray[Any]:
        array = np.asarray(values)
        wanted = (length, *feature.shape)
        if feature.shape == (1,) and array.shape == (length,):
            array = array[:, None]
        problem = ""
        if length == 0 or array.shape != wanted:
            problem = f"has shape {array.shape}, expected {wanted} with at least one frame"
        elif not np.can_cast(array.dtype, feature.numpy_dtype, "same_kind"):
            problem = f"has dtype {array.dtype}, expected {feature.numpy_dtype}"
        elif array.dtype.kind == "f" and not np.isfinite(array).all():
            problem = "holds NaN or infinity"
        if problem:
            raise RecordError(self.path, f"episode {key}: {name} {problem}", "fix the recording")
        return array.astype(feature.numpy_dtype).reshape(length, *feature.item_shape)


def shard_path(folder: Path, key: int) -> Path:
    """The file that holds the episode of this key until it is merged."""
    return folder / merge.SHARDS / f"episode-{key:010d}.parquet"


def shards(folder: Path) -> dict[int, Path]:
    """Episodes recorded but not merged: key to file, in the order of the keys."""
    found = {}
    for path in sorted((folder / merge.SHARDS).glob("episode-*.parquet")):
        if match := _SHARD.fullmatch(path.name):
            found[int(match[1])] = path
    return dict(sorted(found.items()))
