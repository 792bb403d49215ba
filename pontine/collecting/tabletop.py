"""The tabletop's demonstrations, with deliberate errors, and still scenes."""

import numpy as np

from episodes.cache_build import CacheSettings
from episodes.columns import TASK_LABELS
from episodes.writer import Recorder
from pontine.collecting.collect import CollectConfig, Job
from pontine.evaluation.log import EvaluationError
from sim.expert import Expert
from sim.noise import NoiseConfig
from sim.stills import stills
from sim.tasks import KNOWN, sample_episode
from sim.worlds import World

STILLS = "stills"
SHARES = {"reach": 0.5, "sort_by_colour": 0.5, "follow": 0.25}  # of others' episodes; two are long
SPAN = 1_000_000_000  # keys: label * SPAN + seed, so every task's episodes stand together


class Tabletop:
    """A :class:`pontine.collecting.collect.Source`."""

    def __init__(self, config: CollectConfig) -> None:
        self._config = config
        self.cache = CacheSettings(config.fixed_every)

        self._own: Expert | None = None

    @property
    def _expert(self) -> Expert:
        self._own = self._own or Expert(World())
        return self._own

    def close(self) -> None:
        if self._own is not None:
            self._own.world.close()
            self._own = None

    def jobs(self) -> list[Job]:
        config = self._config
        names = tuple(KNOWN) if config.task == ("all",) else config.task
        unknown = [n for n in names if n not in TASK_LABELS]
        if unknown:
            known = ", ".join(TASK_LABELS)
            raise EvaluationError(f"no task {', '.join(unknown)}; known: all, {known}")
        share = config.episodes / sum(SHARES.get(name, 1.0) for name in names)
        counts = {name: max(1, round(share * SHARES.get(name, 1.0))) for name in names}
        jobs = [
            (name, config.seed + k)
            for k in range(max(counts.values()))
            for name in names
            if k < counts[name]
        ]
        if config.task == ("all",):
            jobs += [(STILLS, config.seed + k) for k in range(config.stills)]
        return jobs

    def key(self, job: Job) -> int:
        return TASK_LABELS[job[0]] * SPAN + job[1]

    def recorder(self) -> Recorder:
        return Recorder(self._config.folder)

    def record(self, job: Job, recorder: Recorder) -> bool:
        name, seed = job
        if name == STILLS:
            columns = stills(self._expert.world, seed).columns
            recorder.save(self.key(job), columns, "look", {"seed": seed, "success": True})
            return True
        noise = None if self._config.clean else NoiseConfig()
        recording = self._expert.run(sample_episode(name, seed), noise, ("fixed", "wrist"))
        if not (recording.success or self._config.keep_failures):
            return False
        columns = {key: np.asarray(value) for key, value in recording.columns.items()}
        notes = {"seed": seed, "success": recording.success}
        recorder.save(self.key(job), columns, recording.instruction, notes)
        return True
