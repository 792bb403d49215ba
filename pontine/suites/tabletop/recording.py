"""The tabletop's demonstrations, with deliberate errors, and still scenes."""

from dataclasses import replace
from functools import cached_property

import numpy as np

from body.robots.registry import robot
from episodes.cache_build import CacheSettings
from episodes.columns import tabletop
from episodes.vocabulary import TASK_LABELS
from episodes.writer import Recorder
from pontine.agent.stack import AgentStack
from pontine.collecting.config import CollectConfig
from pontine.collecting.source import Job
from pontine.evaluation.log import EvaluationError
from pontine.suites.tabletop.curriculum import CROWDING, Curriculum
from pontine.suites.tabletop.dagger import CAMERAS, record_agent
from pontine.suites.tabletop.demonstration import demonstrate
from sim.expert import Expert
from sim.noise import NoiseConfig
from sim.stills import stills
from sim.tasks import TASKS, sample_episode
from sim.worlds import World
from sim.worlds.look import in_turn, under
from sim.worlds.scene import MAX_OBJECTS

STILLS = "stills"
SHARES = {"reach": 0.5, "sort_by_colour": 0.5, "follow": 0.25}  # of others' episodes; two are long
SPAN = 1_000_000_000  # keys: label * SPAN + seed, so every task's episodes stand together


class TabletopSource:
    """A :class:`pontine.collecting.source.RecordingSource`."""

    def __init__(self, config: CollectConfig) -> None:
        self._config = config
        self.cache = CacheSettings(config.fixed_every)

        self._world: World | None = None
        self._spec = robot(config.stack.robot)
        if config.drive == "agent" and STILLS in config.task:
            raise EvaluationError("--drive agent: nobody moves in stills; name tasks")
        if config.drive == "expert" and (config.perturb or config.curriculum):
            raise EvaluationError("--perturb and --curriculum are the agent's: add --drive agent")
        if CROWDING in config.most:
            raise EvaluationError(
                f"--perturb {CROWDING}: a recording tells of {MAX_OBJECTS} things, and there would "
                "be more; leave it out (pictures of still scenes show things beyond them)"
            )

    @property
    def world(self) -> World:
        self._world = self._world or World(self._spec)
        return self._world

    @cached_property
    def _expert(self) -> Expert:
        return Expert(self.world)

    @cached_property
    def _stack(self) -> AgentStack:
        return AgentStack(self._config.stack, self.world)

    def _wrong(self, name: str, seed: int) -> tuple[str, ...]:
        """What goes wrong in an episode; the curriculum's table changes from round to round."""
        config = self._config
        if not config.curriculum:
            return config.perturb
        return Curriculum(config.folder, config.most).perturb(name, seed)

    def close(self) -> None:
        if self._world is not None:
            self._world.close()

    def jobs(self) -> list[Job]:
        config = self._config
        names = tuple(TASKS) if config.task == ("all",) else config.task
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
        if config.task == ("all",) and config.drive == "expert":
            jobs += [(STILLS, config.seed + k) for k in range(config.stills)]
        return jobs

    def key(self, job: Job) -> int:
        return TASK_LABELS[job[0]] * SPAN + job[1]

    def recorder(self) -> Recorder:
        return Recorder(self._config.folder, tabletop(self._spec), robot_type=self._spec.name)

    def record(self, job: Job, recorder: Recorder) -> bool:
        name, seed = job
        given = in_turn(range(self._config.worlds), seed)
        if name == STILLS:
            columns = stills(self.world, seed, given=given).columns
            recorder.save(self.key(job), columns, "look", {"seed": seed, "success": True})
            return True
        try:
            episode = sample_episode(name, seed, reach=self._spec.reach)
        except ValueError:
            if self._spec.reach is None:
                raise
            return False  # an arm of so short a reach finds no scene of this seed
        episode = replace(episode, scene=under(episode.scene, given))
        if self._config.drive == "agent":
            recording = record_agent(self._stack, episode, self._wrong(name, seed))
        else:
            noise = None if self._config.clean else NoiseConfig()
            recording = demonstrate(self._expert, episode, noise, CAMERAS)
            if not (recording.success or self._config.keep_failures):
                return False
        columns = {key: np.asarray(value) for key, value in recording.columns.items()}
        notes = {"seed": seed, "success": recording.success}
        recorder.save(self.key(job), columns, recording.instruction, notes)
        return True
