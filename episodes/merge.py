"""Shards and earlier episodes into one LeRobot v3 data set, in the order of their keys.

The result is built aside, then moved into place; a kill at any moment leaves either the old or
the new data set and every shard not yet in it.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from episodes import files, layout
from episodes.data_writer import DataWriter, Source
from episodes.errors import LayoutError, RecordError
from episodes.features import RESERVED, Feature, from_info, to_info
from episodes.reader import Episode, Reader
from episodes.stats import from_lists

SHARDS = "shards"
_BUILDING = "merge.partial"
_RECORDING = "recording.json"


@dataclass(frozen=True)
class Settings:
    """What all episodes of a data set share."""

    features: dict[str, Feature]
    fps: int
    robot_type: str


def claim(folder: Path, settings: Settings) -> None:
    """Begin a recording in `folder`, or verify that it was begun with the same settings."""
    (folder / SHARDS).mkdir(parents=True, exist_ok=True)
    stamp = {
        "fps": settings.fps,
        "robot_type": settings.robot_type,
        "features": to_info(settings.features),
    }
    path = folder / SHARDS / _RECORDING
    if not path.exists() and (folder / layout.INFO).exists():
        info = files.read_json(folder / layout.INFO)
        own = {name: f for name, f in info["features"].items() if name not in RESERVED}
        before = {"fps": info["fps"], "robot_type": info["robot_type"], "features": own}
    elif path.exists():
        before = files.read_json(path)
    else:
        files.write_json(path, stamp)
        return
    for name, value in stamp.items():
        if before.get(name) != value:
            raise RecordError(
                folder, f"was begun with other {name}", "collect into a new, empty folder"
            )


def merged_keys(folder: Path) -> set[int]:
    """Keys of the episodes already in the data set."""
    path = folder / layout.EPISODES
    if not (folder / layout.INFO).exists() or not path.exists():
        return set()
    parquet = layout.open_parquet(path)
    name = layout.KEY if layout.KEY in parquet.schema_arrow.names else "episode_index"
    return set(parquet.read(columns=[name]).column(name).to_pylist())


def recover(folder: Path) -> None:
    """Finish a merge that was killed while its result was moved into place."""
    if (folder / layout.READY).exists():
        _install(folder)


def merge(folder: Path, shards: Mapping[int, Path], file_mb: float, progress: bool) -> Path:
    """See :meth:`episodes.writer.Recorder.merge`.

    Raises:
        LayoutError: there is nothing to merge, or episodes carry different notes.
        DamagedFileError: a shard cannot be read.
    """
    recover(folder)
    done = merged_keys(folder)
    new = {key: path for key, path in shards.items() if key not in done}
    if not new:
        if not done:
            raise LayoutError(folder, "holds no recorded episode", "record some first")
        _remove_shards(folder, done)
        return folder
    building = folder / _BUILDING
    shutil.rmtree(building, ignore_errors=True)
    recording = files.read_json(folder / SHARDS / _RECORDING)
    writer = DataWriter(building, from_info(recording["features"]), file_mb)
    total = len(done) + len(new)
    with tqdm(total=total, desc="merge", unit="episode", disable=not progress) as bar:
        for source in _sources(folder, new):
            writer.add(source)
            bar.update()
    writer.close(int(recording["fps"]), recording["robot_type"])
    building.replace(folder / layout.READY)
    _install(folder)
    return folder


def _sources(folder: Path, shards: Mapping[int, Path]) -> Iterator[Source]:
    """All episodes, merged or not, by ascending key."""
    reader = Reader(folder) if (folder / layout.INFO).exists() else None
    merged: dict[int, Episode] = {e.key: e for e in reader.episodes} if reader else {}
    if reader and len(merged) != len(reader.episodes):
        remedy = "add episodes either here or with LeRobot, not both"
        raise LayoutError(folder, "holds two episodes of one key", remedy)
    for key in sorted([*merged, *shards]):
        if reader and key in merged:
            episode = merged[key]
            yield Source(
                key, episode.task, episode.notes, reader.episode_stats(episode.index),
                reader.table(episode.index),
            )  # fmt: skip
            continue
        file = layout.open_parquet(shards[key])
        about = json.loads(file.schema_arrow.metadata[b"pontine"])
        stats = from_lists(about["stats"])
        yield Source(key, about["task"], about["notes"], stats, file.read())


def _install(folder: Path) -> None:
    """Move the finished merge into place. Killed anywhere in between, it can be called again."""
    ready = folder / layout.READY
    # data last: an interrupted move is seen by `recover` because `ready` still exists
    for part in ("meta", "data"):
        if (ready / part).exists():
            shutil.rmtree(folder / part, ignore_errors=True)
            (ready / part).replace(folder / part)
    _remove_shards(folder, merged_keys(folder))
    ready.rmdir()


def _remove_shards(folder: Path, keys: set[int]) -> None:
    for key in keys:
        (folder / SHARDS / f"episode-{key:010d}.parquet").unlink(missing_ok=True)
    for leftover in (folder / SHARDS).glob("*.partial"):
        leftover.unlink(missing_ok=True)
