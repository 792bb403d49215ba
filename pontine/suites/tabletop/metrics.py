"""Measures an episode of the tabletop from its first step to its last."""

import numpy as np

from body import ActionChunk, Observation
from pontine.evaluation.result import DISCOUNT, Result
from pontine.evaluation.statistics import spread
from pontine.policies import Policy
from pontine.rollout import Watcher
from pontine.suites.tabletop.behaviour import Behaviour
from pontine.suites.tabletop.environment import Tabletop
from pontine.suites.tabletop.smoothness import Smoothness
from sim.metrics import Grasps, PathLength, expert_path
from sim.tasks import Goal
from sim.tasks.follow import TrackingMonitor

REFUSAL_SECONDS = 0.95  # a refusal seen to stand this long ends the episode


class Metrics(Watcher[Observation, ActionChunk]):
    """Ends the episode at success or at a standing refusal.

    Args:
        old_goal: what another sentence would have asked of this scene; is it done all the same?

    Attributes:
        result: so far; complete after :meth:`close`.
    """

    def __init__(self, environment: Tabletop, policy: Policy, old_goal: Goal | None = None) -> None:
        self._environment, self._policy, self._old_goal = environment, policy, old_goal
        self._world = environment.world

    def begin(self) -> None:
        environment, world = self._environment, self._world
        episode, old_goal = environment.episode, self._old_goal
        self._task = task = episode.task
        self.result = Result(task.name, episode.seed, episode.instruction)
        self._goal = goal = episode.goal if episode.goal.target >= 0 else None
        self._old = None if old_goal is None else task.monitor(world, old_goal)
        self.result.did_old = None if old_goal is None else False
        self._start = world.tool_pose()
        self._way = PathLength(self._start)
        grasps = goal is not None and not task.by_fist
        self._grasps = Grasps([part.target for part in episode.goal.parts]) if grasps else None
        self._behaviour = Behaviour(environment)
        home = world.kinematics.tool_pose(world.robot.home)
        self._smooth = Smoothness(home, self._policy.period)
        self._ages: list[float] = []
        self._closing = False
        self._refused_since: int | None = None
        if goal is not None:
            objects = world.objects()
            if not task.tracks:
                self.result.expert_path = expert_path(task, objects, goal, self._start)
            self.result.target = [round(float(x), 4) for x in objects[goal.target, 2:4]]

    def acted(self, observation: Observation, action: ActionChunk) -> None:
        world, said = self._world, self._policy.status(self._world.time)
        self._smooth.add(world.kinematics.tool_pose(action.joint_position[0]), said.joined)
        self._closing = bool(action.gripper_width[0] < world.robot.gripper_open / 2)
        if said.token_age is not None:
            self._ages.append(1e3 * said.token_age)

    def physics(self) -> None:
        self._behaviour.physics()

    def stepped(self) -> bool:
        result, pose = self.result, self._world.tool_pose()
        result.steps = self._environment.steps
        self._way.add(pose)
        moved = float(np.linalg.norm(pose[:3] - self._start[:3]))
        result.motion = max(result.motion, moved)
        self._behaviour.update(self._closing)
        if self._grasps is not None:
            self._grasps.update(self._world, self._closing)
        if self._goal is not None:
            result.progress = max(result.progress, self._task.progress(self._world, self._goal))
        if self._old is not None:
            result.did_old = bool(result.did_old or self._old.update())
        if self._environment.success:
            result.success, result.reason, result.progress = True, "done", 1.0
            result.episode_return = DISCOUNT ** (result.steps - 1)
        return result.success or self._environment.lost or self._refused()

    def _refused(self) -> bool:
        """The policy has declined the instruction, and kept to it."""
        now = self._world.time
        said = self._policy.status(now)
        if not said.refuses:
            self._refused_since = None
        elif self._refused_since is None:
            self._refused_since = now
        if self._refused_since is None or now - self._refused_since < REFUSAL_SECONDS * 1e9:
            return False
        self.result.refused, self.result.reason = True, said.reason
        return True

    def close(self) -> Result:
        """The episode is over; the whole result."""
        result, monitor = self.result, self._environment.monitor
        if self._grasps is not None:
            result.grasp_errors, result.first_grasp = self._grasps.errors, self._grasps.first
        if isinstance(monitor, TrackingMonitor):
            result.tracked_steps = monitor.steps
            result.tracking_reward = round(monitor.reward, 3)
        result.path = self._way.metres
        self._smooth.into(result)
        self._behaviour.into(result)
        if self._world.unstable:  # whatever happened afterwards happened in no world
            result.success, result.episode_return = False, 0.0
            result.reason = result.failure = "unstable simulation"
        account = self._policy.account()
        result.tokens, result.thoughts = account.tokens, account.thoughts
        result.brain_ms, result.controller_ms = account.brain_ms, account.controller_ms
        result.brain_calls = len(account.brain_ms)
        if account.fault and not result.success:
            result.reason = f"{result.reason}; no tokens from the brain: {account.fault}"
        result.token_age_ms = spread(self._ages)
        return result
