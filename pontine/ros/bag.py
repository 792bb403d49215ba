"""A bag of the graph read once: every stream by its stamps, pictures left on disk until asked for.

The graph's clock is /clock where the bag holds it (simulated time), else the time at which the
messages were recorded. When that clock jumps back, a new `Stretch` begins.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from tqdm import tqdm

from body.arrays import Array, Image
from body.joint_judge import Reading
from body.robot_spec import RobotSpec
from pontine.ros import messages, names
from pontine.ros.align import Stamps
from pontine.ros.errors import BagError
from pontine.ros.joint_reader import JointReader
from pontine.ros.messages import MalformedError, Tokens, nanoseconds
from pontine.ros.pictures import picture

FUTURE = 100_000_000  # ns that a stamp may lie ahead of the graph's clock, as in the nodes
JUMP = 100_000_000  # ns by which the clock must fall to have jumped
T = TypeVar("T")


@dataclass(frozen=True)
class Scene:
    """What the simulation said of itself."""

    number: int
    task: str
    seed: int
    success: bool


@dataclass
class Stream(Generic[T]):
    """Messages of one kind in the order of their times (ns)."""

    times: list[int] = field(default_factory=list)
    values: list[T] = field(default_factory=list)

    def add(self, time: int, value: T) -> None:
        if self.times and time < self.times[-1]:
            raise MalformedError("older than the one before")
        self.times.append(time)
        self.values.append(value)

    @property
    def stamps(self) -> Stamps:
        return np.array(self.times, np.int64)


@dataclass
class Stretch:
    """The streams between two jumps of the clock.

    Sensors and reports go by their stamps; what bears none (plain commands), and tokens, which
    count from when they come, by when they came.

    Attributes:
        commands: (J,) rad. grippers: m. pictures: by camera, the time of recording.
        reports: numbers of body.Report. instructions: text and number.
        takeovers: whether a person steers, from then on. end: ns, the last there is.
    """

    joints: Stream[Reading] = field(default_factory=Stream)
    wrenches: Stream[Array] = field(default_factory=Stream)
    commands: Stream[Array] = field(default_factory=Stream)
    grippers: Stream[float] = field(default_factory=Stream)
    pictures: dict[str, Stream[int]] = field(default_factory=dict)
    tokens: Stream[Tokens] = field(default_factory=Stream)
    reports: Stream[int] = field(default_factory=Stream)
    instructions: Stream[tuple[str, int]] = field(default_factory=Stream)
    scenes: Stream[Scene] = field(default_factory=Stream)
    takeovers: Stream[bool] = field(default_factory=Stream)
    end: int = 0


class Bag:
    """An MCAP (or sqlite3) bag, read. Use it as a context, or close it.

    Attributes:
        stretches: see :class:`Stretch`. refused: malformed messages by topic.

    Args:
        path: folder with metadata.yaml, or the .mcap file itself.
        remap: topics that are called otherwise there: "joint_states=/arm/joint_states".
        fingers: joints whose positions add up to the gripper's opening.

    Raises:
        BagError: it cannot be read, or `remap` names no topic of ours.
    """

    def __init__(
        self,
        path: Path,
        spec: RobotSpec,
        remap: Sequence[str] = (),
        fingers: Sequence[str] = (),
        progress: bool = True,
    ) -> None:
        self.path, self.spec = path, spec
        self.topics = names.topics(tuple(spec.cameras), path, remap)
        self.refused: Counter[str] = Counter()
        self._fingers = tuple(fingers) or tuple(f"{spec.name}_finger_joint{i}" for i in (1, 2))
        self._open = ExitStack()
        self._reader = self._open.enter_context(open_bag(path))
        self.stretches = self._read(progress)

    def close(self) -> None:
        """No more pictures are wanted."""
        self._open.close()

    def __enter__(self) -> "Bag":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def pictures(self, stretch: Stretch, camera: str, stamps: Stamps) -> list[Image]:
        """(side, side, 3) uint8 of `camera` at these of its stamps (never falling)."""
        stream, side = stretch.pictures[camera], self.spec.cameras[camera].pixels
        rows = np.searchsorted(stream.stamps, stamps)
        logged = [stream.values[int(row)] for row in rows]
        wanted, found = set(stamps.tolist()), dict[int, Image]()
        reader = self._reader
        chosen = [c for c in reader.connections if self.topics.get(c.topic) == f"image {camera}"]
        for _, _, data in reader.messages(chosen, min(logged), max(logged) + 1):
            message = reader.deserialize(data, "sensor_msgs/msg/Image")
            stamp = nanoseconds(message.header.stamp)
            if stamp in wanted and stamp not in found:
                found[stamp] = np.ascontiguousarray(picture(message, side))
        return [found[stamp] for stamp in stamps.tolist()]

    def _read(self, progress: bool) -> list[Stretch]:
        reading, reader = _Reading(self), self._reader
        known = [c for c in reader.connections if c.topic in self.topics]
        reading.timed = any(self.topics[c.topic] == "clock" for c in known)
        bar = tqdm(
            reader.messages(known) if known else (), total=sum(c.msgcount for c in known),
            desc="read", unit="message", disable=not progress, mininterval=1.0,
        )  # fmt: skip
        for connection, logged, data in bar:
            try:
                message = reader.deserialize(data, connection.msgtype)
                reading.take(self.topics[connection.topic], message, logged)
            except (MalformedError, ValueError, OverflowError, AttributeError):
                self.refused[connection.topic] += 1
        return [stretch for stretch in reading.stretches if stretch.joints.times]


@contextmanager
def open_bag(path: Path) -> Iterator[Any]:
    """A rosbags AnyReader of `path`, which knows its messages' types; raises BagError."""
    try:
        from rosbags.highlevel import AnyReader, AnyReaderError
        from rosbags.rosbag2 import ReaderError
    except ImportError as error:
        raise BagError(
            path, "cannot be read: rosbags is not installed", "pip install 'pontine[ros]'"
        ) from error
    try:
        with AnyReader([path]) as reader:
            yield reader
    except (AnyReaderError, ReaderError, FileNotFoundError) as error:
        raise BagError(
            path, f"is no readable bag ({error})",
            "name the folder with metadata.yaml in it; a recorder that was killed leaves none",
        ) from error  # fmt: skip


class _Reading:
    """The bag's messages one after the other."""

    def __init__(self, bag: Bag) -> None:
        self.bag, self.timed = bag, False
        self.stretches = [Stretch()]
        self._now = -1
        spec = bag.spec
        self._joints = JointReader(spec, bag._fingers)

    def take(self, kind: str, message: Any, logged: int) -> None:
        if kind == "clock":
            self._tick(nanoseconds(message.clock))
            return
        if not self.timed:
            self._tick(logged)
        stretch, spec = self.stretches[-1], self.bag.spec
        stamp = nanoseconds(message.header.stamp) if hasattr(message, "header") else self._now
        if kind in ("instruction", "scene"):  # latched: may have been said before the recording
            self._said(stretch, kind, message, stamp)
            return
        if self._now < 0:
            return
        if stamp > self._now + FUTURE:
            raise MalformedError("its stamp lies in the future")
        if kind == "joint_states":
            arm = self._joints.read(message, self._now)
            if arm is not None:
                stretch.joints.add(stamp, arm)
                self._now = max(self._now, stamp)  # /clock is coarser
                stretch.end = max(stretch.end, stamp)
        elif kind == "wrench":
            stretch.wrenches.add(stamp, messages.wrench(message))
        elif kind == "trajectory":
            stretch.commands.add(stamp, messages.trajectory(message, spec.joint_names))
        elif kind == "positions":
            stretch.commands.add(self._now, messages.finite(message.data, spec.joints))
        elif kind == "gripper":
            stretch.grippers.add(self._now, float(messages.finite(message.data, 1)[0]))
        elif kind == "tokens":
            stretch.tokens.add(self._now, messages.tokens(message))
        elif kind == "controller_state":
            stretch.reports.add(stamp, int(message.report))
        elif kind == "teleop":
            stretch.takeovers.add(stamp, bool(message.active))
        elif kind.startswith("image "):
            camera = kind.removeprefix("image ")
            picture(message, spec.cameras[camera].pixels)
            stretch.pictures.setdefault(camera, Stream()).add(stamp, logged)

    def _tick(self, now: int) -> None:
        if self._now >= 0 and now < self._now - JUMP:
            self.stretches.append(Stretch())
            self._joints.forget()
            self._now = now
        self._now = max(self._now, now)
        self.stretches[-1].end = max(self.stretches[-1].end, self._now)

    def _said(self, stretch: Stretch, kind: str, message: Any, stamp: int) -> None:
        if kind == "instruction":
            stretch.instructions.add(stamp, (str(message.text).strip(), int(message.number)))
        else:
            stretch.scenes.add(stamp, Scene(
                int(message.number), str(message.task), int(message.seed), bool(message.success)
            ))  # fmt: skip
