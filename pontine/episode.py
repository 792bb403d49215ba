"""One closed-loop episode, from a scene and a sentence to a result."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from body import Intent
from pontine.agent import Agent
from pontine.grasps import Grasps
from pontine.perturb import Perturbation
from pontine.plant import Plant
from pontine.smoothness import Smoothness
from sim.tasks import Episode, SuccessMonitor
from sim.worlds import World

LIMIT_STEPS = 400  # 20 s of policy steps
REFUSAL_STEPS = 20  # a refusal that stands this long ends the episode
STILL = 0.005  # m: "no motion"


@dataclass
class Result:
    """What one episode came to; lengths in m, times in s.

    Attributes:
        refused: the brain refused and kept to it. motion: largest way the tool moved, m.
        grasp_errors: horizontal tool-to-object distance each time the hand was told to close.
        boundary_steps, jerks: see :class:`pontine.smoothness.Smoothness`.
        first_grasp: the first closing ended with the object in the hand (None: never closed).
    """

    task: str
    seed: int
    instruction: str
    success: bool = False
    refused: bool = False
    reason: str = "time limit"
    steps: int = 0
    motion: float = 0.0
    grasp_errors: list[float] = field(default_factory=list)
    first_grasp: bool | None = None
    limit_violations: int = 0
    trajectory_hash: str = ""
    thoughts: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[dict[str, Any]] = field(default_factory=list)
    boundary_steps: list[float] = field(default_factory=list)
    jerks: list[float] = field(default_factory=list)
    brain_ms: list[float] = field(default_factory=list)
    controller_ms: list[float] = field(default_factory=list)


Watcher = Callable[[World, Plant, Agent, int], None]


def run_episode(
    world: World,
    episode: Episode,
    agent: Agent,
    perturbation: Perturbation | None = None,
    watch: Watcher | None = None,
    limit: int = LIMIT_STEPS,
) -> Result:
    """Run until success, a standing refusal, or `limit` policy steps.

    Args:
        episode: scene, goal and sentence; a goal without target can only be refused.
        watch: called after every policy step, for videos.
    """
    world.reset(episode.scene)
    plant = Plant(world)
    plant.reset()
    goal = episode.goal if episode.goal.target >= 0 else None
    monitor = SuccessMonitor(episode.task, goal, world) if goal is not None else None
    agent.reset(world.observation(), episode.instruction)
    result = Result(episode.task.name, episode.seed, episode.instruction)
    start = world.tool_pose()[:3]
    grasps = Grasps(goal.target) if goal is not None else None
    refused_for = 0
    smooth = Smoothness()
    for step in range(limit):
        chunk = agent.step(world.observation(agent.cameras(world.time)))
        smooth.add(agent.mover.command.increment, agent.mover.joined)
        plant.advance(chunk)
        if perturbation is not None and goal is not None:
            perturbation.after_step(world, agent, goal)
        result.steps = step + 1
        result.motion = max(result.motion, float(np.linalg.norm(world.tool_pose()[:3] - start)))
        if grasps is not None:
            grasps.update(world, agent.mover.command.closed)
        if watch is not None:
            watch(world, plant, agent, step)
        if monitor is not None and monitor.update():
            result.success, result.reason = True, "done"
            break
        tokens = agent.letter(world.time).tokens
        refused_for = refused_for + 1 if tokens and tokens.intent is Intent.REFUSE else 0
        if refused_for >= REFUSAL_STEPS:
            result.refused, result.reason = True, tokens.thought or "refused"  # type: ignore[union-attr]
            break
    if grasps is not None:
        result.grasp_errors, result.first_grasp = grasps.errors, grasps.first
    _collect(result, plant, agent)
    result.boundary_steps, result.jerks = smooth.boundary_steps, smooth.jerks
    return result


def _collect(result: Result, plant: Plant, agent: Agent) -> None:
    result.limit_violations = plant.driver.violations
    result.trajectory_hash = plant.trajectory_hash
    result.brain_ms, result.controller_ms = agent.log.brain_ms, agent.log.controller_ms
    last = None
    for tokens in agent.log.tokens:
        stamp = tokens.stamp * 1e-9
        result.tokens.append({"stamp": round(stamp, 3), "codes": list(tokens.codes)})
        if tokens.thought is not None and tokens.thought != last:
            result.thoughts.append({"stamp": round(stamp, 3), "thought": tokens.thought})
            last = tokens.thought
