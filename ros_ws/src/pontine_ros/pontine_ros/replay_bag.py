"""`replay_bag`: what a bag holds, published again with its stamps and at its pace, /clock included.

Nodes that shall believe it run with `use_sim_time`. Commands and reports of the recording go out
below recorded/, where nothing obeys them but everything can be compared.
"""

import argparse
import math
import os
import signal
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

from rclpy.exceptions import InvalidTopicNameException
from rclpy.node import Node
from rclpy.publisher import Publisher
from rclpy.utilities import remove_ros_args
from rosgraph_msgs.msg import Clock

from pontine.ros.errors import BagError
from pontine.ros.messages import MalformedError
from pontine.ros.storage import Storage
from pontine_ros import topics
from pontine_ros.process import run
from pontine_ros.qos import profile
from pontine_ros.topics import Quality

GROUPS = {
    topics.JOINT_STATES: "sensors", topics.WRENCH: "sensors", topics.IMAGE: "sensors",
    topics.CAMERA_INFO: "sensors", topics.TOKENS: "tokens", topics.INSTRUCTION: "instruction",
    topics.CLOCK: "clock",
}  # fmt: skip
CLOCK_PERIOD = 20_000_000  # ns, where the bag has no /clock
LEAP = 60.0  # s without a message that are not waited for
APART = "recorded/"


def group(name: str) -> tuple[str, Quality]:
    """What a recorded topic (its full name) belongs to, and its quality of service."""
    for topic, found in GROUPS.items():
        head, _, tail = topic.name.partition("{camera}")
        if name == "/" + topic.name.lstrip("/"):
            return found, topic.quality
        if tail and name.startswith("/" + head) and name.endswith(tail):
            return found, topic.quality
    known = {"/" + topic.name.lstrip("/"): topic.quality for topic in topics.TOPICS}
    quality = known.get(name, Quality())
    return "others", replace(quality, deadline=0.0, lease=0.0)


class Player(Node):
    """Publishes from a thread of its own; the process ends with the bag."""

    def __init__(self, options: argparse.Namespace) -> None:
        super().__init__("replay_bag")
        self._options = options
        self._stop = threading.Event()
        self.failed = False
        self._wanted = set(options.what) | {"clock"}
        if not (math.isfinite(options.rate) and options.rate > 0):
            raise BagError(
                options.bag, f"cannot be played at rate {options.rate}",
                "give a number above 0, such as 0.5",
            )  # fmt: skip
        with Storage(options.bag) as bag:  # what is wrong with the bag is told before it plays
            for note in bag.notes:
                self.get_logger().warning(f"{options.bag}: {note}")
            self._publishers_by_topic: dict[str, Publisher] = {}
            for topic, count in bag.topics.items():
                if count and group(topic.name)[0] in self._wanted:
                    self._publish(topic.name, topic.kind)
        if not set(self._publishers_by_topic) - {topics.CLOCK.name}:
            raise BagError(options.bag, "holds nothing of what was asked for", "see --what")
        self._ticker: Publisher | None = None
        if topics.CLOCK.name not in self._publishers_by_topic:
            self._ticker = self.create_publisher(
                Clock, topics.CLOCK.name, profile(topics.CLOCK.quality)
            )
        self._thread = threading.Thread(target=self._play, name="player")
        self._thread.start()

    def end(self) -> None:
        """Publish no more."""
        self._stop.set()
        self._thread.join()

    def _publish(self, name: str, kind: str) -> None:
        """Have a publisher for a recorded topic; one of a type that is not installed is named."""
        found, quality = group(name)
        target = APART + name.lstrip("/") if found == "others" else name
        try:
            made = self.create_publisher(topics.message_type(kind), target, profile(quality))
        except (ImportError, AttributeError, ValueError, InvalidTopicNameException) as error:
            self.get_logger().warning(f"{name} is left out: {kind} cannot be published ({error})")
        else:
            self._publishers_by_topic[name] = made

    def _play(self) -> None:
        sent = 0
        try:
            self._wait()
            with Storage(self._options.bag) as bag:
                due, last, ticked = time.monotonic(), bag.start, None
                for record in bag.records(set(self._publishers_by_topic)):
                    # where the recorder's clock fell back or leapt, nobody waits for it
                    passed = (record.time - last) * 1e-9
                    due += passed / self._options.rate if 0 < passed < LEAP else 0.0
                    last = record.time
                    while (left := due - time.monotonic()) > 0:
                        if self._stop.wait(left):
                            return
                    if self._stop.is_set():
                        return
                    if self._ticker is not None and (
                        ticked is None or not 0 <= record.time - ticked < CLOCK_PERIOD
                    ):
                        ticked = record.time
                        self._ticker.publish(_clock(ticked))
                    self._publishers_by_topic[record.topic.name].publish(bag.data(record.number))
                    sent += 1
        except (BagError, MalformedError) as error:
            print(f"replay_bag: BagError: {error}", file=sys.stderr)
            self.failed = True
        finally:
            print(f"{self._options.bag}: {sent} messages published")
            os.kill(os.getpid(), signal.SIGINT)

    def _wait(self) -> None:
        """Until somebody listens: what is published before that is lost."""
        end = time.monotonic() + self._options.wait
        while time.monotonic() < end and not self._stop.wait(0.05):
            if any(p.get_subscription_count() for p in self._publishers_by_topic.values()):
                self._stop.wait(0.5)  # the other topics' listeners are found meanwhile
                return


def _clock(now: int) -> Clock:
    message = Clock()
    message.clock.sec, message.clock.nanosec = divmod(now, 10**9)
    return message


def options(words: list[str]) -> argparse.Namespace:
    """The command line's."""
    parser = argparse.ArgumentParser("replay_bag", description=__doc__)
    parser.add_argument("bag", type=Path)
    parser.add_argument(
        "--what", nargs="*", default=["sensors", "tokens", "instruction"],
        choices=["sensors", "tokens", "instruction", "others"],
    )  # fmt: skip
    parser.add_argument("--rate", type=float, default=1.0, help="recorded seconds a real one")
    parser.add_argument("--wait", type=float, default=10.0, help="s at most for a listener")
    return parser.parse_args(words)


def main() -> None:
    """Entry point."""
    asked = options(remove_ros_args(sys.argv)[1:])
    if run(lambda: Player(asked)).failed:
        raise SystemExit(2)
