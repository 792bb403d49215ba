"""What `pontine collect` can be asked."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import tyro

from body.instruction import quoted
from body.setting import (
    Amount,
    Anything,
    Count,
    CountOrNone,
    Name,
    NewFolder,
    Processes,
    Seed,
    SettingError,
    Writable,
)
from episodes.places import DATA
from pontine.setup import StackConfig
from pontine.suites.registry import DEFAULT, SuiteName, suite
from pontine.suites.unused import refuse_unused, unused
from sim.perturbations import compose


@dataclass(frozen=True, kw_only=True)
class CollectConfig:
    """Record the scripted experts (with deliberate errors, cleanly labelled).

    Attributes:
        suite: tabletop (demonstrations and still scenes), metaworld (`make metaworld` first), or
            path/to/file.py:NAME of one of your own (docs/add-a-suite.md).
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

    suite: SuiteName = DEFAULT
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
        return self.out or DATA / suite(self.suite).name

    @property
    def most(self) -> dict[str, float]:
        """The strengths of `perturb`.

        Raises:
            PerturbationError: one that does not exist.
        """
        return {member.name: member.strength for member in compose(self.perturb)}

    def unread(self) -> frozenset[str]:
        """Fields that play no part under the others."""
        apart = unused("collect", self.suite)
        if self.drive != "agent":
            return apart | {"stack.models", "stack.engine"}
        return apart | {f"stack.{name}" for name in self.stack.unread()}

    def check(self) -> None:
        """Refuse what cannot be recorded; what depends on more, the suite's own source refuses.

        Raises:
            SettingError, EngineError, ModelFolderError: names what does not fit.
        """
        refuse_unused("collect", self)
        if self.drive == "agent":
            self.stack.check()
        if self.cache not in ("", "none") and (
            found := Writable("folder").refuse(Path(self.cache))
        ):
            raise SettingError(f"--cache {quoted(self.cache)}: {found[0]}. Remedy: {found[1]}")
