"""Looking through a whole data set: everything that LeRobot and training rely on, told at once.

Whoever reads a data set for more than a glance calls :func:`check`: `pontine data check`,
collecting and converting, building a cache (all training reads caches), replaying.
"""

import os
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from episodes import layout, parallel, tables
from episodes.contents import inspect, times
from episodes.damage import Finding, Findings, Kind
from episodes.episode_table import Episode
from episodes.errors import DamageError, DatasetError
from episodes.features import RESERVED
from episodes.outliers import outliers
from episodes.reader import Reader
from episodes.stats import QUANTILES, FeatureStats, Stats, aggregate, numeric

CHECKED = 1  # grows when data sets that passed before no longer do
_BATCH = 8  # episodes a job
_EXACT = ("min", "max", "mean", "std", "count")
# LeRobot 0.4.4's own image std is wrong (uint8 overflow) and so not compared
_OF_IMAGES = ("min", "max", "mean", "count")


@dataclass(frozen=True)
class CheckResult:
    """What was found: episodes, frames, images decoded, and the data set's hash."""

    episodes: int
    frames: int
    images: int
    hash: str


def check(folder: Path | str, *, workers: int | None = None, progress: bool = True) -> CheckResult:
    """Verify file hashes, tables, index continuity, shapes, finite values, images, statistics.

    Args:
        workers: processes; None: one a core for large sets.

    Raises:
        DamageError: with all that is wrong; where the tables do not tell which frames are an
            episode's, with that alone.
    """
    reader = Reader(folder)
    findings = Findings(reader.folder)
    located = tables.check(reader, findings)
    images = 0
    if located:
        indices = range(len(reader.episodes))
        batches = [list(indices[i : i + _BATCH]) for i in range(0, len(indices), _BATCH)]
        if workers is None:
            workers = (os.cpu_count() or 1) if len(batches) > 16 else 1
        job = partial(_check_batch, reader.folder, reader.hash)
        found: list[Finding] = []
        for pictures, faults in parallel.run(job, batches, workers, "check", progress):
            images += pictures
            found += faults
        findings.extend(sorted(found, key=lambda finding: finding.episode or 0))
        _check_outliers(reader, findings)
        _check_stats(reader, findings)
    if findings.found:
        raise DamageError(reader.folder, findings.found)
    return CheckResult(len(reader.episodes), len(reader), images, reader.hash)


@lru_cache(maxsize=1)
def _reader(folder: Path, data_hash: str) -> Reader:
    return Reader(folder)  # one per worker process


def _check_batch(folder: Path, data_hash: str, indices: list[int]) -> tuple[int, list[Finding]]:
    reader = _reader(folder, data_hash)
    findings = Findings(folder)
    images = sum(_check_episode(reader, reader.episodes[index], findings) for index in indices)
    return images, findings.found


def _check_episode(reader: Reader, episode: Episode, findings: Findings) -> int:
    """Returns the number of pictures decoded."""

    def wrong(kind: Kind, problem: str, frame: int | None = None) -> None:
        findings.add(kind, episode.file, problem, episode=episode.index, frame=frame)

    try:
        contents = inspect(reader.features, reader.fps, reader.table(episode.index))
    except DatasetError as error:
        wrong(error.kind, error.problem)
        return 0
    for fault in contents.faults:
        wrong(fault.kind, fault.problem, fault.frame)
    expected = {
        "episode_index": np.full(episode.length, episode.index),
        "index": np.arange(episode.start, episode.start + episode.length),
    }
    for name, values in expected.items():
        found = contents.numbers.get(name)
        if found is not None and (off := np.flatnonzero(found != values)).size:
            at = int(off[0])
            problem = f"{name} is {found[at]}, the table of episodes says {values[at]}"
            wrong(Kind.TABLE, problem + times(len(off)), at)
    tasks = contents.numbers.get("task_index")
    known = [number for number, text in enumerate(reader.tasks) if text in episode.tasks]
    if tasks is not None and (off := np.flatnonzero(~np.isin(tasks, known))).size:
        at = int(off[0])
        problem = f"task_index is {tasks[at]}, which is not {episode.task!r}{times(len(off))}"
        wrong(Kind.TABLE, problem, at)
    if not contents.faults:
        _compare_episode(reader, episode, contents.stats, findings)
    return contents.pictures


def _compare_episode(reader: Reader, episode: Episode, computed: Stats, findings: Findings) -> None:
    stored = reader.episode_stats(episode.index)
    for name, values in computed.items():
        kinds = _OF_IMAGES if reader.features[name].is_image else _EXACT
        fault = differs(values, stored[name], kinds) if name in stored else "are missing"
        if fault:
            problem = f"statistics of {name} {fault}"
            findings.add(Kind.STALE, layout.EPISODES, problem, episode=episode.index)


def _check_outliers(reader: Reader, findings: Findings) -> None:
    episodes = reader.episodes
    starts = np.array([episode.start for episode in episodes])
    for name in numeric(reader.features):
        if name in RESERVED or reader.features[name].numpy_dtype.kind != "f":
            continue
        try:
            values = reader.column(name)
        except DatasetError:
            continue  # told where its episode was looked at
        found = outliers(values)
        for index in np.unique(np.searchsorted(starts, np.nonzero(found)[0], side="right") - 1):
            episode = episodes[int(index)]
            rows = found[episode.start : episode.start + episode.length]
            frame, entry = (int(n) for n in np.argwhere(rows)[0])
            value = values[episode.start + frame].reshape(-1)[entry]
            problem = (
                f"{name}[{entry}] is {value:g}, so far off the rest that it would spoil what it "
                f"is normalised by{times(int(rows.any(axis=1).sum()))}"
            )
            findings.add(Kind.NUMBER, episode.file, problem, episode=episode.index, frame=frame)


def _check_stats(reader: Reader, findings: Findings) -> None:
    """The data set's statistics are those of its episodes' together."""
    try:
        stored = reader.stats
        entries = [reader.episode_stats(episode.index) for episode in reader.episodes]
    except DatasetError as error:
        findings.extend(error.findings)
        return
    for name in reader.features:
        episodes = [entry[name] for entry in entries if name in entry]
        if name in RESERVED and name not in stored:
            continue
        if name not in stored:
            findings.add(Kind.STALE, layout.STATS, f"statistics of {name} are missing")
        elif len(episodes) == len(entries):
            try:
                together = aggregate(episodes)
            except (KeyError, ValueError, IndexError):
                continue  # told of its episode
            if fault := differs(together, stored[name], _EXACT):
                findings.add(Kind.STALE, layout.STATS, f"statistics of {name} {fault}")


def differs(
    computed: FeatureStats, stored: FeatureStats, kinds: tuple[str, ...], exactly: bool = False
) -> str:
    """What is stale in stored statistics; "" if nothing is. `exactly`: they are our own."""
    for kind in kinds:
        if kind not in stored or stored[kind].shape != computed[kind].shape:
            return f"lack {kind}, or it has another shape"
        allowed = (1e-12 if exactly else 1e-4) * np.abs(computed[kind])
        allowed = allowed + (1e-12 if exactly else 1e-5)
        with np.errstate(invalid="ignore"):
            close = np.abs(stored[kind] - computed[kind]) <= allowed
        if not close.all():  # NaN fails as well
            return f"are not those of the frames ({kind})"
    spread = 1e-5 + 1e-2 * (computed["max"] - computed["min"])  # LeRobot estimates quantiles
    for kind in set(QUANTILES) & set(stored):
        value = stored[kind]
        if (
            value.shape != computed["min"].shape
            or not ((value >= computed["min"] - spread) & (value <= computed["max"] + spread)).all()
        ):
            return f"are not those of the frames ({kind})"
    return ""
