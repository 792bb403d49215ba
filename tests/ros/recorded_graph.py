"""A bag as the graph would leave it, without ROS.

An arm that follows its commands perfectly is sent above a place, down, and up again, by tokens at
4 Hz which come 150 ms late.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from body import ActionTokens, Observation, Waypoint
from body.contract.mailbox import Mailbox
from body.robots.fr3 import FR3
from body.safety.interpolator import Interpolator
from body.safety.limiter import Limiter
from cerebellum.codec import WaypointCodec
from cerebellum.playback import Playback
from pontine.ros import names
from pontine.ros.bag_writer import BagWriter
from pontine.ros.definitions import message_store
from pontine.ros.messages import INTENTS

ROOT = Path(__file__).resolve().parents[2]
SHARES = [ROOT / "ros_ws" / "src"]
CODEC = WaypointCodec()
FINGERS = ["fr3_finger_joint1", "fr3_finger_joint2"]
KINDS = {
    "/clock": "rosgraph_msgs/msg/Clock",
    "/joint_states": "sensor_msgs/msg/JointState",
    "/wrench": "geometry_msgs/msg/WrenchStamped",
    "/camera/wrist/image_raw": "sensor_msgs/msg/Image",
    "/camera/fixed/image_raw": "sensor_msgs/msg/Image",
    "/arm_controller/joint_trajectory": "trajectory_msgs/msg/JointTrajectory",
    "/gripper_controller/commands": "std_msgs/msg/Float64MultiArray",
    "/action_tokens": "pontine_interfaces/msg/ActionTokens",
    "/instruction": "pontine_interfaces/msg/Instruction",
    "/controller_state": "pontine_interfaces/msg/ControllerState",
    "/scene": "pontine_interfaces/msg/SceneState",
    "/teleop": "pontine_interfaces/msg/Teleop",
}
WALL = 1_700_000_000_000_000_000  # ns: when the recording was made
ORDERS = ((0.0, 0.20, False), (1.4, 0.06, True), (3.2, 0.22, True))  # from s on: height m, closed
MS = 1_000_000  # ns


@dataclass
class Plot:
    """What is to happen; times in s.

    Attributes:
        takeovers: when, and whether a person begins or ends to steer.
        seconds: how long. sentences: when, what. scenes: when, number. seed: of the scenes.
        silent: topic to (from, to) in which nothing comes on it. start: of the graph's clock.
        clock: whether there is a /clock. missing: topics that are not recorded.
        spoil: called with topic and message before it is written; returns what is written.
    """

    seconds: float = 5.0
    sentences: tuple[tuple[float, str], ...] = ((0.2, "pick up the red cube"), (4.7, ""))
    scenes: tuple[tuple[float, int], ...] = ((0.0, 1),)
    takeovers: tuple[tuple[float, bool], ...] = ()
    seed: int = 17
    success: bool = True
    silent: dict[str, tuple[float, float]] = field(default_factory=dict)
    start: int = 1_000_000_000
    clock: bool = True
    missing: tuple[str, ...] = ()
    codec_id: str = CODEC.codec_id
    spoil: Callable[[str, Any], Any] = lambda topic, message: message


@lru_cache
def store() -> Any:
    """Knows every message of `KINDS`."""
    return message_store(KINDS.values(), SHARES, Path("bag"))


def message(types: Any, kind: str, **fields: Any) -> Any:
    """A message with defaults for what is not given; `stamp` (ns) goes into its header."""
    stamp = fields.pop("stamp", None)
    values = {}
    for name, (node, about) in types.fielddefs[kind][1]:
        number = int(node)
        if name in fields:
            values[name] = fields[name]
        elif name == "header" and stamp is not None:
            time = message(types, "builtin_interfaces/msg/Time", **at(stamp))
            values[name] = message(types, about, stamp=None, **{"frame_id": "base"})
            values[name].stamp = time
        elif number == 2:
            values[name] = message(types, about)
        elif number == 1:
            values[name] = {"string": "", "bool": False}.get(about[0], 0)
        else:
            plain = int(about[0][0]) == 1 and about[0][1][0] != "string"
            size = about[1] if number == 3 else 0
            values[name] = np.zeros(size, about[0][1][0]) if plain else []
    return types.types[kind](**values)


def at(stamp: int) -> dict[str, int]:
    return {"sec": stamp // 10**9, "nanosec": stamp % 10**9}


def write_bag(path: Path, plot: Plot | None = None) -> Path:
    """Write the bag; returns `path`."""
    plot, types = plot or Plot(), store()
    kinds = {
        topic: kind
        for topic, kind in KINDS.items()
        if topic not in plot.missing and (plot.clock or topic != "/clock")
    }
    with BagWriter(path, kinds, types) as writer:
        for time, topic, fields in happenings(plot, types):
            begin, end = plot.silent.get(topic, (0.0, 0.0))
            if topic not in kinds or begin <= time * 1e-9 < end:
                continue
            made = plot.spoil(topic, message(types, kinds[topic], **fields))
            if made is not None:
                base = WALL if plot.clock else plot.start
                data = bytes(types.serialize_cdr(made, kinds[topic]))
                assert writer.put(topic, base + time, data)
    return path


Moment = tuple[np.ndarray, np.ndarray, float, int, list[tuple[ActionTokens, int]]]


@lru_cache
def motion(seconds: float, sentences: tuple[tuple[float, str], ...]) -> list[Moment]:
    """For every 2 ms: q, dq, width, the report, and which tokens come (for which sentence)."""
    driver = Playback(CODEC, FR3)
    q, dq, width = FR3.home.copy(), np.zeros(7), FR3.gripper_open
    driver.reset(Observation(0, q, dq, width))
    limiter, path = Limiter(FR3), Interpolator(q, width, 0)
    mailbox = Mailbox(CODEC.codec_id)
    coming: list[tuple[int, ActionTokens, int]] = []
    found: list[Moment] = []
    number, text, told = 0, "", dict(sentences)
    for tick in range(round(seconds * 500)):
        time = tick * 2 * MS
        if time * 1e-9 in told:
            number, text = number + 1, told[time * 1e-9]
        if text and tick % 125 == 0:
            height, closed = [order[1:] for order in ORDERS if order[0] <= time * 1e-9][-1]
            waypoint = Waypoint(np.array([0.5, 0.1, height]), 0.2, closed, 1.0)
            tokens = ActionTokens(CODEC.encode(waypoint), CODEC.codec_id, time)
            coming.append((time + 150 * MS, tokens, number))
        come = []
        while coming and coming[0][0] <= time:
            _, tokens, answers = coming.pop(0)
            mailbox.put(tokens)
            come.append((tokens, answers))
        if tick % 25 == 0:
            letter = mailbox.get(time)
            seen = Observation(time, q, dq, width)
            path.put(driver.step(seen, letter.tokens, letter.age, letter.freshness))
        before = q
        q, width = limiter.step(*path.at(time + 2 * MS))
        dq = (q - before) / 0.002
        found.append((q, dq, width, int(driver.report.status), come))
    return found


def happenings(plot: Plot, types: Any) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Time (ns from the start), topic and fields, in order of time."""
    number, told, rng = 0, dict(plot.sentences), np.random.default_rng(5)
    for tick, moment in enumerate(motion(plot.seconds, plot.sentences)):
        q, dq, width, report, come = moment
        time = tick * 2 * MS
        now, seconds = plot.start + time, time * 1e-9
        if tick % 10 == 0:
            clock = message(types, "builtin_interfaces/msg/Time", **at(now))
            yield time, "/clock", {"clock": clock}
        if seconds in told:
            number += 1
            yield time, "/instruction", {"stamp": now, "text": told[seconds], "number": number}
        for when, active in plot.takeovers:
            if when == seconds:
                yield time, "/teleop", {"stamp": now, "active": active}
        if tick % 50 == 0:
            scene = [n for when, n in plot.scenes if when <= seconds][-1]
            yield time, "/scene", {
                "stamp": now, "number": scene, "task": "pick", "seed": plot.seed,
                "success": plot.success and seconds > 4.0,
            }  # fmt: skip
        for tokens, answers in come:
            yield time, "/action_tokens", {
                "stamp": plot.start + tokens.stamp, "codes": np.array(tokens.codes, np.uint16),
                "codec_id": plot.codec_id, "ttl": tokens.ttl, "instruction": answers,
                "intent": INTENTS.index(tokens.intent),
            }  # fmt: skip
        if tick % 5 == 0:  # 100 Hz
            yield time, "/joint_states", {
                "stamp": now, "name": [*FR3.joint_names[::-1], *FINGERS],
                "position": np.array([*q[::-1], width / 2, width / 2]),
                "velocity": np.array([*dq[::-1], 0.0, 0.0]),
            }  # fmt: skip
            yield time, "/wrench", {"stamp": now}
            point = message(types, "trajectory_msgs/msg/JointTrajectoryPoint", positions=q)
            yield time, "/arm_controller/joint_trajectory", {
                "stamp": now, "joint_names": list(FR3.joint_names), "points": [point]
            }  # fmt: skip
            yield time, "/gripper_controller/commands", {"data": np.array([width])}
        for camera, every in (("wrist", 20), ("fixed", 100)):
            if tick % every == 0:
                side = FR3.cameras[camera].pixels
                blocks = rng.integers(0, 255, (side // 16, side // 16, 3), np.uint8)
                pixels = blocks.repeat(16, 0).repeat(16, 1)
                yield time, f"/{names.IMAGE.format(camera=camera)}", {
                    "stamp": now, "height": side, "width": side, "encoding": "rgb8",
                    "step": 3 * side, "data": pixels.reshape(-1),
                }  # fmt: skip
        if tick % 50 == 0:
            yield time, "/controller_state", {"stamp": now, "report": report}
