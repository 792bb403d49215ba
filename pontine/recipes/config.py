"""What can be chosen of a recipe."""

from dataclasses import dataclass
from pathlib import Path

from body.setting import (
    Budget,
    Count,
    CountOrNone,
    Device,
    Factor,
    Name,
    NewFolder,
    Processes,
    Seed,
    SettingError,
)
from episodes.places import DATA, MODELS, RUNS
from pontine.suites.registry import DEFAULT, SuiteName, suite
from pontine.suites.unused import refuse_unused


@dataclass(frozen=True)
class TrainAll:
    """Record demonstrations, train brain and cerebellum, measure. Run it again to resume.

    Attributes:
        suite: tabletop, metaworld (`make metaworld` first), or path/to/file.py:NAME of your own.
        data: folder of recordings.
        models: where model folders go.
        runs: checkpoints and curves, and which steps are done.
        task: "all" or names of tasks.
        per_task: demonstrations of each task (metaworld).
        demonstrations: demonstrations in total, shared among the tasks (tabletop).
        stills: still episodes beside them (tabletop).
        rounds: rounds of DAgger: the models drive, the expert labels, and training goes on with
            these episodes (tabletop).
        own: episodes recorded in each of these rounds, in total (tabletop).
        seed: seed of weights and batches; those of the demonstrations are fixed.
        episodes: episodes per task that the last step evaluates (0: it is left out).
        workers: processes that record and evaluate; training uses `threads`.
        threads: torch threads.
        device: where the brain is trained: cpu, cuda, cuda:1 ...
        wider: factor for the pictures of a training step (tabletop; 4 suits a GPU, a value below 1
            a rehearsal).
        brain_budget: factor for the brain's minutes (tabletop; 0.1 suffices with a GPU).
        compile: compile the brain's language model for its longest stage (needs a C++ compiler).
        steps: if above 0, steps of each stage instead of minutes: a rehearsal.
        out: folder for the results.
    """

    suite: SuiteName = DEFAULT
    data: NewFolder = DATA
    models: NewFolder = MODELS
    runs: NewFolder = RUNS
    task: tuple[Name, ...] = ("all",)
    per_task: Count = 50
    demonstrations: Count = 1700
    stills: CountOrNone = 9000
    rounds: CountOrNone = 1
    own: Count = 900
    seed: Seed = 0
    episodes: CountOrNone = 10
    workers: Processes = 2
    threads: Processes = 2
    device: Device = "cpu"
    wider: Factor = 1.0
    brain_budget: Budget = 1.0
    compile: bool = False
    steps: CountOrNone = 0
    out: NewFolder = Path("out/train-all")

    def check(self) -> None:
        """Refuse what the suite has not; raises SuiteError or SettingError."""
        asked = suite(self.suite)
        if asked.recipe is None:
            raise SettingError(f"--suite {self.suite}: has no recipe. Remedy: train what it has "
                               f"({', '.join(asked.trainings)}) by itself")  # fmt: skip
        refuse_unused("train all", self)
        if self.task == ("all",):
            return
        known = asked.tasks()
        if unknown := [name for name in self.task if name not in known]:
            raise SettingError(f"--task {' '.join(unknown)}: no such task. Remedy: all, or of "
                               f"{', '.join(known)}")  # fmt: skip
