"""What comes in from the network, checked before anything acts upon it.

Messages are data of strangers: wrong lengths, NaN, unknown names, huge arrays and stamps of the
future are refused with a reason, counted, and shown in the diagnostics.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from body import ActionTokens
from body.contract.arrays import Array, Image
from pontine.ros import pictures
from pontine.ros.messages import MalformedError as MessageRefusedError
from pontine.ros.messages import nanoseconds, order
from pontine.ros.stamps import OLD, check_stamp


class Refusals:
    """Counts refused messages by topic, with the last reason.

    Attributes:
        total: of them all. last: topic and reason of the newest; "": none yet.
    """

    def __init__(self) -> None:
        self.by_topic: Counter[str] = Counter()
        self.last = ""

    @property
    def total(self) -> int:
        return sum(self.by_topic.values())

    def add(self, topic: str, error: Exception) -> None:
        self.by_topic[topic] += 1
        self.last = f"{topic}: {error}"[:300]


def picture(message: Any, side: int, now: int) -> Image:
    """(side, side, 3) uint8 RGB of a sensor_msgs/Image.

    Raises:
        MessageRefusedError: see :func:`pontine.ros.pictures.picture`; or a stamp that is not of
            now.
    """
    stamp = nanoseconds(message.header.stamp)
    if stamp == 0 and now > OLD * 1e9:
        raise MessageRefusedError(
            "its stamp is zero: the driver sends no stamps; have it stamp each exposure"
        )
    try:
        check_stamp(stamp, now)
    except MessageRefusedError as error:
        raise MessageRefusedError(f"old pictures: {error}" if stamp < now else str(error)) from None
    return pictures.picture(message, side)


def wrench(message: Any, now: int) -> Array:
    """(6,) N and Nm of a geometry_msgs/WrenchStamped; raises MessageRefusedError."""
    check_stamp(nanoseconds(message.header.stamp), now)
    force, torque = message.wrench.force, message.wrench.torque
    found = np.array([force.x, force.y, force.z, torque.x, torque.y, torque.z])
    if not np.isfinite(found).all():
        raise MessageRefusedError("a component is no finite number")
    return found


def teleop(message: Any, now: int) -> Array:
    """(4,) m/s and rad/s that a pontine_interfaces/Teleop wishes; raises MessageRefusedError."""
    check_stamp(nanoseconds(message.header.stamp), now)
    found = np.array([*message.linear, message.yaw_rate])
    if not np.isfinite(found).all():
        raise MessageRefusedError("a velocity is no finite number")
    return found


def positions(values: Sequence[float], count: int) -> Array:
    """(count,) finite numbers; raises MessageRefusedError."""
    if len(values) != count:
        raise MessageRefusedError(f"{len(values)} positions for {count} joints")
    found = np.asarray(values, np.float64)
    if not np.isfinite(found).all():
        raise MessageRefusedError("a position is no finite number")
    return found


def tokens(message: Any, now: int) -> ActionTokens:
    """Of a pontine_interfaces/ActionTokens; vocabulary and codec are the cerebellum's to judge.

    Raises:
        MessageRefusedError: see :func:`pontine.ros.messages.tokens`; a time to live that is over,
            the future, or a codec's name too long.
    """
    found = order(message)
    check_stamp(found.stamp, now, float("inf"))
    if now - found.stamp > found.ttl * 1e9:
        raise MessageRefusedError(
            f"tokens of a picture {(now - found.stamp) * 1e-9:.1f} s ago, which live "
            f"{found.ttl:.1f} s: the brain is too slow, or clocks differ"
        )
    if len(found.codec_id) > 64:
        raise MessageRefusedError("a codec's hash has at most 64 characters")
    return found
