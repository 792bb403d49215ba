"""Sources of action tokens beside the brain: the oracle and the ablations."""

from collections.abc import Sequence

import numpy as np

from body import ActionTokens, ControllerReport, Observation, Report, Waypoint
from body.geometry.motion import DT
from brain.backend import Backend
from cerebellum.codec import Codec, WaypointCodec
from episodes.splits import TOKEN_NOISE
from episodes.vocabulary import Step
from pontine.agent.agent import Mover, Stamped
from pontine.suites.tabletop.step_order import next_step
from sim.tasks import Goal, Task
from sim.tasks.ideal import ideal_run
from sim.worlds import Scene, World


class Oracle:
    """Privileged: at each tick the expert's next waypoint for the present state, encoded.

    Attributes:
        step: the keyframe that is due, of `part` of the goal.
        previous, report: the keyframe before (-1: none), and the report that led on from it.
    """

    def __init__(self, world: World, task: Task, goal: Goal, codec: Codec, mover: Mover):
        self.world, self.task, self.goal, self.codec = world, task, goal, codec
        self.mover = mover
        self.codec_id = codec.codec_id
        self.reset()

    def reset(self) -> None:
        self.step, self.part = self.task.steps[0], self.goal
        self.previous, self.report = -1, Report.MOVING
        self._since = -1

    def think(
        self, observation: Observation, instruction: str, report: ControllerReport
    ) -> ActionTokens:
        """Tokens for the step in hand; a report on tokens of this step moves it on."""
        status = self._status(observation, report)
        if report.token_stamp >= self._since >= 0:
            step = next_step(self.task, self.step, status)
            if step is Step.DONE and (left := self.task.left(self.world, self.goal)) is not None:
                self.part, step = left, self.task.steps[0]
            if step != self.step:
                self.previous, self.report = int(self.step), status
                self.step, self._since = step, observation.stamp
        elif self._since < 0:
            self._since = observation.stamp
            self.part = self.task.left(self.world, self.goal) or self.goal
        pose = np.asarray(self.mover.command.pose)
        waypoint = self.task.plan(self.world.objects(), self.part, self.step, pose)
        return ActionTokens(self._encode(waypoint), self.codec_id, observation.stamp)

    def _status(self, observation: Observation, report: ControllerReport) -> Report:
        return report.status

    def _encode(self, waypoint: Waypoint) -> tuple[int, ...]:
        return self.codec.encode(waypoint)


class Noisy:
    """Another source's waypoints, displaced by a Gaussian held for one step of the plan.

    Args:
        sigma: m, of each horizontal coordinate.
    """

    def __init__(self, source: Backend, codec: WaypointCodec, sigma: float, seed: int) -> None:
        self.source, self.codec, self.sigma = source, codec, sigma
        self.codec_id = source.codec_id
        self._seed = seed
        self.reset()

    def reset(self) -> None:
        self.source.reset()
        self._rng = TOKEN_NOISE.rng(self._seed)
        self._shift = np.zeros(2)
        self._key: tuple[bool, bool] | None = None

    def think(
        self, observation: Observation, instruction: str, report: ControllerReport
    ) -> ActionTokens:
        tokens = self.source.think(observation, instruction, report)
        if tokens.is_null:
            return tokens
        waypoint = self.codec.waypoint(tokens.codes)
        key = (waypoint.closed, bool(waypoint.position[2] < 0.1))
        if key != self._key:
            self._key, self._shift = key, self._rng.normal(0.0, self.sigma, 2)
        position = waypoint.position + np.array([*self._shift, 0.0])
        moved = Waypoint(position, waypoint.yaw, waypoint.closed, waypoint.time_to_go)
        return ActionTokens(
            self.codec.encode(moved), self.codec_id, tokens.stamp, tokens.ttl,
            tokens.thought, tokens.intent,
        )  # fmt: skip


class Replayed:
    """Codes of another episode, by time.

    Args:
        codes: one for every `period` s since its beginning; the last stands for ever.
    """

    def __init__(self, codes: Sequence[tuple[int, ...]], codec_id: str, period: float) -> None:
        self.codec_id = codec_id
        self._codes, self._period = codes, period
        self.reset()

    def reset(self) -> None:
        self._start: int | None = None

    def think(
        self, observation: Stamped, instruction: str, report: ControllerReport
    ) -> ActionTokens:
        if self._start is None:
            self._start = observation.stamp
        elapsed = (observation.stamp - self._start) * 1e-9
        index = min(round(elapsed / self._period), len(self._codes) - 1)
        return ActionTokens(self._codes[index], self.codec_id, observation.stamp)


class Shuffled(Replayed):
    """Codes of another episode: an ideal run of the same task in a donor scene."""

    def __init__(
        self, donor: Scene, task: Task, goal: Goal, codec: WaypointCodec, world: World
    ) -> None:
        world.reset(donor)
        objects, pose = world.objects(), world.tool_pose()
        codes = [
            codec.encode(Waypoint(w.position, w.yaw, w.closed, max(w.time_to_go - k * DT, 0.0)))
            for w, rows in ideal_run(task, objects, goal, pose)
            for k in range(len(rows))
        ]
        super().__init__(codes, codec.codec_id, DT)


class Null:
    """The null code, for ever."""

    def __init__(self, codec_id: str) -> None:
        self.codec_id = codec_id

    def reset(self) -> None:
        """Nothing to forget."""

    def think(
        self, observation: Stamped, instruction: str, report: ControllerReport
    ) -> ActionTokens:
        return ActionTokens((), self.codec_id, observation.stamp)


__all__ = ["Noisy", "Null", "Oracle", "Replayed", "Shuffled"]
