"""A stranger speaks beside the simulated robot, over DDS: it is named, and nothing is commanded."""

import time
from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import rclpy
from lifecycle_msgs.msg import Transition
from pontine_interfaces.msg import ControllerState
from pontine_interfaces.srv import Arm
from rclpy.node import Node
from sensor_msgs.msg import JointState

from body import RobotSpec
from body.robots.fr3 import FR3
from body.safety.safety_state import Cause
from pontine.ros.graph import Graph
from pontine.ros.sim import RosSimConfig, parameters
from pontine_ros import topics
from pontine_ros.qos import profile
from pontine_ros.topics import message_type
from tests.ros.test_lifecycle import change

pytestmark = [pytest.mark.alone, pytest.mark.slow]
PATIENCE = 60.0  # s


class Stranger:
    """Publishes another pose beside the robot, and counts what is commanded."""

    def __init__(self, node: Node) -> None:
        self.node, self.speaks = node, False
        self.pose = np.zeros(7)
        self.commands = 0
        self.state = ControllerState()
        self.clock: Any = None
        joints, arm, said = topics.JOINT_STATES, topics.TRAJECTORY, topics.CONTROLLER_STATE
        self._out = node.create_publisher(JointState, joints.name, profile(joints.quality))
        for topic, take in ((arm, self._count), (said, self._hear), (topics.CLOCK, self._tick)):
            kind = message_type(topic.kind)
            node.create_subscription(kind, topic.name, take, profile(topic.quality))
        self._arm: Any = node.create_client(Arm, topics.ARM.name)
        node.create_timer(0.01, self._speak)

    def _speak(self) -> None:
        if self.speaks and self.clock is not None:
            message = JointState(name=list(FR3.joint_names), position=array("d", self.pose))
            message.header.stamp = self.clock
            self._out.publish(message)

    def _count(self, message: Any) -> None:
        self.commands += 1

    def _hear(self, message: ControllerState) -> None:
        self.state = message

    def _tick(self, message: Any) -> None:
        self.clock = message.clock

    def until(self, condition: Any, seconds: float = PATIENCE) -> bool:
        end = time.monotonic() + seconds
        while not condition() and time.monotonic() < end:
            rclpy.spin_once(self.node, timeout_sec=0.05)
        return bool(condition())

    def arm(self) -> Any:
        assert self._arm.wait_for_service(PATIENCE)
        future = self._arm.call_async(Arm.Request())
        assert self.until(future.done)
        return future.result()


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    rclpy.init()
    node = rclpy.create_node("stranger")
    yield Stranger(node)
    node.destroy_node()
    rclpy.try_shutdown()


def poses(spec: RobotSpec) -> dict[str, np.ndarray]:
    return {"plausible": spec.home - 0.3, "zeros": np.zeros(spec.joints)}


@pytest.mark.parametrize("kind", ["plausible", "zeros"])
def test_two_publishers_are_named_and_nothing_is_armed(stranger: Stranger, kind: str) -> None:
    settings = parameters(RosSimConfig())
    stranger.pose = poses(FR3)[kind]
    with Graph() as graph:
        for name in ("sim_node", "cerebellum_node"):
            graph.start(name, settings[name] | {"supervised": False} if "cer" in name else
                        settings[name])  # fmt: skip
            for step in (Transition.TRANSITION_CONFIGURE, Transition.TRANSITION_ACTIVATE):
                assert change(stranger.node, name, step)
        stranger.speaks = True
        assert stranger.until(lambda: str(Cause.RIVALS) in stranger.arm().message)
        assert "/sim_node and /stranger" in stranger.arm().message
        for _ in range(5):
            assert not stranger.arm().success
            stranger.until(lambda: False, 0.5)
        assert stranger.commands == 0 and stranger.state.state == ControllerState.DISARMED

        stranger.speaks = False  # the robot alone is armed; a stranger that comes now stops it
        assert stranger.until(lambda: stranger.arm().success)
        assert stranger.until(lambda: stranger.commands > 0)
        stranger.speaks = True
        assert stranger.until(lambda: stranger.state.state == ControllerState.STOPPED)
        assert stranger.state.limit_violations == 0
        assert not stranger.arm().success
