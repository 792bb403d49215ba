"""Whoever publishes is heard, reliable or not; and what is missing is named as it is."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import rclpy
from rclpy.context import Context
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from std_msgs.msg import Float64MultiArray, Header

from pontine_ros.inbox import UNKNOWN, Inbox
from pontine_ros.topics import LATCHED, NEWEST, Topic

PATIENCE = 30.0  # s: a busy machine discovers slowly
NUMBERS = Topic("numbers", "std_msgs/msg/Float64MultiArray", NEWEST, "")
RELIABLE, BEST_EFFORT = ReliabilityPolicy.RELIABLE, ReliabilityPolicy.BEST_EFFORT


@pytest.fixture
def nodes() -> Iterator[tuple[Node, Node]]:
    contexts = Context(), Context()  # as of two processes
    for context in contexts:
        rclpy.init(context=context)
    ours, theirs = map(_node, ("cerebellum", "camera_driver"), contexts)
    yield ours, theirs
    for node, context in zip((ours, theirs), contexts, strict=True):
        node.destroy_node()
        rclpy.shutdown(context=context)


def _node(name: str, context: Context) -> Node:
    return Node(name, context=context)


def until(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def discovered(node: Node) -> bool:
    found = node.get_publishers_info_by_topic("/numbers")
    return bool(found) and all(one.node_name != UNKNOWN for one in found)


def publisher(node: Node, reliability: ReliabilityPolicy, kind: Any = Float64MultiArray) -> Any:
    return node.create_publisher(kind, "numbers", QoSProfile(depth=1, reliability=reliability))


def heard(inbox: Inbox, said: Any) -> bool:
    said.publish(Float64MultiArray(data=[1.0]))
    inbox.match()
    return inbox.poll()


def test_a_publisher_of_either_reliability_is_heard_and_one_that_changes_too(nodes) -> None:
    ours, theirs = nodes
    taken: list[Any] = []
    inbox = Inbox(ours, NUMBERS, NUMBERS.name, taken.append)
    for reliability in (BEST_EFFORT, RELIABLE, BEST_EFFORT):
        said = publisher(theirs, reliability)
        until(lambda said=said: heard(inbox, said))
        assert inbox.reliable == (reliability == RELIABLE)
        theirs.destroy_publisher(said)
        until(lambda: not ours.get_publishers_info_by_topic("/numbers"))
    assert taken and not inbox.missing(PATIENCE)


def test_with_both_kinds_nobody_is_left_out(nodes) -> None:
    ours, theirs = nodes
    taken: list[float] = []
    inbox = Inbox(ours, NUMBERS, NUMBERS.name, lambda message: taken.append(message.data[0]))
    said = publisher(theirs, RELIABLE), publisher(theirs, BEST_EFFORT)

    def both() -> bool:
        for number, one in enumerate(said):
            one.publish(Float64MultiArray(data=[float(number)]))
            time.sleep(0.01)
            inbox.poll()
        inbox.match()
        return set(taken) == {0.0, 1.0}

    until(both)


def test_what_is_missing_is_named(nodes) -> None:
    ours, theirs = nodes
    inbox = Inbox(ours, NUMBERS, NUMBERS.name, lambda message: "it is odd")
    assert inbox.missing(0.0) == "nobody publishes /numbers (std_msgs/msg/Float64MultiArray)"
    said = publisher(theirs, RELIABLE)
    until(lambda: discovered(ours))
    assert "nothing has come on /numbers yet, which /camera_driver" in inbox.missing(0.0)
    until(lambda: heard(inbox, said))
    assert inbox.missing(0.0) == "no message on /numbers from /camera_driver can be used: it is odd"


def test_a_publisher_of_another_type_is_named(nodes) -> None:
    ours, theirs = nodes
    inbox = Inbox(ours, NUMBERS, NUMBERS.name, print)
    publisher(theirs, RELIABLE, Header)
    until(lambda: discovered(ours))
    assert inbox.missing(0.0) == (
        "/numbers comes as std_msgs/msg/Header from /camera_driver; "
        "it must be std_msgs/msg/Float64MultiArray"
    )


def test_a_publisher_that_keeps_nothing_for_whoever_comes_late_is_named(nodes) -> None:
    ours, theirs = nodes
    topic = Topic("numbers", NUMBERS.kind, LATCHED, "")
    inbox = Inbox(ours, topic, topic.name, print)
    quality = QoSProfile(depth=1, durability=DurabilityPolicy.VOLATILE)
    theirs.create_publisher(Float64MultiArray, "numbers", quality)
    until(lambda: discovered(ours))
    assert "/camera_driver must publish /numbers transient local" in inbox.missing(0.0)
