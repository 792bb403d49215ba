"""ROS's quality-of-service profiles from the ones of `topics`."""

from collections.abc import Callable
from typing import Any

from rclpy.duration import Duration
from rclpy.event_handler import SubscriptionEventCallbacks
from rclpy.qos import DurabilityPolicy, LivelinessPolicy, QoSProfile, ReliabilityPolicy

from pontine_ros.topics import Quality


def profile(quality: Quality) -> QoSProfile:
    """The profile that both ends of a topic use."""
    made = QoSProfile(
        depth=quality.depth,
        reliability=ReliabilityPolicy.RELIABLE
        if quality.reliable
        else ReliabilityPolicy.BEST_EFFORT,
        durability=DurabilityPolicy.TRANSIENT_LOCAL
        if quality.latched
        else DurabilityPolicy.VOLATILE,
    )
    if quality.deadline:
        made.deadline = Duration(nanoseconds=round(quality.deadline * 1e9))
    if quality.lease:
        made.liveliness = LivelinessPolicy.AUTOMATIC
        made.liveliness_lease_duration = Duration(nanoseconds=round(quality.lease * 1e9))
    return made


def on_silence(deaf: Callable[[str], None]) -> SubscriptionEventCallbacks:
    """Call `deaf` with a reason when a publisher misses its deadline or is gone."""

    def deadline(_: Any) -> None:
        deaf("missed its deadline")

    def liveliness(status: Any) -> None:
        if status.alive_count == 0 and status.alive_count_change < 0:
            deaf("is gone")

    return SubscriptionEventCallbacks(deadline=deadline, liveliness=liveliness)
