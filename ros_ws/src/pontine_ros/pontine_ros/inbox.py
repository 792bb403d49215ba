"""Subscriptions that a real-time thread looks into by itself.

An executor builds a new wait set for every callback, which in Python costs a good part of a
millisecond: too much for states and commands that come hundreds of times a second. A look into an
inbox costs microseconds where nothing has come, and never waits.
"""

from collections.abc import Callable
from typing import Any

from rclpy.callback_groups import CallbackGroup
from rclpy.node import Node

from pontine_ros.qos import profile
from pontine_ros.topics import Topic, message_type


class _LeftAlone(CallbackGroup):
    """Executors pass over what is in this group."""

    def can_execute(self, entity: Any) -> bool:
        return False

    def beginning_execution(self, entity: Any) -> bool:
        return False

    def ending_execution(self, entity: Any) -> None:
        pass


class Inbox:
    """The newest message of a topic, when :meth:`poll` is called.

    Attributes:
        source: gid of the publisher of the message being taken; b"": ROS does not say (Jazzy).

    Args:
        take: called with each message that is found.
    """

    def __init__(self, node: Node, topic: Topic, name: str, take: Callable[[Any], None]) -> None:
        self._node, self._take = node, take
        self.source = b""
        self._kind = message_type(topic.kind)
        self._subscription = node.create_subscription(
            self._kind, name, take, profile(topic.quality), callback_group=_LeftAlone()
        )

    def poll(self) -> bool:
        """Take one message in, if there is one."""
        with self._subscription.handle:
            found = self._subscription.handle.take_message(self._kind, False)
        if found is None:
            return False
        self.source = bytes(found[1].get("publisher_gid", {}).get("data", b""))
        self._take(found[0])
        return True

    def publishers(self) -> list[Any]:
        """Who publishes this topic, as `Node.get_publishers_info_by_topic` gives them."""
        return self._node.get_publishers_info_by_topic(self._subscription.topic_name)

    def close(self) -> None:
        """Unsubscribe; nobody may poll any more."""
        self._node.destroy_subscription(self._subscription)
