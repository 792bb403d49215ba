"""The graph beside drivers as they are: other QoS, encodings, sizes and clocks."""

import json
import time
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import rclpy
from diagnostic_msgs.msg import DiagnosticArray
from lifecycle_msgs.msg import Transition
from rclpy.node import Node
from rclpy.qos import QoSProfile, ReliabilityPolicy
from sensor_msgs.msg import Image, JointState

from body.ur5e import UR5E
from pontine.ros.graph import Graph, wait
from pontine.ros.sim import CLIENT, RosSimConfig, parameters, words
from pontine_ros import topics
from pontine_ros.qos import profile
from tests.ros.test_lifecycle import change
from tests.ros.test_live_graph import ATTEMPTS, LATE, SENTENCE

pytestmark = [pytest.mark.alone, pytest.mark.slow]
PATIENCE = 120.0  # s
BEST_EFFORT = QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT)


@pytest.fixture
def node() -> Iterator[Node]:
    rclpy.init()
    made = rclpy.create_node("odd_driver")
    yield made
    made.destroy_node()
    rclpy.try_shutdown()


def test_the_brain_names_what_is_missing_and_takes_what_comes(node: Node) -> None:
    said: dict[str, str] = {}

    def take(message: DiagnosticArray) -> None:
        said.update({status.name: status.message for status in message.status})

    node.create_subscription(DiagnosticArray, topics.DIAGNOSTICS.name, take,
                             profile(topics.DIAGNOSTICS.quality))  # fmt: skip
    joints = node.create_publisher(JointState, "joint_states", BEST_EFFORT)
    pictures = node.create_publisher(Image, "camera/fixed/image_raw", BEST_EFFORT)
    report = node.create_publisher(
        topics.message_type(topics.CONTROLLER_STATE.kind), topics.CONTROLLER_STATE.name,
        profile(topics.CONTROLLER_STATE.quality),
    )  # fmt: skip
    picture = Image(height=480, width=640, encoding="bgra8", step=2560)
    picture.data = array("B", bytes(480 * 2560))
    state = JointState(name=list(UR5E.joint_names), position=array("d", UR5E.home))
    sent: list[Any] = [(topics.message_type(topics.CONTROLLER_STATE.kind)(), report)]

    def until(condition: Callable[[str], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not condition(said.get("/brain_node", "")):
            assert time.monotonic() < end, said
            for message, publisher in sent:
                message.header.stamp = node.get_clock().now().to_msg()
                publisher.publish(message)
            rclpy.spin_once(node, timeout_sec=0.05)

    with Graph() as graph:
        graph.start("brain_node", parameters(RosSimConfig(robot="ur5e"))["brain_node"]
                    | {"use_sim_time": False})  # fmt: skip
        for step in (Transition.TRANSITION_CONFIGURE, Transition.TRANSITION_ACTIVATE):
            assert change(node, "brain_node", step)
        until(lambda told: "camera/fixed/image_raw yet, which /odd_driver" in told
              and "joint_states yet" in told)  # fmt: skip
        sent.append((state, joints))
        until(lambda told: "camera/fixed/image_raw" in told and "joint_states" not in told)
        sent.append((picture, pictures))
        until(lambda told: told == "waiting for an instruction")


def simulated(tmp_path: Path, robot: str = "fr3", **driver: Any) -> dict[str, Any]:
    """How an instruction ends where the simulated robot's driver is odd."""
    config = RosSimConfig(SENTENCE, seed=800_001, time_limit=40.0, out=tmp_path, robot=robot)
    with Graph() as graph:
        for name, found in parameters(config).items():
            graph.start(name, found | (driver if name == "sim_node" else {}))
        wait(graph.start(CLIENT, words=words(config)), graph, CLIENT)
    report: dict[str, Any] = json.loads((tmp_path / "run.json").read_text())
    return report


@pytest.mark.parametrize(
    "driver",
    [{"clock_offset": 0.01, "best_effort": True}, {"clock_offset": -0.01}],
    ids=["ahead, best effort", "behind"],
)
def test_a_clock_that_is_ten_milliseconds_off_and_best_effort_cost_nothing(
    tmp_path: Path, driver: dict[str, Any]
) -> None:
    for _ in range(ATTEMPTS):
        report = simulated(tmp_path, **driver)
        if report["success"] or not any(word in report["reason"] for word in LATE):
            break
    assert report["success"], report["reason"]


def test_a_clock_that_is_far_off_is_named_and_nothing_moves(tmp_path: Path) -> None:
    report = simulated(tmp_path, clock_offset=1.5)
    assert not report["success"]
    assert "ms ahead of this machine's" in report["reason"]
