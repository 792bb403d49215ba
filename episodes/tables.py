"""Whether the files of a data set are all there, and its tables agree with them."""

import numpy as np
import pyarrow as pa

from episodes import files, layout, manifest
from episodes.damage import Finding, Findings, Kind
from episodes.episode_table import Episode
from episodes.errors import DamageError, DatasetError
from episodes.reader import Reader

# no other file tells fps, features and robot, so a repair cannot know which of it was altered
INFO_ALTERED = (
    "copy it again from where the data set came from; if another tool changed it on purpose, "
    f"delete {layout.MANIFEST}"
)


def check(reader: Reader, findings: Findings) -> bool:
    """Add what is wrong; returns whether the tables tell which frames are which episode's."""
    if (reader.folder / layout.READY).exists():
        findings.add(Kind.UNFINISHED, layout.READY, "is a merge that was interrupted")
        return False
    _files(reader, findings)
    tasks = _tasks(reader, findings)
    try:
        episodes, wrong = reader.parsed
    except DatasetError as error:
        findings.extend(error.findings)
        return False
    findings.extend(wrong)
    if wrong:
        return False
    located = _data_files(reader, episodes, findings)
    _totals(reader, episodes, tasks, findings)
    for episode in episodes if tasks is not None else []:
        if unknown := set(episode.tasks) - set(tasks or []):
            problem = f"its task {sorted(unknown)[0]!r} is not in {layout.TASKS}"
            findings.add(Kind.TABLE, layout.EPISODES, problem, episode=episode.index)
    return located and tasks is not None


def _files(reader: Reader, findings: Findings) -> None:
    try:
        known = manifest.read(reader.folder)
    except DatasetError as error:
        findings.extend(error.findings)
        return
    for name, wanted in known.hashes.items() if known else ():
        try:
            path = files.regular(reader.folder / name)
            found = files.file_hash(path)
        except DatasetError as error:
            findings.extend(error.findings)
            continue
        except OSError as error:
            findings.add(Kind.UNREADABLE, name, f"cannot be read ({error})")
            continue
        if found != wanted:
            problem = f"has other contents than when it was written ({path.stat().st_size} bytes)"
            remedy = INFO_ALTERED if name == layout.INFO else ""
            findings.add(Kind.ALTERED, name, problem, remedy=remedy)
        elif known and known.sizes[name] != path.stat().st_size:
            problem = f"tells another size of {name}"
            findings.add(Kind.ALTERED, layout.MANIFEST, problem, remedy=manifest.REMEDY)


def _tasks(reader: Reader, findings: Findings) -> list[str] | None:
    try:
        return reader.tasks
    except DatasetError as error:
        findings.extend(error.findings)
        return None


def _totals(
    reader: Reader, episodes: list[Episode], tasks: list[str] | None, findings: Findings
) -> None:
    totals = {
        "total_episodes": len(episodes),
        "total_frames": sum(episode.length for episode in episodes),
        "total_tasks": None if tasks is None else len(tasks),
    }
    for name, value in totals.items():
        told = reader.info.totals[name]
        if value is not None and (type(told) is not int or told != value):
            findings.add(Kind.TABLE, layout.INFO, f"says {name} {told!r}, the tables hold {value}")


def _data_files(reader: Reader, episodes: list[Episode], findings: Findings) -> bool:
    """Every data file holds its episodes' frames and no others."""
    before = len(findings)
    wanted: dict[str, int] = {}
    for episode in episodes:
        wanted[episode.file] = wanted.get(episode.file, 0) + episode.length
    for name, frames in wanted.items():
        try:
            rows = _rows(reader, name)
        except DatasetError as error:
            findings.extend(error.findings)
            continue
        if rows != frames:
            problem = f"holds {rows} frames, its episodes take {frames}"
            findings.add(Kind.TABLE, name, f"{problem}{_first_stranger(reader, name)}")
    for path in sorted((reader.folder / "data").rglob("*.parquet")):
        name = path.relative_to(reader.folder).as_posix()
        if name not in wanted:
            findings.add(Kind.TABLE, name, "belongs to no episode")
    return len(findings) == before


def _rows(reader: Reader, name: str) -> int:
    parquet = layout.open_parquet(reader.folder / name)
    names = parquet.schema_arrow.names
    if lacking := [n for n in reader.features if n not in names]:
        raise layout.unreadable(reader.folder / name, f"lacks the column {lacking[0]}")
    if more := [n for n in names if n not in reader.features]:
        problem = f"tells nothing of the column {more[0]}, which {name} holds"
        raise DamageError(
            reader.folder,
            [Finding(reader.folder / layout.INFO, Kind.INFO, problem, Kind.INFO.value)],
        )
    return int(parquet.metadata.num_rows)


def _first_stranger(reader: Reader, name: str) -> str:
    """Which episode the table does not tell of, or tells another length of, where that shows."""
    try:
        table = layout.read_columns(
            reader.folder / name, layout.open_parquet(reader.folder / name), ["episode_index"]
        )
    except DatasetError:
        return ""
    column = table.column("episode_index")
    if not pa.types.is_integer(column.type) or column.null_count:
        return ""
    held = dict(zip(*(v.tolist() for v in np.unique(column.to_numpy(), return_counts=True)),
                    strict=True))  # fmt: skip
    told = {e.index: e.length for e in reader.parsed[0] if e.file == name}
    for index in sorted(set(held) | set(told)):
        if held.get(index, 0) != told.get(index, 0):
            return f"; episode {index} has {held.get(index, 0)} there, not {told.get(index, 0)}"
    return ""
