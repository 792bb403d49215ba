"""An episode of `pontine eval`, written as the graph would write it.

The recording replayed commands what the episode commanded, and its labels are those of the plan
that was followed.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("rosbags")

from body import ActionChunk, Observation
from body.robots.fr3 import FR3
from episodes.places import MODELS
from episodes.reader import Reader
from episodes.vocabulary import Step
from pontine.agent.stack import AgentStack, StackConfig
from pontine.ros.bag_writer import BagWriter
from pontine.ros.replay_commands import CommandsConfig, replay_commands
from pontine.ros.to_dataset import ToDatasetConfig, to_dataset
from pontine.suites.tabletop.environment import Tabletop
from pontine.suites.tabletop.episode import run_episode
from sim.tasks import sample_episode
from sim.worlds import World
from tests.ros.recorded_graph import FINGERS, KINDS, WALL, at, message, store

START = 1_000_000_000  # ns on the graph's clock
SEED = 17


class Recording:
    """Writes down what the world senses and is told, and what the agent says, of one episode."""

    def __init__(self, world: World, stack: AgentStack, writer: BagWriter) -> None:
        self.world, self.types, self.writer = world, store(), writer
        self.episode = sample_episode("place_in", SEED)
        self.agent = stack.agent(self.episode)
        self.commands: list[np.ndarray] = []
        self.plan: list[np.ndarray] = []  # step, place that the oracle had in mind
        self._sent = 0
        self._step, self._decide = world.step, self.agent.act
        world.step = self.physics  # type: ignore[method-assign]
        self.agent.act = self.policy  # type: ignore[method-assign]

    def say(self, topic: str, **fields: Any) -> None:
        made = message(self.types, KINDS[topic], stamp=START + self.world.time, **fields)
        data = bytes(self.types.serialize_cdr(made, KINDS[topic]))
        assert self.writer.put(topic, WALL + self.world.time, data)

    def physics(self, q: np.ndarray, width: float) -> None:
        self.commands.append(np.array([*q, width]))
        self._step(q, width)
        if self.world.time // 2_000_000 % 5 == 0:
            self.sense()
        self.tell(q, width)

    def sense(self) -> None:
        now = at(START + self.world.time)
        self.say("/clock", clock=message(self.types, "builtin_interfaces/msg/Time", **now))
        seen = self.world.observation()
        half = seen.gripper_width / 2
        self.say(
            "/joint_states", name=[*FR3.joint_names, *FINGERS],
            position=np.array([*seen.joint_position, half, half]),
            velocity=np.array([*seen.joint_velocity, 0.0, 0.0]),
        )  # fmt: skip
        parts = [
            message(self.types, "geometry_msgs/msg/Vector3", **dict(zip("xyz", part, strict=True)))
            for part in (seen.wrench[:3], seen.wrench[3:])
        ]
        kind = "geometry_msgs/msg/Wrench"
        self.say("/wrench", wrench=message(self.types, kind, force=parts[0], torque=parts[1]))

    def tell(self, q: np.ndarray, width: float) -> None:
        kind = "trajectory_msgs/msg/JointTrajectoryPoint"
        point = message(self.types, kind, positions=np.array(q))
        self.say(
            "/arm_controller/joint_trajectory", joint_names=list(FR3.joint_names), points=[point]
        )
        self.say("/gripper_controller/commands", data=np.array([width]))

    def policy(self, observation: Observation) -> ActionChunk:
        world, agent = self.world, self.agent
        if not world.time:
            self.say("/instruction", text=self.episode.instruction, number=1)
            self.sense()
            self.tell(FR3.home, FR3.gripper_open)
        for camera, every in (("wrist", 1), ("fixed", 4)):
            if world.time // 50_000_000 % every == 0:
                pixels = world.render(camera)
                side = len(pixels)
                self.say(
                    f"/camera/{camera}/image_raw", height=side, width=side, encoding="rgb8",
                    step=3 * side, data=pixels.reshape(-1),
                )  # fmt: skip
        chunk = self._decide(observation)
        for tokens in agent.log.tokens[self._sent :]:
            made = message(
                self.types, KINDS["/action_tokens"], stamp=START + tokens.stamp, ttl=tokens.ttl,
                codes=np.array(tokens.codes, np.uint16), codec_id=tokens.codec_id, instruction=1,
            )  # fmt: skip
            data = bytes(self.types.serialize_cdr(made, KINDS["/action_tokens"]))
            assert self.writer.put("/action_tokens", WALL + world.time, data)
        self._sent = len(agent.log.tokens)
        oracle: Any = agent.brain
        pose = np.asarray(agent.mover.command.pose)
        keyframe = oracle.task.plan(world.objects(), oracle.part, oracle.step, pose)
        self.plan.append(np.array([oracle.step, *keyframe.position]))
        self.say("/scene", number=1, task="place_in", seed=SEED, success=False)
        return chunk

    def run(self) -> None:
        assert run_episode(Tabletop(self.world, self.episode), self.agent).success
        self.say("/scene", number=1, task="place_in", seed=SEED, success=True)
        del self.world.step


def orders(steps: np.ndarray) -> list[int]:
    return [int(s) for i, s in enumerate(steps) if i == 0 or s != steps[i - 1]]


@pytest.mark.slow
def test_the_replay_commands_what_was_commanded_and_the_labels_are_the_plan(tmp_path: Path):
    path = tmp_path / "bag"
    with World() as world, BagWriter(path, KINDS, store()) as writer:
        record = Recording(world, AgentStack(StackConfig(tokens="oracle"), world), writer)
        record.run()
    config = ToDatasetConfig((path,), tmp_path / "set", MODELS / "tabletop-codec", cache=False)
    to_dataset(config)
    hashes = replay_commands(CommandsConfig((path, tmp_path / "set"), out=tmp_path / "out"))
    assert list(hashes[str(path)].values()) == list(hashes[str(tmp_path / "set")].values())
    commands = np.array(record.commands)
    again = np.load(tmp_path / "out" / "bag-0000.npy")[: len(commands)]
    assert np.abs(again - commands).max() < 1e-5  # rad, m: states are kept in float32

    found = Reader(tmp_path / "set").episode(0)
    plan = np.array(record.plan)
    known = found["token.codes"][:, 0] >= 0
    assert orders(found["plan.step"][known]) == orders(plan[:, 0])
    named = found["plan.waypoint"][: len(plan), :3]
    grasp = (plan[:, 0] == Step.GRASP) & (found["plan.step"][: len(plan)] == Step.GRASP)
    off = np.linalg.norm(named[grasp, :2] - plan[grasp, 1:3], axis=1)
    assert np.median(off) < 0.003
    print(f"grasp keyframe off by {1e3 * np.median(off):.2f} mm")
