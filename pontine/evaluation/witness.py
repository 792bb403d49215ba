"""Watches an episode from its first step to its last, and writes down what it came to."""

import numpy as np

from body import ActionChunk
from pontine.evaluation.conduct import Conduct
from pontine.evaluation.result import DISCOUNT, Result
from pontine.evaluation.smoothness import Smoothness
from pontine.evaluation.statistics import spread
from pontine.plant import Plant
from pontine.policies import Policy
from pontine.policies.policy import Told
from sim.metrics import Grasps, PathLength, expert_path
from sim.tasks import Episode, Goal, SuccessMonitor
from sim.tasks.follow import TrackingMonitor
from sim.worlds import World


class Witness:
    """Call :meth:`told` before and :meth:`stepped` after each step of the policy.

    Args:
        world: as the episode begins. period: s between two steps of the policy.
        old_goal: what another sentence would have asked of this scene; is it done all the same?

    Attributes:
        result: so far; complete after :meth:`close`.
    """

    def __init__(
        self, world: World, episode: Episode, period: float, old_goal: Goal | None = None
    ) -> None:
        self._world, self._task = world, episode.task
        self.result = Result(episode.task.name, episode.seed, episode.instruction)
        goal = episode.goal if episode.goal.target >= 0 else None
        self._goal = goal
        self._monitor, self._old = self._watch(goal), self._watch(old_goal)
        self.result.did_old = None if old_goal is None else False
        self._start = world.tool_pose()
        self._way = PathLength(self._start)
        grasps = goal is not None and not self._task.by_fist
        self._grasps = Grasps([part.target for part in episode.goal.parts]) if grasps else None
        self._conduct = Conduct(world, episode)
        self._smooth = Smoothness(world.kinematics.tool_pose(world.robot.home), period)
        self._ages: list[float] = []
        self._closing = False
        if goal is not None:
            objects = world.objects()
            if not self._task.tracks:
                self.result.expert_path = expert_path(self._task, objects, goal, self._start)
            self.result.target = [round(float(x), 4) for x in objects[goal.target, 2:4]]

    def told(self, chunk: ActionChunk, said: Told) -> None:
        """What the policy wants, and says of itself, in this step."""
        world = self._world
        self._smooth.add(world.kinematics.tool_pose(chunk.joint_position[0]), said.joined)
        self._closing = bool(chunk.gripper_width[0] < world.robot.gripper_open / 2)
        if said.token_age is not None:
            self._ages.append(1e3 * said.token_age)

    def physics(self) -> None:
        """After every physics step."""
        self._conduct.physics()

    def stepped(self, steps: int) -> bool:
        """`steps` policy steps have passed; whether the goal is reached, or lost for good."""
        result, pose = self.result, self._world.tool_pose()
        result.steps = steps
        self._way.add(pose)
        moved = float(np.linalg.norm(pose[:3] - self._start[:3]))
        result.motion = max(result.motion, moved)
        self._conduct.update(self._closing)
        if self._grasps is not None:
            self._grasps.update(self._world, self._closing)
        if self._goal is not None:
            result.progress = max(result.progress, self._task.progress(self._world, self._goal))
        if self._old is not None:
            result.did_old = bool(result.did_old or self._old.update())
        if self._monitor is not None and self._monitor.update():
            result.success, result.reason, result.progress = True, "done", 1.0
            result.episode_return = DISCOUNT ** (steps - 1)
        return result.success or (self._monitor is not None and self._monitor.lost)

    def close(self, plant: Plant, policy: Policy) -> Result:
        """The episode is over; the whole result."""
        result = self.result
        if self._grasps is not None:
            result.grasp_errors, result.first_grasp = self._grasps.errors, self._grasps.first
        if isinstance(self._monitor, TrackingMonitor):
            result.tracked_steps = self._monitor.steps
            result.tracking_reward = round(self._monitor.reward, 3)
        result.path = self._way.metres
        self._smooth.into(result)
        self._conduct.into(result, plant)
        if self._world.unstable:  # whatever happened afterwards happened in no world
            result.success, result.episode_return = False, 0.0
            result.reason = result.failure = "unstable simulation"
        account = policy.account()
        result.tokens, result.thoughts = account.tokens, account.thoughts
        result.brain_ms, result.controller_ms = account.brain_ms, account.controller_ms
        result.brain_calls = len(account.brain_ms)
        if account.fault and not result.success:
            result.reason = f"{result.reason}; no tokens from the brain: {account.fault}"
        result.token_age_ms = spread(self._ages)
        return result

    def _watch(self, goal: Goal | None) -> SuccessMonitor | None:
        return None if goal is None else self._task.monitor(self._world, goal)
