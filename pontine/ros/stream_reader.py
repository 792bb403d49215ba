"""A bag's messages into streams: by kind, judged, each with the time at which it was taken.

The graph's clock is /clock where the bag holds it (simulated time), else the time at which the
messages were recorded. Where a clock falls back, or nothing is recorded for long, a new `Stretch`
begins: the sentence at work goes on in it. Joints are judged as those of a live robot are.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import numpy as np
from tqdm import tqdm

from body import JointReadingError
from body.contract.arrays import Array
from body.contract.instruction import checked_instruction, instruction_fault, quoted
from body.contract.robot_spec import RobotSpec
from body.safety.joint_judge import BEYOND, FINGERS_BEYOND
from body.setting import Name, Word
from pontine.ros import messages, names
from pontine.ros.arrivals import Arrivals, ClockFellError
from pontine.ros.joint_reader import JointReader
from pontine.ros.messages import MalformedError
from pontine.ros.pictures import picture
from pontine.ros.storage import Record, Storage
from pontine.ros.streams import Scene, Stream, Stretch

STRONGEST = np.array(
    [1e4, 1e4, 1e4, 1e3, 1e3, 1e3]
)  # N, Nm: beyond it no sensor of an arm measures
# a message whose fields are of other kinds than its type's name promises
ODD = (ValueError, OverflowError, AttributeError, TypeError, IndexError)
SHOWN = 12  # topics, names or jumps that a message lists


@dataclass(frozen=True)
class HowToRead:
    """How bags are to be read."""

    remap: tuple[Name, ...] = ()
    """Topics called otherwise in the bags, such as joint_states=/arm/joint_states."""
    fingers: tuple[Name, ...] = ()
    """Joints whose positions add up to the gripper's opening (none: the robot's own)."""
    degrees: bool = False
    """The arm's joint states are degrees and degrees a second; commands are rad all the same."""
    stamps: Literal["header", "received"] = "header"
    """Go by the messages' stamps, or by when they were received (clocks that differ)."""
    instruction: Annotated[str, Word(empty=True)] = ""
    """What was done from beginning to end, for bags that do not say it."""


class StreamReader:
    """A bag's messages one after the other.

    Attributes:
        stretches: what became of them. refused: messages left out, by topic. why: of the first one
            of a topic.

    Args:
        topics: full name to kind.
    """

    def __init__(
        self, storage: Storage, spec: RobotSpec, topics: Mapping[str, str], wanted: HowToRead
    ) -> None:
        self.storage, self.spec, self.topics, self.wanted = storage, spec, topics, wanted
        self.fingers = wanted.fingers or tuple(f"{spec.name}_finger_joint{i}" for i in (1, 2))
        self.refused: Counter[str] = Counter()
        self.why: dict[str, str] = {}
        self.stretches = [Stretch()]
        self.arrivals = Arrivals(wanted.stamps == "received")
        self.joints = JointReader(spec, self.fingers)
        self.heard: set[str] = set()  # names of joints that were read of
        self.turn = np.zeros(spec.joints)  # rad, see body.safety.joint_judge
        self.still = 0  # joint states without velocities
        self.jumps: list[str] = []
        self.timed = False

    def read(self, progress: bool) -> None:
        """Take them all in, once; what is odd goes into the storage's notes."""
        storage, topics = self.storage, self.topics
        good = {
            topic for topic in storage.topics
            if (kind := topics.get(topic.name)) and topic.kind in names.types(kind)
        }  # fmt: skip
        self.timed = any(topics[t.name] == "clock" and storage.topics[t] for t in good)
        total = sum(storage.topics[topic] for topic in good)
        bar = tqdm(
            storage.records({topic.name for topic in good}), total=total, desc="read",
            unit="message", disable=not progress, mininterval=1.0,
        )  # fmt: skip
        for record in bar:
            if record.topic not in good:
                continue
            name = record.topic.name
            try:
                self._take(topics[name], record)
            except (MalformedError, JointReadingError, *ODD) as error:
                self.refused[name] += 1
                self.why.setdefault(name, str(error))
        self._conclude()

    def _take(self, kind: str, record: Record) -> None:
        message = self.storage.message(record)
        if kind == "clock":
            self._tick(messages.nanoseconds(message.clock))
            return
        if not self.timed:
            self._tick(record.time)
        if self.arrivals.now < 0 and kind not in ("instruction", "scene"):  # these are latched
            raise MalformedError("came before the first /clock")
        aged = kind in ("instruction", "scene", "tokens")
        time = self.arrivals.here
        if hasattr(message, "header"):
            try:
                time = self.arrivals.taken(kind, message.header, aged)
            except ClockFellError as fell:
                self._begin(
                    messages.nanoseconds(message.header.stamp),
                    f"the clock that stamps {record.topic.name} fell back by {fell.seconds:.2f} s",
                )
                time = self.arrivals.taken(kind, message.header, aged)
        self._add(self.stretches[-1], kind, record, message, time)

    def _add(self, stretch: Stretch, kind: str, record: Record, message: Any, time: int) -> None:
        if kind == "joint_states":
            self._add_joints(stretch, message, time)
        elif kind == "wrench":
            stretch.wrenches.add(
                time, bounded(messages.wrench(message), -STRONGEST, STRONGEST, "N")
            )
        elif kind == "trajectory":
            stretch.commands.add(
                time, self._command(messages.trajectory(message, self.spec.joint_names))
            )
        elif kind == "positions":
            stretch.commands.add(
                time, self._command(messages.finite(message.data, self.spec.joints))
            )
        elif kind == "gripper":
            low, high = (
                np.array([-FINGERS_BEYOND]),
                np.array([self.spec.gripper_open + FINGERS_BEYOND]),
            )
            width = bounded(messages.finite(message.data, 1), low, high, "m")
            stretch.grippers.add(time, float(width[0]))
        elif kind == "tokens":
            tokens = messages.tokens(message)
            stretch.tokens.add(self.arrivals.here, replace(tokens, stamp=time))
        elif kind == "controller_state":
            stretch.reports.add(time, int(message.report))
        elif kind == "teleop":
            stretch.takeovers.add(time, bool(message.active))
        elif kind == "instruction":
            text = str(message.text).strip()
            if text and (fault := instruction_fault(text)):
                raise MalformedError(f"{quoted(text)}: {fault[0]}")
            stretch.instructions.add(time, (text, int(message.number)))
        elif kind == "scene":
            stretch.scenes.add(time, Scene(
                int(message.number), str(message.task), int(message.seed), bool(message.success)
            ))  # fmt: skip
        else:
            camera = kind.removeprefix("image ")
            picture(message, self.spec.cameras[camera].pixels)
            stretch.pictures.setdefault(camera, Stream()).add(time, record.number)

    def _add_joints(self, stretch: Stretch, message: Any, time: int) -> None:
        if self.wanted.degrees:
            _in_radians(message, self.spec.joint_names)
        stamp = message.header.stamp  # the reader judges steps by the time that is believed here
        stamp.sec, stamp.nanosec = divmod(time, 10**9)
        found = self.joints.read(message, time)
        self.still += found is not None and not _velocities(message, self.spec.joint_names)
        self.heard |= set(message.name)
        if found is None:
            return
        if not set(self.fingers) <= self.heard:
            raise MalformedError(
                f"no reading of the fingers ({', '.join(self.fingers)}) has come; "
                f"joints that were read of: {', '.join(sorted(self.heard)[:SHOWN])}"
            )
        stretch.joints.add(time, found)
        self.turn = found.turn
        self.arrivals.now = max(self.arrivals.now, time)  # /clock is coarser
        stretch.end = max(stretch.end, time)

    def _command(self, own: Array) -> Array:
        """(J,) rad in the turns in which the joints are read."""
        spec = self.spec
        low, high = spec.position_lower - BEYOND, spec.position_upper + BEYOND
        return bounded(own - self.turn, low, high, "rad")

    def _tick(self, now: int) -> None:
        arrivals, change = self.arrivals, self.arrivals.leaps(now)
        if arrivals.now < 0:
            self.stretches[-1].begin = now
        if change:
            what = "fell back by" if change < 0 else "leapt forward by"
            self._begin(now, f"the clock {what} {abs(change) * 1e-9:.2f} s")
            arrivals.now = now
        arrivals.now = max(arrivals.now, now)
        self.stretches[-1].end = max(self.stretches[-1].end, arrivals.now)

    def _begin(self, time: int, why: str) -> None:
        self.jumps.append(f"{why} at {time * 1e-9:.3f} s")
        self.stretches.append(self.stretches[-1].following(time))
        self.arrivals.forget()
        self.joints.forget()

    def _conclude(self) -> None:
        notes, sentence = self.storage.notes, self.wanted.instruction
        for why in self.jumps[:SHOWN]:
            notes.append(f"{why}: a new stretch begins")
        if len(self.jumps) > SHOWN:
            notes.append(f"{len(self.jumps) - SHOWN} more such jumps")
        for kind, count in self.arrivals.unstamped.items():
            notes.append(
                f"{count} messages on {named(self.topics, kind)} bear no stamp: they are taken "
                "as of when they came"
            )
        if self.still:
            notes.append(
                f"{self.still} joint states bear no velocities: they are reckoned from positions"
            )
        said = any(stretch.instructions.values for stretch in self.stretches)
        if sentence and said:
            notes.append("says itself what was done: --instruction is not used")
        elif sentence:
            text = checked_instruction(sentence)
            for stretch in self.stretches:
                stretch.instructions.add(stretch.begin, (text, 0))
        for stretch in self.stretches:
            stretch.settle()


def named(topics: Mapping[str, str], kind: str) -> str:
    """The topic that is read as `kind`."""
    found = (topic for topic, own in topics.items() if own == kind)
    return next(found, f"{kind}, which is remapped to another")


def _in_radians(message: Any, arm: Sequence[str]) -> None:
    """The arm's positions and velocities, which were degrees."""
    factor = np.where(np.isin(np.asarray(message.name, str), arm), np.pi / 180, 1.0)
    for name in ("position", "velocity"):
        values = np.asarray(getattr(message, name))
        if len(values) == len(factor):
            setattr(message, name, values * factor)


def _velocities(message: Any, arm: Sequence[str]) -> bool:
    """Whether the message tells how fast the arm is, all of it."""
    values = np.asarray(message.velocity)
    if len(values) != len(message.name):
        return False
    return not np.isnan(values[np.isin(np.asarray(message.name, str), arm)]).any()


def bounded(values: Array, low: Array, high: Array, unit: str) -> Array:
    """`values`; raises MalformedError where one lies outside."""
    outside = np.flatnonzero(~((values >= low) & (values <= high)))
    if len(outside):
        i = int(outside[0])
        raise MalformedError(
            f"value {i + 1} is {values[i]:.4g} {unit}, outside [{low[i]:.4g}, {high[i]:.4g}]"
        )
    return values
