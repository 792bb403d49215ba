"""The demonstrations of Meta-World's scripted experts, as protocol P1 shows their scenes."""

from episodes.writer import Recorder
from pontine.collecting.collect import CollectConfig, Job
from pontine.evaluation.log import EvaluationError
from sim.suites.metaworld import P1, MetaWorld, tasks
from sim.suites.metaworld.demonstration import COLUMNS, FPS, demonstrate

SPAN = 1_000_000  # keys: number of the task * SPAN + seed
ROBOT = "sawyer"


class MetaWorldSource:
    """A :class:`pontine.collecting.collect.Source`."""

    cached = False

    def __init__(self, config: CollectConfig) -> None:
        self._config = config
        self._world: MetaWorld | None = None

    def jobs(self) -> list[Job]:
        known, config = tasks(), self._config
        names = known if config.task == ("all",) else config.task
        unknown = [name for name in names if name not in known]
        if unknown:
            raise EvaluationError(f"no task {', '.join(unknown)}; known: all, {', '.join(known)}")
        # task by task: a world is made for each, and that takes a second
        return [(name, config.seed + k) for name in names for k in range(config.per_task)]

    def key(self, job: Job) -> int:
        return tasks().index(job[0]) * SPAN + job[1]

    def recorder(self) -> Recorder:
        return Recorder(self._config.folder, COLUMNS, FPS, ROBOT)

    def close(self) -> None:
        if self._world is not None:
            self._world.close()
            self._world = None

    def record(self, job: Job, recorder: Recorder) -> bool:
        task, seed = job
        if self._world is None or self._world.task != task:
            self.close()
            # pictures are drawn on demand: there are eight steps to each
            self._world = MetaWorld(task, P1, pictures=False, fast=not self._config.shadows)
        found = demonstrate(self._world, seed, self._config.clean)
        if not (found.success or self._config.keep_failures):
            return False
        notes = {"seed": seed, "success": found.success}
        recorder.save(self.key(job), found.columns, self._world.instruction, notes)
        return True
