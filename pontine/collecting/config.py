"""What `pontine collect` can be asked."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import tyro

from body.contract.instruction import quoted
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
from pontine.agent.stack import StackConfig
from pontine.suites.registry import DEFAULT, SuiteName, suite
from pontine.suites.unused import refuse_unused, unused
from sim.perturbations import compose


@dataclass(frozen=True, kw_only=True)
class CollectConfig:
    """Record demonstrations of the scripted experts, with deliberate errors and clean labels.

    Attributes:
        suite: tabletop (demonstrations and still scenes), metaworld (`make metaworld` first), or
            path/to/file.py:NAME of one of your own (docs/add-a-suite.md).
        task: "all" or names of tasks; the tabletop also has "stills".
        episodes: episodes in total, shared among the tasks, fewer of the long ones (tabletop).
        stills: still episodes of 4 pictures each, if `task` is all (tabletop).
        per_task: episodes per task (metaworld).
        seed: first training seed.
        out: folder of the data set (None: data/SUITE); run again to resume.
        workers: processes.
        worlds: number of worlds (table, floor, lamp, camera) that episodes take in turn; 0: every
            scene has its own (tabletop).
        drive: who moves the arm. expert: the script; agent: brain and cerebellum, while the expert
            labels their states, which is DAgger (tabletop). For agent, give another --seed, and
            with --out a recording to add to it.
        perturb: perturbations of the agent's episodes, as NAME=STRENGTH.
        curriculum: if above 0, episodes of a round of the curriculum. Each episode has one kind of
            `perturb` (if none is named, any kind except distractors), at a quarter of its
            strength first, and stronger as the agent succeeds; 0: all kinds at full strength.
        stack: the agent: source of tokens, rates, noise and models.
        clean: the expert makes no deliberate errors.
        keep_failures: also keep episodes that the expert did not solve.
        shadows_every: one episode in this many is drawn with shadows and reflections, which is some
            eight times slower; 0: none is (metaworld).
        cache: folder of the training cache ("": beside the data set; "none": build none).
        cache_gb: largest size of the cache with what trainers keep in it, 10^9 bytes.
        fixed_every: the fixed camera is cached every this many frames (tabletop).
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
            return apart | {"stack.brain", "stack.models", "stack.engine"}
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
