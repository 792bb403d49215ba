"""Shards and earlier episodes into one LeRobot v3 data set, in the order of their keys.

The result is built aside, then moved into place; a kill at any moment leaves either the old or
the new data set and every shard not yet in it.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from episodes import files, layout, manifest, tables
from episodes.check import check
from episodes.damage import Findings
from episodes.data_writer import DataWriter, EpisodeSource
from episodes.episode_table import Episode
from episodes.errors import DamagedFileError, DamageError, DatasetError, LayoutError, RecordError
from episodes.features import RESERVED, Feature, from_info, to_info
from episodes.reader import Reader
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
    """Begin a recording in `folder`, or verify that it was begun with the same settings.

    Raises:
        RecordError: it was begun with others, or what was begun cannot be read.
    """
    (folder / SHARDS).mkdir(parents=True, exist_ok=True)
    stamp = {
        "fps": settings.fps,
        "robot_type": settings.robot_type,
        "features": to_info(settings.features),
    }
    path = folder / SHARDS / _RECORDING
    if path.exists():
        before = files.read_json_object(path, f"delete {path}: it is written again")
    elif (folder / layout.INFO).exists():
        info = files.read_json_object(folder / layout.INFO)
        told = info.get("features")
        own = {n: f for n, f in told.items() if n not in RESERVED} if isinstance(told, dict) else {}
        before = {**info, "features": own}
    else:
        before = stamp
    for name, value in stamp.items():
        if before.get(name) != value:
            raise RecordError(
                folder, f"was begun with other {name}", "collect into a new, empty folder"
            )
    if not path.exists():
        files.write_json(path, stamp)


def merged_keys(folder: Path) -> set[int]:
    """Keys of the episodes already in the data set."""
    path = folder / layout.EPISODES
    if not (folder / layout.INFO).exists() or not path.exists():
        return set()
    parquet = layout.open_parquet(path)
    name = layout.KEY if layout.KEY in parquet.schema_arrow.names else "episode_index"
    found = layout.read_columns(path, parquet, [name]).column(name).to_pylist()
    return {key for key in found if key is not None}


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
        for source in _sources(folder, new, progress):
            writer.add(source)
            bar.update()
    writer.close(int(recording["fps"]), recording["robot_type"])
    building.replace(folder / layout.READY)
    _install(folder)
    return folder


def _sources(folder: Path, shards: Mapping[int, Path], progress: bool) -> Iterator[EpisodeSource]:
    """All episodes, merged or not, by ascending key."""
    reader = _merged(folder, progress) if (folder / layout.INFO).exists() else None
    merged: dict[int, Episode] = {e.key: e for e in reader.episodes} if reader else {}
    if reader and len(merged) != len(reader.episodes):
        remedy = "add episodes either here or with LeRobot, not both"
        raise LayoutError(folder, "holds two episodes of one key", remedy)
    for key in sorted([*merged, *shards]):
        if reader and key in merged:
            episode = merged[key]
            table = reader.table(episode.index)
            numbers = reader.episode(episode.index, ["task_index"])["task_index"]
            said = np.array([episode.tasks.index(reader.tasks[n]) for n in numbers], np.int64)
            stats = reader.episode_stats(episode.index)
            yield EpisodeSource(key, episode.tasks, episode.notes, stats, table, said)
        else:
            yield _shard(key, shards[key])


def _merged(folder: Path, progress: bool) -> Reader:
    """The data set so far, judged before it is written again with new tables, which would hide
    what is wrong with it: by its hashes where it has them, else by its contents."""
    if manifest.read(folder) is None:
        check(folder, progress=progress)
    reader = Reader(folder)
    findings = Findings(folder)
    tables.check(reader, findings)
    if findings.found:
        raise DamageError(folder, findings.found)
    return reader


def _shard(key: int, path: Path) -> EpisodeSource:
    try:
        file = layout.open_parquet(path)
        about = json.loads(file.schema_arrow.metadata[b"pontine"])
        table = layout.read_columns(path, file, file.schema_arrow.names)
        stats = from_lists(about["stats"])
        return EpisodeSource(key, (about["task"],), about["notes"], stats, table)
    except (DatasetError, ValueError, KeyError, TypeError) as error:
        problem = f"cannot be read ({getattr(error, 'problem', error)})"
        remedy = f"delete {path} and run the same command again: it records this episode anew"
        raise DamagedFileError(path, problem, remedy) from error


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
