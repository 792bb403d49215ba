"""Subscriptions that a real-time thread looks into by itself.

An executor builds a new wait set for every callback, which in Python costs a good part of a
millisecond: too much for states and commands that come hundreds of times a second. A look into an
inbox costs microseconds where nothing has come, and never waits.

An inbox asks for reliable delivery, since best effort loses whole pictures, but a publisher that
offers best effort alone is not connected to it. It is met half-way: :meth:`Inbox.match`.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rclpy.callback_groups import CallbackGroup
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, ReliabilityPolicy
from rclpy.subscription import Subscription

from pontine_ros.qos import profile
from pontine_ros.topics import Topic, message_type

NAMED = 4  # publishers that are named, of many
UNKNOWN = "_NODE_NAME_UNKNOWN_"  # as the middleware says it


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
        reliable: what it asks for at present.
        taken: monotonic s at which a message was taken last; -inf: never.
        refused: why the newest message was not taken; "": it was.
        source: gid of the publisher of the message being taken; b"": ROS does not say (Jazzy).

    Args:
        take: called with each message that is found; says why it did not take it, if so.
    """

    def __init__(self, node: Node, topic: Topic, name: str, take: Callable[[Any], Any]) -> None:
        self._node, self._topic, self._name, self._take = node, topic, name, take
        self.source = b""
        self._kind = message_type(topic.kind)
        self.reliable, self.taken, self.refused = topic.quality.reliable, -float("inf"), ""
        self._lock = threading.Lock()  # others poll while it subscribes anew
        self._subscription = self._subscribe()

    def _subscribe(self) -> Subscription:
        quality = replace(self._topic.quality, reliable=self.reliable)
        return self._node.create_subscription(
            self._kind, self._name, lambda _: None, profile(quality), callback_group=_LeftAlone()
        )

    def poll(self) -> bool:
        """Take one message in, if there is one."""
        with self._lock, self._subscription.handle:
            found = self._subscription.handle.take_message(self._kind, False)
        if found is None:
            return False
        self.source = bytes(found[1].get("publisher_gid", {}).get("data", b""))
        self.refused = self._take(found[0]) or ""
        if not self.refused:
            self.taken = time.monotonic()
        return True

    def match(self) -> None:
        """Ask for what the publishers offer, if that has changed."""
        offers = self.publishers()
        wanted = self._topic.quality.reliable and not any(map(_best_effort, offers))
        if offers and wanted != self.reliable:
            with self._lock:
                before, self.reliable = self._subscription, wanted
                self._subscription = self._subscribe()
            self._node.destroy_subscription(before)

    def missing(self, seconds: float) -> str:
        """What stands in the way where nothing has been taken for `seconds`; "": nothing does."""
        silent = time.monotonic() - self.taken
        if silent < seconds:
            return ""
        offers, name, kind = self.publishers(), self._subscription.topic_name, self._topic.kind
        if not offers:
            return f"nobody publishes {name} ({kind})"
        whose = ", ".join(_full_name(offer) for offer in offers[:NAMED])
        other = {offer.topic_type for offer in offers} - {kind}
        if len(other) == len({offer.topic_type for offer in offers}):
            return f"{name} comes as {', '.join(sorted(other))} from {whose}; it must be {kind}"
        if self.refused:
            return f"no message on {name} from {whose} can be used: {self.refused}"
        if self._topic.quality.latched and not any(map(_latched, offers)):
            return f"{whose} must publish {name} transient local, and publishes it volatile"
        since = "yet" if silent == float("inf") else f"for {silent:.1f} s"
        how = "best effort" if not self.reliable else "reliable"
        return f"nothing has come on {name} {since}, which {whose} publishes ({how})"

    def publishers(self) -> list[Any]:
        """Who publishes this topic, as `Node.get_publishers_info_by_topic` gives them."""
        return list(self._node.get_publishers_info_by_topic(self._subscription.topic_name))

    def close(self) -> None:
        """Unsubscribe; nobody may poll any more."""
        self._node.destroy_subscription(self._subscription)


def _best_effort(offer: Any) -> bool:
    return bool(offer.qos_profile.reliability == ReliabilityPolicy.BEST_EFFORT)


def _latched(offer: Any) -> bool:
    return bool(offer.qos_profile.durability == DurabilityPolicy.TRANSIENT_LOCAL)


def _full_name(offer: Any) -> str:
    if offer.node_name == UNKNOWN:  # it has been discovered this moment
        return "a node of no known name"
    return f"{offer.node_namespace.rstrip('/')}/{offer.node_name}"
