"""`record_bag`: the graph's topics into an MCAP bag, byte by byte as they come over the network.

The time of a record is the machine's, when the message came; the messages bear the graph's.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from rclpy.event_handler import SubscriptionEventCallbacks
from rclpy.node import Node
from rclpy.subscription import Subscription
from rclpy.utilities import remove_ros_args

from pontine.ros.bag_writer import BagWriter
from pontine.ros.definitions import message_store, shares
from pontine.ros.errors import BagError
from pontine_ros import topics
from pontine_ros.process import run
from pontine_ros.qos import profile
from pontine_ros.topics import Quality, Topic

DEPTH = 100  # messages that DDS may hold: nothing is to be overtaken by a newer one
LOOK = 0.25  # s


def chosen(names: list[str], cameras: list[str]) -> list[Topic]:
    """The topics to record: all of the graph's, or those named ("NAME", "NAME:TYPE" of others).

    Raises:
        BagError: a name that is not ours comes without a type.
    """
    ours: dict[str, Topic] = {}
    for topic in topics.TOPICS:
        for camera in cameras if "{camera}" in topic.name else [""]:
            name = topic.name.format(camera=camera)
            ours[name] = replace(topic, name=name)
    found = []
    for entry in names:
        name, _, kind = entry.partition(":")
        if kind:
            found.append(Topic(name, kind, Quality(), ""))
        elif name in ours:
            found.append(ours[name])
        else:
            raise BagError(
                name, "is none of the graph's topics", f"give its type ({name}:package/msg/Type), "
                f"or one of {', '.join(ours)}",
            )  # fmt: skip
    return found if names else list(ours.values())


class Recorder(Node):
    """Subscribes to everything at once; whoever publishes best effort is met half-way."""

    def __init__(self, options: argparse.Namespace) -> None:
        super().__init__("record_bag")
        self.failed = False
        self.lost = 0  # by DDS, before they came here
        found = {
            self.resolve_topic_name(t.name): t for t in chosen(options.topics, options.cameras)
        }
        kinds = {name: topic.kind for name, topic in found.items()}
        store = message_store(kinds.values(), shares(), options.out)
        self._writer = BagWriter(options.out, kinds, store)
        self._writer.__enter__()
        self._end = time.monotonic() + options.max_seconds if options.max_seconds else None
        self._best_effort: list[str] = []
        self._subscriptions_by_name: dict[str, Subscription] = {}
        self._topics = found
        for name in found:
            self._listen(name, found[name].quality.reliable)
        self.create_timer(LOOK, self._look)
        self.get_logger().info(f"recording {len(found)} topics into {options.out}")

    def end(self) -> None:
        """Finish the bag and say what is in it."""
        writer = self._writer
        try:
            writer.close()
        except BagError as error:
            print(f"record_bag: BagError: {error}", file=sys.stderr)
            self.failed = True
        total = sum(writer.written.values())
        print(f"{writer.path}: {total} messages of {len(writer.written)} topics")
        for name, count in writer.dropped.items():
            print(f"  {name}: {count} messages dropped, the disk was too slow")
        if self.lost:
            print(f"  {self.lost} messages were lost on the network")
        silent = sorted(set(self._topics) - set(writer.written))
        if silent:
            print(f"  nothing came on {', '.join(silent)}")

    def _listen(self, name: str, reliable: bool) -> None:
        topic = self._topics[name]
        quality = replace(topic.quality, depth=DEPTH, reliable=reliable, deadline=0.0, lease=0.0)

        def lost(status: Any) -> None:
            self.lost += status.total_count_change

        self._subscriptions_by_name[name] = self.create_subscription(
            topics.message_type(topic.kind), name, self._taker(name), profile(quality), raw=True,
            event_callbacks=SubscriptionEventCallbacks(
                message_lost=lost, incompatible_qos=lambda _: self._best_effort.append(name)
            ),
        )  # fmt: skip

    def _taker(self, name: str) -> Callable[[bytes], None]:
        put = self._writer.put

        def take(data: bytes) -> None:
            if not put(name, time.time_ns(), data) and self._writer.dropped[name] in (
                1,
                100,
                10000,
            ):
                self.get_logger().warning(f"{name}: dropping messages, the disk is too slow")

        return take

    def _look(self) -> None:
        while self._best_effort:
            name = self._best_effort.pop()
            self.destroy_subscription(self._subscriptions_by_name[name])
            self._listen(name, reliable=False)
        if self._end is not None and time.monotonic() > self._end:
            os.kill(os.getpid(), signal.SIGINT)


def options(words: list[str]) -> argparse.Namespace:
    """The command line's."""
    parser = argparse.ArgumentParser("record_bag", description=__doc__)
    parser.add_argument("--out", type=Path, default=None, help="new folder (default: by the time)")
    parser.add_argument("--topics", nargs="*", default=[], help="NAME or NAME:TYPE; default: all")
    parser.add_argument("--cameras", nargs="*", default=["fixed", "wrist"])
    parser.add_argument("--max-seconds", type=float, default=0.0, help="end by itself; 0: never")
    found = parser.parse_args(words)
    if found.out is None:
        found.out = Path(time.strftime("bag-%Y%m%d-%H%M%S"))
    return found


def main() -> None:
    """Entry point."""
    asked = options(remove_ros_args(sys.argv)[1:])
    if run(lambda: Recorder(asked)).failed:
        raise SystemExit(2)
