"""The demonstrations of Meta-World's scripted experts, as protocol P1 shows their scenes."""

from episodes.cache_build import CacheSettings
from episodes.writer import Recorder
from pontine.collecting.config import CollectConfig
from pontine.collecting.source import Job
from pontine.evaluation.log import EvaluationError
from pontine.suites.metaworld.demonstration import CAMERA, COLUMNS, FPS, MANNERS, demonstrate
from sim.suites.metaworld import P1, MetaWorld, tasks

SPAN = 1_000_000  # keys: number of the task * SPAN + seed
ROBOT = "sawyer"


class MetaWorldSource:
    """A :class:`pontine.collecting.source.RecordingSource`."""

    cache = CacheSettings(fixed_every=1, fixed=CAMERA, wrist="")

    def __init__(self, config: CollectConfig) -> None:
        self._config = config
        self._world: MetaWorld | None = None

    def jobs(self) -> list[Job]:
        known, config = tasks(), self._config
        names = known if config.task == ("all",) else config.task
        unknown = [name for name in names if name not in known]
        if unknown:
            raise EvaluationError(f"no task {', '.join(unknown)}; known: all, {', '.join(known)}")
        # task by task, those with shadows last: a world is made for each, and that takes a second
        seeds = sorted(range(config.seed, config.seed + config.per_task), key=self._shadows)
        return [(name, seed) for name in names for seed in seeds]

    def _shadows(self, seed: int) -> bool:
        every = self._config.shadows_every
        return every > 0 and seed % every == every - 1

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
        shadows = self._shadows(seed)
        if self._world is None or (self._world.task, self._world.fast) != (task, not shadows):
            self.close()
            # pictures are drawn on demand: there are eight steps to each
            self._world = MetaWorld(task, P1, pictures=False, fast=not shadows)
        for manner in MANNERS[-1:] if self._config.clean else MANNERS:
            success = demonstrate(self._world, seed, manner, pictures=False).success
            if success:  # some errors are beyond the expert
                break
        if not (success or self._config.keep_failures):
            return False
        found = demonstrate(self._world, seed, manner)
        notes = {"seed": seed, "success": found.success, "shadows": shadows, "manner": manner}
        recorder.save(self.key(job), found.columns, self._world.instruction, notes)
        return True
