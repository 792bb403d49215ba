"""What can be chosen of a recipe."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from episodes.places import DATA, MODELS, RUNS

Steps = dict[str, Callable[[], object]]


@dataclass(frozen=True)
class TrainAll:
    """Record demonstrations, train brain and cerebellum, measure. Run it again to resume.

    Attributes:
        suite: tabletop or metaworld (`make metaworld` first).
        data: folder of recordings.
        models: where model folders go.
        runs: checkpoints and curves, and which steps are done.
        task: "all" or names of tasks.
        per_task: demonstrations of each task (metaworld).
        demonstrations: in all. stills: still episodes beside those of all tasks (tabletop).
        rounds: of DAgger: the models' own episodes are recorded, the expert labels them, and the
            models are trained on. own: episodes of each round, in all (tabletop).
        seed: of weights and batches; the demonstrations' seeds stay.
        episodes: a task, that the last step measures (0: none).
        workers: processes that record and measure; training has `threads`.
        threads: of torch.
        device: where the brain is trained: cpu, cuda, cuda:1 ... wider: so many times as many
            pictures a step (tabletop; 4 suits a GPU). brain_budget: so many times the brain's
            minutes (tabletop; with a GPU 0.1 gets as far).
        compile: the brain's language model, for its longest stage (needs a C++ compiler).
        steps: so many steps a stage instead of minutes, where above 0: a rehearsal.
        out: where the figures go.
    """

    suite: str = "tabletop"
    data: Path = DATA
    models: Path = MODELS
    runs: Path = RUNS
    task: tuple[str, ...] = ("all",)
    per_task: int = 50
    demonstrations: int = 1700
    stills: int = 9000
    rounds: int = 1
    own: int = 900
    seed: int = 0
    episodes: int = 10
    workers: int = 2
    threads: int = 2
    device: str = "cpu"
    wider: int = 1
    brain_budget: float = 1.0
    compile: bool = False
    steps: int = 0
    out: Path = Path("out/train-all")
