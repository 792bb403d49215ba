"""The graph beside drivers as they are: other QoS, encodings, sizes and clocks."""

import time
from array import array
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import rclpy
from diagnostic_msgs.msg import DiagnosticArray
from lifecycle_msgs.msg import Transition
from pontine_interfaces.msg import SceneState
from pontine_interfaces.srv import Arm
from rclpy.node import Node
from rclpy.qos import QoSProfile, ReliabilityPolicy
from sensor_msgs.msg import Image, JointState

from body.robots.ur5e import UR5E
from pontine.ros.graph import Graph
from pontine.ros.sim import RosSimConfig, parameters
from pontine_ros import topics
from pontine_ros.qos import profile
from tests.ros.test_lifecycle import change

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


@pytest.fixture
def arm(node: Node) -> Iterator[Callable[..., Any]]:
    """Ask a cerebellum beside a simulated robot with an odd driver to arm, until `enough`."""
    graph = Graph()
    seen: list[SceneState] = []
    node.create_subscription(SceneState, topics.SCENE.name, seen.append,
                             profile(topics.SCENE.quality))  # fmt: skip

    def ask(enough: Callable[[Arm.Response, SceneState], bool], **driver: Any) -> None:
        given = parameters(RosSimConfig())
        graph.start("sim_node", given["sim_node"] | driver)
        graph.start("cerebellum_node", given["cerebellum_node"] | {"supervised": False})
        for name in ("sim_node", "cerebellum_node"):
            for step in (Transition.TRANSITION_CONFIGURE, Transition.TRANSITION_ACTIVATE):
                assert change(node, name, step)
        client: Any = node.create_client(Arm, topics.ARM.name)
        assert client.wait_for_service(PATIENCE)
        end, answer = time.monotonic() + PATIENCE, Arm.Response()
        while not (seen and enough(answer, seen[-1])):
            assert time.monotonic() < end, (answer, seen[-1:])
            if not answer.success:  # a busy machine's states come late at times
                future = client.call_async(Arm.Request())
                rclpy.spin_until_future_complete(node, future, timeout_sec=5)
                answer = future.result() or answer
            rclpy.spin_once(node, timeout_sec=0.1)

    with graph:
        yield ask


@pytest.mark.parametrize("ms", [-10, 10])
def test_a_clock_that_is_a_little_off_loses_no_command(arm: Callable[..., Any], ms: int) -> None:
    def enough(answer: Arm.Response, scene: SceneState) -> bool:
        # a busy machine may bring some later than they are valid
        assert scene.commands_refused <= 10 + scene.commands // 10
        return bool(answer.success and scene.commands > 200)

    arm(enough, clock_offset=ms * 1e-3, best_effort=True)


def test_a_clock_that_is_far_off_is_named_and_nothing_is_armed(arm: Callable[..., Any]) -> None:
    def enough(answer: Arm.Response, scene: SceneState) -> bool:
        assert not answer.success and not scene.commands
        return "ms ahead of this machine's" in answer.message and "chrony" in answer.message

    arm(enough, clock_offset=1.5)
