"""A damaged data set's whole episodes as a new data set, with tables and statistics of their own.

Nothing is guessed: what frames, pictures and their neighbours do not bear out is dropped and told.
"""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from tqdm import tqdm

from episodes import files, layout, manifest, png
from episodes.check import check, differs
from episodes.contents import inspect
from episodes.damage import Finding, Kind
from episodes.data_writer import DataWriter, EpisodeSource
from episodes.errors import DamageError, DatasetError, LayoutError
from episodes.features import RESERVED, ColumnError, encoded, to_arrow
from episodes.outliers import outliers
from episodes.reader import Reader
from episodes.salvage import Candidate, candidates
from episodes.stats import Stats

_ALL = ("min", "max", "mean", "std", "count")


@dataclass
class Repair:
    """What was done.

    Attributes:
        findings: what was wrong; none: nothing was, and nothing was written.
        kept: episodes and frames in the new data set.
        dropped: a line for each episode that is not in it.
        told: a line for everything else that was lost or changed.
    """

    findings: tuple[Finding, ...] = ()
    kept: tuple[int, int] = (0, 0)
    dropped: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


@dataclass
class _Whole:
    """An episode that can be saved."""

    candidate: Candidate
    stats: Stats
    floats: dict[str, NDArray[Any]]


def repair(folder: Path | str, out: Path | str, *, progress: bool = True) -> Repair:
    """Write what can be saved of a data set to `out`, which passes :func:`check` afterwards.

    Raises:
        DatasetError: it cannot be helped: meta/info.json is damaged, the form is not read, or no
            episode can be saved; or `out` is not empty.
    """
    folder, out = Path(folder), Path(out)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise LayoutError(out, "exists", "name a new folder with --out")
    if out.resolve().is_relative_to(folder.resolve()):
        raise LayoutError(out, f"lies in {folder}", "name a folder beside it with --out")
    try:
        check(folder, progress=progress)
        return Repair()
    except DatasetError as error:
        findings = error.findings
    hopeless = [f for f in findings if f.kind in (Kind.INFO, Kind.FORMAT, Kind.UNFINISHED)
                or (f.path == folder / layout.INFO and f.kind is not Kind.TABLE)]  # fmt: skip
    if hopeless:
        raise DamageError(folder, hopeless)
    reader = Reader(folder)
    done = Repair(findings)
    whole = _whole(reader, done, progress)
    _drop_outliers(whole, done)
    if not whole:
        problem = "no episode can be saved: " + "; ".join(done.dropped[:5] or done.told[:5])
        raise LayoutError(folder, problem, "copy the data set again, or record it again")
    building = out.with_name(f"{out.name}.partial")
    shutil.rmtree(building, ignore_errors=True)
    try:
        _write(reader, whole, building, done)
        check(building, progress=False)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    if out.exists():
        out.rmdir()
    building.replace(out)
    done.kept = len(whole), sum(episode.candidate.length for episode in whole)
    return done


def _whole(reader: Reader, done: Repair, progress: bool) -> list[_Whole]:
    altered = _altered(reader.folder)
    found: list[_Whole] = []
    listed = candidates(reader, done.told)
    for candidate in tqdm(listed, desc="repair", unit="episode", disable=not progress):
        fault = candidate.fault
        if not fault:
            try:
                table = rows(reader, candidate, done)
            except DatasetError as error:
                fault = error.problem
            else:
                contents = inspect(reader.features, reader.fps, table)
                fault = "; ".join(f"{f.problem} at frame {f.frame}" for f in contents.faults)
                if not fault and candidate.file in altered:
                    fault = _unlike(reader, candidate, contents.stats)
        if fault:
            _drop(done, candidate, fault)
            continue
        floats = {n: v for n, v in contents.numbers.items()
                  if v.dtype.kind == "f" and n not in RESERVED}  # fmt: skip
        found.append(_Whole(candidate, contents.stats, floats))
    return found


def _drop(done: Repair, candidate: Candidate, fault: str) -> None:
    done.dropped.append(f"episode {candidate.episode} ({candidate.file}): {fault}")


def _altered(folder: Path) -> set[str]:
    """Files whose contents are not those that the manifest tells of."""
    try:
        known = manifest.read(folder)
    except DatasetError:
        return set()  # told by the check
    return {
        name
        for name, wanted in (known.hashes if known else {}).items()
        if not (folder / name).is_file() or files.file_hash(folder / name) != wanted
    }


def _unlike(reader: Reader, candidate: Candidate, computed: Stats) -> str:
    """Why an episode of a file that was altered is not believed: its statistics speak against."""
    try:
        stored = reader.episode_stats(candidate.episode)
    except (DatasetError, KeyError, IndexError, ValueError):
        return "its file was altered after it was recorded, and no statistics vouch for it"
    for name, values in computed.items():
        if name not in RESERVED and (
            name not in stored or differs(values, stored[name], _ALL, exactly=True)
        ):
            return f"{name} was altered after it was recorded"
    return ""


def rows(reader: Reader, candidate: Candidate, done: Repair | None = None) -> pa.Table:
    """Its rows, numbered and timed anew, with pictures as RGB where that loses nothing."""
    table = reader.rows(candidate.file, candidate.first, candidate.first + candidate.length)
    count = np.arange(candidate.length)
    anew: dict[str, Any] = {"frame_index": count, "timestamp": count / reader.fps}
    for name, feature in reader.features.items():
        if name in anew:
            column: pa.Array = to_arrow(feature, anew[name])
        elif feature.is_image:
            try:
                data = encoded(table.column(name))
            except ColumnError:
                continue  # told where its pictures are looked at
            better = [png.converted(picture) for picture in data]
            if all(new is None for new in better):
                continue
            column = to_arrow(feature, [new or old for new, old in zip(better, data, strict=True)])
            if done is not None:
                done.told.append(f"episode {candidate.episode}: {name} converted to RGB of 8 bits")
        else:
            continue
        table = table.set_column(table.column_names.index(name), name, column)
    return table


def _drop_outliers(whole: list[_Whole], done: Repair) -> None:
    """Until none is left: without one, the rest may look narrower than it did."""
    dropped = True
    while whole and dropped:
        dropped = False
        ends = np.cumsum([episode.candidate.length for episode in whole])
        for name in whole[0].floats:
            far = outliers(np.concatenate([episode.floats[name] for episode in whole])).any(axis=1)
            wrong = set(np.searchsorted(ends, np.flatnonzero(far), side="right").tolist())
            if wrong:
                for number in sorted(wrong):
                    _drop(done, whole[number].candidate, f"{name} holds a value far off the rest")
                whole[:] = [e for number, e in enumerate(whole) if number not in wrong]
                dropped = True
                break


def _write(reader: Reader, whole: list[_Whole], building: Path, done: Repair) -> None:
    features = {n: f for n, f in reader.features.items() if n not in RESERVED}
    writer = DataWriter(building, features, file_mb=100)
    told = [episode.candidate.told for episode in whole]
    names = list(dict.fromkeys(name for entry in told if entry for name in entry.notes))
    keys = [entry.key if entry and entry.key is not None else episode.candidate.episode
            for entry, episode in zip(told, whole, strict=True)]  # fmt: skip
    if len(set(keys)) < len(keys):
        done.told.append("two episodes had one key: keys are the episodes' numbers now")
        keys = list(range(len(whole)))
    for key, entry, episode in zip(keys, told, whole, strict=True):
        candidate = episode.candidate
        if entry is None and names:
            done.told.append(
                f"episode {candidate.episode}: its notes are lost ({', '.join(names)})"
            )
        notes = {name: entry.notes.get(name) if entry else None for name in names}
        stats = {n: s for n, s in episode.stats.items() if n not in RESERVED} | {
            n: episode.stats[n] for n in ("timestamp", "frame_index")
        }
        table = rows(reader, candidate)
        writer.add(EpisodeSource(key, candidate.tasks, notes, stats, table, candidate.said))
    writer.close(reader.fps, reader.info.robot_type)
