"""Recordings in which the agent moves the arm and the expert says where it should have gone.

DAgger (Ross, Gordon and Bagnell 2011): a policy meets states that the expert never leads to, and
the scripted expert can label any state. The columns are those of demonstrations; what was executed
is the agent's, the keyframes are the expert's, one after the other as the cerebellum reports.
"""

from collections.abc import Sequence

import numpy as np

from body import ActionChunk
from pontine.agent import Agent
from pontine.plant import Plant
from pontine.setup import Stack
from pontine.sources import Oracle
from sim.expert import FRAME_EVERY
from sim.perturbations import compose
from sim.recording import Recording, label
from sim.tasks import Episode
from sim.worlds import World
from sim.worlds.senses import state_vector

CAMERAS = ("fixed", "wrist")
AFTER = 20  # policy steps recorded after success: what is done is to be left alone


class Apprentice:
    """Plays episodes with the agent of `stack` in its world."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    @property
    def world(self) -> World:
        return self._stack.world

    def run(self, episode: Episode, perturb: Sequence[str] = ()) -> Recording:
        """Play `episode` until it succeeds, is lost or refused, or its time is over.

        Args:
            perturb: what goes wrong, as "name=strength".
        """
        world, wrong = self.world, compose(perturb)
        episode = wrong.episode(episode)
        world.reset(episode.scene)
        plant = Plant(world)
        plant.reset()
        wrong.start(world)
        agent = self._stack.agent(episode)
        teacher = Oracle(
            world, episode.task, episode.goal, self._stack.waypoint_codec, self._stack.mover
        )
        monitor = episode.task.monitor(world, episode.goal)
        agent.reset(wrong.sense(world.observation()), episode.instruction)
        frames: list[dict[str, np.ndarray]] = []
        success, left, period = False, AFTER, round(agent.period * 1e9)
        while left and not monitor.lost and world.time < episode.task.limit * 1e9:
            looks, recorded = agent.cameras(world.time), world.time // period % FRAME_EVERY == 0
            seen = wrong.sense(world.observation(CAMERAS if recorded else looks))
            if "fixed" in looks:
                teacher.think(seen, episode.instruction, agent.mover.report)
            frame = self._frame(episode, agent, teacher) if recorded else None
            chunk = agent.act(seen)
            if frame is not None:
                frame["observation.state"] = state_vector(seen)
                frame["stamp"] = np.array([seen.stamp])
                frame["action"] = _first(chunk)
                frame |= {f"observation.images.{name}": seen.images[name] for name in CAMERAS}
                frames.append(frame)
            wrong.tick(world)
            plant.advance(wrong.command(chunk), agent.period)
            success |= monitor.update()
            left -= success
            if agent.tell(world.time).refuses:
                break
        return label(episode, frames, success, world.time, plant.driver.violations)

    def _frame(self, episode: Episode, agent: Agent, teacher: Oracle) -> dict[str, np.ndarray]:
        """What is commanded, and what the expert would do now."""
        command, task, goal = agent.mover.command, episode.task, teacher.part
        objects = self.world.objects()
        pose = task.pose(objects, goal, teacher.step, float(command.pose[3]))
        told = [*command.pose, *command.increment, float(command.closed)]
        return {
            "observation.command": np.array(told),
            "keyframe": np.array([*pose, float(task.closed(teacher.step))]),
            "plan.step": np.array([teacher.step]),
            "plan.previous_step": np.array([teacher.previous]),
            "plan.report": np.array([teacher.report]),
            "scene.objects": objects,
            "scene.goal": np.array([goal.target, goal.destination, goal.slot]),
        }


def _first(chunk: ActionChunk) -> np.ndarray:
    return np.array([*chunk.joint_position[0], chunk.gripper_width[0]])
