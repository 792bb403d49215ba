"""One closed-loop episode, from a scene and a sentence to a result."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from body.motion import DT
from pontine.agent import Agent
from pontine.evaluation.conduct import Conduct
from pontine.evaluation.smoothness import Smoothness
from pontine.evaluation.token_faults import TokenFault
from pontine.plant import Plant
from pontine.policies import Policy
from sim.metrics import Grasps, PathLength, expert_path
from sim.perturbations import Perturbations
from sim.tasks import Episode, Goal, SuccessMonitor
from sim.worlds import World

LIMIT_STEPS = 400  # 20 s of policy steps
REFUSAL_SECONDS = 0.95  # a refusal seen to stand this long ends the episode
STILL = 0.005  # m: "no motion"
DISCOUNT = 0.99  # of the return, per policy step


@dataclass
class Result:
    """What one episode came to; lengths in m, times in s.

    Attributes:
        refused: the policy refused and kept to it. failure: why there was no success, by name.
        steps: policy steps of 50 ms.
        episode_return: reward 1 at success, discounted by 0.99 a policy step.
        motion: largest way of the tool from its start. path, expert_path: its way, and the
            expert's in the same scene.
        target: x, y where the object asked for stood at first.
        grasp_errors: horizontal tool-to-object distance each time the hand was told to close.
        first_grasp: the first closing ended with the object in the hand (None: never closed).
        limit_ratio: largest ratio of a command's difference to the robot's limit.
        dropped, knocked_over, peak_force, self_contact, unsafe: see
            :class:`pontine.evaluation.conduct.Conduct`.
        did_old: the goal of the instruction before the exchange was reached.
        boundary_steps, jerks: see :class:`pontine.evaluation.smoothness.Smoothness`.
        token_age_ms: median, p90, p99 and mean age of the tokens in force.
    """

    task: str
    seed: int
    instruction: str
    success: bool = False
    refused: bool = False
    reason: str = "time limit"
    failure: str = ""
    steps: int = 0
    episode_return: float = 0.0
    motion: float = 0.0
    path: float = 0.0
    expert_path: float | None = None
    target: list[float] | None = None
    grasp_errors: list[float] = field(default_factory=list)
    first_grasp: bool | None = None
    limit_violations: int = 0
    limit_ratio: float = 0.0
    dropped: bool = False
    knocked_over: int = 0
    peak_force: float = 0.0
    self_contact: bool = False
    unsafe: bool = False
    did_old: bool | None = None
    trajectory_hash: str = ""
    thoughts: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[dict[str, Any]] = field(default_factory=list)
    boundary_steps: list[float] = field(default_factory=list)
    jerks: list[float] = field(default_factory=list)
    largest_velocity_step: float = 0.0
    brain_calls: int = 0
    token_age_ms: list[float] = field(default_factory=list)
    brain_ms: list[float] = field(default_factory=list)
    controller_ms: list[float] = field(default_factory=list)


Watcher = Callable[[World, Plant, Policy, int], None]


def run_episode(
    world: World,
    episode: Episode,
    policy: Policy,
    fault: TokenFault | None = None,
    watch: Watcher | None = None,
    limit: int = LIMIT_STEPS,
    old_goal: Goal | None = None,
    perturbations: Perturbations | None = None,
) -> Result:
    """Run until success, a standing refusal, or `limit` policy steps.

    Args:
        episode: scene, goal and sentence; a goal without target can only be refused.
        fault: what happens to the agent's tokens on the way.
        watch: called after every step of the policy, for videos.
        perturbations: of scene, physics, pictures and commands.
        old_goal: what another sentence would have asked of this scene; is it done all the same?
    """
    wrong = perturbations or Perturbations()
    episode = wrong.episode(episode)
    world.reset(episode.scene)
    plant = Plant(world)
    plant.reset()
    wrong.start(world)
    goal = episode.goal if episode.goal.target >= 0 else None
    result = Result(episode.task.name, episode.seed, episode.instruction)
    monitor = SuccessMonitor(episode.task, goal, world) if goal is not None else None
    old = SuccessMonitor(episode.task, old_goal, world) if old_goal is not None else None
    result.did_old = False if old is not None else None
    start = world.tool_pose()
    way = PathLength(start)
    if goal is not None:
        objects = world.objects()
        result.expert_path = expert_path(episode.task, objects, goal, start)
        result.target = [round(float(x), 4) for x in objects[goal.target, 2:4]]
    policy.reset(wrong.sense(world.observation()), episode.instruction)
    grasps = Grasps(goal.target) if goal is not None else None
    conduct = Conduct(world, episode)
    smooth = Smoothness(world.kinematics.tool_pose(world.robot.home), policy.period)
    refused_since: int | None = None
    ages: list[float] = []
    while world.time < limit * DT * 1e9:
        chunk = policy.act(wrong.sense(world.observation(policy.cameras(world.time))))
        told = policy.tell(world.time)
        smooth.add(world.kinematics.tool_pose(chunk.joint_position[0]), told.joined)
        closing = bool(chunk.gripper_width[0] < world.robot.gripper_open / 2)
        if told.token_age is not None:
            ages.append(1e3 * told.token_age)
        wrong.tick(world)
        plant.advance(wrong.command(chunk), policy.period, conduct.physics)
        if fault is not None and goal is not None and isinstance(policy, Agent):
            fault.after_step(world, policy, goal)
        result.steps = round(world.time * 1e-9 / DT)
        pose = world.tool_pose()
        way.add(pose)
        result.motion = max(result.motion, float(np.linalg.norm(pose[:3] - start[:3])))
        conduct.update(closing)
        if grasps is not None:
            grasps.update(world, closing)
        if watch is not None:
            watch(world, plant, policy, result.steps)
        if old is not None:
            result.did_old |= old.update()  # type: ignore[operator]
        if monitor is not None and monitor.update():
            result.success, result.reason = True, "done"
            result.episode_return = DISCOUNT ** (result.steps - 1)
            break
        told = policy.tell(world.time)
        if not told.refuses:
            refused_since = None
        elif refused_since is None:
            refused_since = world.time
        if refused_since is not None and world.time - refused_since >= REFUSAL_SECONDS * 1e9:
            result.refused, result.reason = True, told.reason
            break
    if grasps is not None:
        result.grasp_errors, result.first_grasp = grasps.errors, grasps.first
    result.path = way.metres
    smooth.into(result)
    conduct.into(result, plant)
    _account(result, policy, ages)
    return result


def _account(result: Result, policy: Policy, ages: list[float]) -> None:
    account = policy.account()
    result.tokens, result.thoughts = account.tokens, account.thoughts
    result.brain_ms, result.controller_ms = account.brain_ms, account.controller_ms
    result.brain_calls = len(account.brain_ms)
    if ages:
        figures = [*np.percentile(ages, (50, 90, 99)), np.mean(ages)]
        result.token_age_ms = [round(float(x), 1) for x in figures]
