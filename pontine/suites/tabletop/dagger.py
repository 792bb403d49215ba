"""Recordings in which the agent moves the arm and the expert says where it should have gone.

DAgger (Ross, Gordon and Bagnell 2011): a policy meets states that the expert never leads to, and
the scripted expert can label any state. The columns are those of demonstrations; what was executed
is the agent's, the keyframes are the expert's, one after the other as the cerebellum reports.
"""

from collections.abc import Sequence

import numpy as np

from body import ActionChunk, Observation
from cerebellum.codec import WaypointCodec
from pontine.agent.agent import Agent
from pontine.agent.sources import Oracle
from pontine.agent.stack import AgentStack
from pontine.rollout import Watcher, rollout
from pontine.suites.tabletop.environment import Tabletop
from sim.expert import FRAME_EVERY
from sim.perturbations import compose
from sim.recording import Recording, label
from sim.tasks import Episode
from sim.worlds.senses import state_vector

CAMERAS = ("fixed", "wrist")
AFTER = 20  # policy steps recorded after success: what is done is to be left alone


def record_agent(stack: AgentStack, episode: Episode, perturb: Sequence[str] = ()) -> Recording:
    """Let the agent of `stack` play `episode` until some time after success, or until it is lost,
    refused, or its time is over.

    Args:
        perturb: what goes wrong, as "name=strength".
    """
    environment = Tabletop(stack.world, episode, compose(perturb))
    agent = stack.agent(episode)
    labels = ExpertLabels(environment, agent, stack.waypoint_codec)
    rollout(environment, agent, [labels])
    return labels.recording


class ExpertLabels(Watcher[Observation, ActionChunk]):
    """Records a frame every `FRAME_EVERY` steps, with what the expert would do now."""

    def __init__(self, environment: Tabletop, agent: Agent, codec: WaypointCodec) -> None:
        self._environment, self._agent, self._codec = environment, agent, codec
        self._frames: list[dict[str, np.ndarray]] = []
        self._success, self._left = False, AFTER

    @property
    def recording(self) -> Recording:
        """All of it, labelled."""
        environment = self._environment
        return label(
            environment.episode, self._frames, self._success, environment.time,
            environment.driver.violations,
        )  # fmt: skip

    def begin(self) -> None:
        episode, mover = self._environment.episode, self._agent.mover
        self._teacher = Oracle(
            self._environment.world, episode.task, episode.goal, self._codec, mover
        )

    def cameras(self, now: int) -> tuple[str, ...]:
        self._due = now // round(self._agent.period * 1e9) % FRAME_EVERY == 0
        return CAMERAS if self._due else ()

    def seen(self, observation: Observation, looks: tuple[str, ...]) -> None:
        if "fixed" in looks:
            instruction, report = self._environment.instruction, self._agent.mover.report
            self._teacher.think(observation, instruction, report)
        if self._due:
            self._frames.append(self._frame(observation))

    def acted(self, observation: Observation, action: ActionChunk) -> None:
        if self._due:
            first = [*action.joint_position[0], action.gripper_width[0]]
            self._frames[-1]["action"] = np.array(first)

    def stepped(self) -> bool:
        environment = self._environment
        self._success |= environment.success
        self._left -= self._success
        refused = self._agent.status(environment.time).refuses
        return refused or environment.lost or not self._left

    def _frame(self, seen: Observation) -> dict[str, np.ndarray]:
        """What is commanded, and what the expert would do now."""
        teacher, task = self._teacher, self._environment.episode.task
        command, goal = self._agent.mover.command, teacher.part
        objects = self._environment.world.objects()
        pose = task.pose(objects, goal, teacher.step, float(command.pose[3]))
        told = [*command.pose, *command.increment, float(command.closed)]
        frame = {
            "observation.state": state_vector(seen),
            "observation.command": np.array(told),
            "keyframe": np.array([*pose, float(task.closed(teacher.step))]),
            "plan.step": np.array([teacher.step]),
            "plan.previous_step": np.array([teacher.previous]),
            "plan.report": np.array([teacher.report]),
            "scene.objects": objects,
            "scene.goal": np.array([goal.target, goal.destination, goal.slot]),
            "stamp": np.array([seen.stamp]),
        }
        return frame | {f"observation.images.{name}": seen.images[name] for name in CAMERAS}
