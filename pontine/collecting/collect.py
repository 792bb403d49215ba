"""`pontine collect`: the experts' demonstrations, recorded as a LeRobot data set."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

import tyro
from tqdm import tqdm

from body.instruction import quoted
from body.setting import (
    Amount,
    Anything,
    Count,
    CountOrNone,
    Name,
    NewFolder,
    OneOf,
    Processes,
    Seed,
    SettingError,
    Writable,
)
from episodes.cache_build import CacheSettings, build
from episodes.check import check
from episodes.crew import Crew
from episodes.hold import holding
from episodes.places import DATA
from episodes.seeds import check_split
from episodes.writer import Recorder
from pontine.collecting.curriculum import Curriculum
from pontine.evaluation.log import EvaluationError
from pontine.setup import StackConfig
from sim.perturbations import compose

Job = tuple[str, int]  # what, and the seed
SUITES = ("tabletop", "metaworld")


@dataclass(frozen=True, kw_only=True)
class CollectConfig:
    """Record the scripted experts (with deliberate errors, cleanly labelled).

    Attributes:
        suite: tabletop (demonstrations and still scenes), or metaworld (`make metaworld` first).
        task: "all", or names of tasks; the tabletop has "stills" as well.
        episodes: in all, shared among the named tasks (tabletop; fewer of the long ones).
        stills: still episodes (4 pictures each) when `task` is all (tabletop).
        per_task: episodes of each task (metaworld).
        seed: first training seed.
        out: the data set's folder (None: data/SUITE); run again to resume.
        workers: processes.
        worlds: so many looks in turn (table, floor, lamp, camera), the same throughout; 0: every
            scene has its own (tabletop).
        drive: expert, or agent: the agent moves the arm and the expert labels what it meets
            (DAgger; tabletop). Give another --seed, and --out of a recording to add to it.
        perturb: what goes wrong meanwhile, as NAME=STRENGTH (agent).
        curriculum: episodes of a round, after which the strengths are thought over: one kind of
            `perturb` an episode (none named: every kind but distractors, 1 at most), beginning at a
            quarter of its strength and growing as the agent succeeds; 0: all at once, at full
            strength (agent).
        stack: the agent: where tokens come from, rates, noise, models (agent).
        clean: True: the expert makes no deliberate errors.
        keep_failures: also keep episodes that the expert did not solve.
        shadows_every: one episode in so many is drawn as Meta-World draws, with shadows and
            reflections, some eight times slower; the others without (0: all of them; metaworld).
        cache: where to build the training cache ("": beside the data set, "none": not at all).
        cache_gb: largest that it may get, with what trainers keep in it (10^9 bytes).
        fixed_every: every how many frames the fixed camera goes into the cache (tabletop).
    """

    suite: Annotated[str, OneOf(lambda: SUITES)] = "tabletop"
    task: tuple[Name, ...] = ("all",)
    episodes: Count = 1700
    stills: CountOrNone = 9000
    per_task: Count = 50
    seed: Seed = 0
    out: NewFolder | None = None
    workers: Processes = 2
    worlds: CountOrNone = 0
    drive: Literal["expert", "agent"] = "expert"
    perturb: tuple[Name, ...] = ()
    curriculum: CountOrNone = 0
    stack: Annotated[StackConfig, tyro.conf.arg(name="")] = field(default_factory=StackConfig)
    clean: bool = False
    keep_failures: bool = False
    shadows_every: CountOrNone = 5
    cache: Annotated[str, Anything("a folder, which `check` looks at, or a word")] = ""
    cache_gb: Amount = 16.0
    fixed_every: Count = 6

    @property
    def folder(self) -> Path:
        return self.out or DATA / self.suite

    @property
    def most(self) -> dict[str, float]:
        """The strengths of `perturb`.

        Raises:
            PerturbationError: one that does not exist.
        """
        return {member.name: member.strength for member in compose(self.perturb)}

    def unread(self) -> frozenset[str]:
        """Fields that play no part under the others."""
        if self.drive != "agent":
            return frozenset({"stack.brain", "stack.models", "stack.engine"})
        return frozenset(f"stack.{name}" for name in self.stack.unread())

    def check(self) -> None:
        """Refuse what cannot be recorded, before any process is started.

        Raises:
            EvaluationError, PerturbationError, SettingError: names what does not fit.
            SeedError: a seed is not one of training.
        """
        if self.drive == "agent":
            self.stack.check()
        if self.cache not in ("", "none") and (
            found := Writable("folder").refuse(Path(self.cache))
        ):
            raise SettingError(f"--cache {quoted(self.cache)}: {found[0]}. Remedy: {found[1]}")
        seeds = [seed for _, seed in source(self).jobs()]
        for seed in (min(seeds), max(seeds)):
            check_split(seed, "train")


class Source(Protocol):
    """What a suite knows of its recording; made anew in every worker process.

    Attributes:
        cache: what the training cache keeps of its data sets.
    """

    cache: CacheSettings

    def jobs(self) -> list[Job]:
        """Every episode that is asked for."""

    def key(self, job: Job) -> int:
        """The number of its episode: unique, and the order in the data set."""

    def recorder(self) -> Recorder:
        """What it is recorded by."""

    def record(self, job: Job, recorder: Recorder) -> bool:
        """Record one episode; False: the expert failed, and it was not kept."""

    def close(self) -> None:
        """Free what draws."""


def source(config: CollectConfig) -> Source:
    """The recording of `config.suite`.

    Raises:
        EvaluationError: there is no such suite.
    """
    if config.suite == "tabletop":
        from pontine.collecting.tabletop import Tabletop

        return Tabletop(config)
    if config.suite == "metaworld":
        from pontine.collecting.metaworld import MetaWorldSource

        return MetaWorldSource(config)
    raise EvaluationError(f"no suite {config.suite!r} here; there are {', '.join(SUITES)}")


@holding("folder")
def collect(config: CollectConfig) -> dict[str, Any]:
    """Record what is missing, merge, read everything back, build the cache.

    Raises:
        EvaluationError: no such suite, or task.
        SeedError: a seed is not one of training.
        LostWorkError: episodes whose process died twice; all others are recorded, none is merged.
    """
    begun = time.perf_counter()
    suite = source(config)
    config.check()
    jobs = suite.jobs()
    recorder = suite.recorder()
    done = recorder.finished()
    todo = [job for job in jobs if suite.key(job) not in done]
    kept = 0
    bar = tqdm(total=len(todo), desc="record", unit="episode", smoothing=0.05)
    rounds = _curriculum(config, suite, recorder, jobs, todo) if config.curriculum else [todo]
    for ok in _run(config, rounds):
        kept += ok
        bar.update()
        bar.set_postfix(kept=kept)
    bar.close()
    recorder.merge()
    recorded = time.perf_counter() - begun
    folder = config.folder
    result = check(folder)
    print(
        f"{folder}: {result.episodes} episodes, {result.frames} frames, read back and checked, "
        f"hash {result.hash}; {len(todo)} recorded in {recorded / 60:.1f} min"
    )
    if config.cache != "none":
        beside = folder.with_name(f"{folder.name}-cache")
        cache = Path(config.cache) if config.cache else beside
        build(
            folder, cache, suite.cache, limit_gb=config.cache_gb, workers=config.workers,
            checked=result,
        )  # fmt: skip
        print(f"{cache}: training cache ready")
    return {"episodes": result.episodes, "frames": result.frames, "hash": result.hash}


def _curriculum(
    config: CollectConfig, suite: Source, recorder: Recorder, jobs: list[Job], todo: list[Job]
) -> Iterator[list[Job]]:
    """Round by round what is to be recorded; after each, its successes go into the table."""
    left = set(todo)
    curriculum = Curriculum(config.folder, config.most)
    for k in range(0, len(jobs), config.curriculum):
        members = jobs[k : k + config.curriculum]
        first = suite.key(members[0])
        if curriculum.knows(first):
            continue
        yield [job for job in members if job in left]
        notes = {job: recorder.notes(suite.key(job)) for job in members}
        curriculum.note(first, [(*job, bool(n["success"])) for job, n in notes.items() if n])
    print(f"{config.folder}: strengths have come to\n{curriculum.summary()}")


def _run(config: CollectConfig, rounds: Iterable[list[Job]]) -> Iterator[bool]:
    with Crew(config.workers, partial(_Hand, config)) as crew:
        for todo in rounds:
            yield from crew.run(todo, lambda job: f"{job[0]}/{job[1]}")


class _Hand:
    """What a process records with."""

    def __init__(self, config: CollectConfig) -> None:
        self._suite = source(config)
        self._recorder = self._suite.recorder()

    def work(self, job: Job) -> bool:
        return self._suite.record(job, self._recorder)

    def close(self) -> None:
        self._suite.close()
