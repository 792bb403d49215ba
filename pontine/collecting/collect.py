"""`pontine collect`: the experts' demonstrations, recorded as a LeRobot data set."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tqdm import tqdm

from body.setting import SettingError
from episodes.cache_build import build
from episodes.check import check as read_back
from episodes.hold import holding
from episodes.splits import check_split
from episodes.writer import Recorder
from pontine.collecting.config import CollectConfig
from pontine.collecting.source import Job, RecordingSource
from pontine.executor import Executor
from pontine.suites.registry import suite
from pontine.suites.tabletop.curriculum import Curriculum


def source(config: CollectConfig) -> RecordingSource:
    """The recording of `config.suite`.

    Raises:
        SettingError: there is no such suite, or it records nothing.
    """
    asked = suite(config.suite)
    if asked.source is None:
        raise SettingError(f"--suite {config.suite}: there is nothing to record. Remedy: take a "
                           "suite that has demonstrations")  # fmt: skip
    return asked.source(config)


def collect(config: CollectConfig) -> dict[str, Any]:
    """Record what is missing, merge, read everything back, build the cache.

    Raises:
        EvaluationError, PerturbationError, SettingError: names what does not fit.
        SeedError: a seed is not one of training.
        LostWorkError: episodes whose process died twice; all others are recorded, none is merged.
    """
    config.check()
    recording = source(config)
    seeds = [seed for _, seed in recording.jobs()]
    for seed in (min(seeds), max(seeds)):
        check_split(seed, "train")
    return _record(config, recording)


@holding("folder")
def _record(config: CollectConfig, recording: RecordingSource) -> dict[str, Any]:
    begun = time.perf_counter()
    jobs = recording.jobs()
    recorder = recording.recorder()
    done = recorder.finished()
    todo = [job for job in jobs if recording.key(job) not in done]
    kept = 0
    bar = tqdm(total=len(todo), desc="record", unit="episode", smoothing=0.05)
    rounds = _curriculum(config, recording, recorder, jobs, todo) if config.curriculum else [todo]
    for ok in _run(config, rounds):
        kept += ok
        bar.update()
        bar.set_postfix(kept=kept)
    bar.close()
    recorder.merge()
    recorded = time.perf_counter() - begun
    folder = config.folder
    result = read_back(folder)
    print(
        f"{folder}: {result.episodes} episodes, {result.frames} frames, read back and checked, "
        f"hash {result.hash}; {len(todo)} recorded in {recorded / 60:.1f} min"
    )
    if config.cache != "none" and recording.cache is not None:
        beside = folder.with_name(f"{folder.name}-cache")
        cache = Path(config.cache) if config.cache else beside
        build(
            folder, cache, recording.cache, limit_gb=config.cache_gb, workers=config.workers,
            checked=result,
        )  # fmt: skip
        print(f"{cache}: training cache ready")
    return {"episodes": result.episodes, "frames": result.frames, "hash": result.hash}


def _curriculum(
    config: CollectConfig,
    recording: RecordingSource,
    recorder: Recorder,
    jobs: list[Job],
    todo: list[Job],
) -> Iterator[list[Job]]:
    """Round by round what is to be recorded; after each, its successes go into the table."""
    left = set(todo)
    curriculum = Curriculum(config.folder, config.most)
    for k in range(0, len(jobs), config.curriculum):
        members = jobs[k : k + config.curriculum]
        first = recording.key(members[0])
        if curriculum.knows(first):
            continue
        yield [job for job in members if job in left]
        notes = {job: recorder.notes(recording.key(job)) for job in members}
        curriculum.note(first, [(*job, bool(n["success"])) for job, n in notes.items() if n])
    print(f"{config.folder}: strengths have come to\n{curriculum.summary()}")


def _run(config: CollectConfig, rounds: Iterable[list[Job]]) -> Iterator[bool]:
    with Executor(config.workers, _worker_of) as executor:
        for todo in rounds:
            yield from executor.run(config, todo, lambda job: f"{job[0]}/{job[1]}")


class _Worker:
    """What a process records with."""

    def __init__(self) -> None:
        self._source: RecordingSource | None = None

    def set_up(self, config: CollectConfig) -> None:
        if self._source is None:  # one recording is all that an executor is made for
            self._source = source(config)
            self._recorder = self._source.recorder()

    def work(self, job: Job) -> bool:
        assert self._source is not None
        return self._source.record(job, self._recorder)

    def close(self) -> None:
        if self._source is not None:
            self._source.close()


def _worker_of(config: CollectConfig) -> type[_Worker]:
    return _Worker
