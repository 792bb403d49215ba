"""The messages of a bag by kind, each in the order of their times: what frames are made from."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

import numpy as np

from body.contract.arrays import Array
from body.safety.joint_judge import Reading
from pontine.ros.align import Stamps
from pontine.ros.messages import Tokens

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
    """Messages of one kind. Added in any order; :meth:`settle` brings them into that of their times
    (ns), those of the same time in the order in which they came."""

    times: list[int] = field(default_factory=list)
    values: list[T] = field(default_factory=list)

    def add(self, time: int, value: T) -> None:
        self.times.append(time)
        self.values.append(value)

    def settle(self) -> None:
        """To be called once, after the last message."""
        order = np.argsort(self.stamps, kind="stable").tolist()
        self.times = [self.times[i] for i in order]
        self.values = [self.values[i] for i in order]
        del self.stamps

    @cached_property
    def stamps(self) -> Stamps:
        """`times`, once settled."""
        return np.array(self.times, np.int64)


@dataclass
class Stretch:
    """The streams between two jumps of the clock.

    Sensors and reports go by their stamps; what bears none (plain commands), and tokens, which
    count from when they come, by when they came.

    Attributes:
        commands: (J,) rad. grippers: m. pictures: by camera, the message's number in the bag.
        reports: numbers of body.Report. instructions: text and number.
        takeovers: whether a person steers, from then on. begin, end: ns, of the graph's clock.
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
    begin: int = 0
    end: int = 0

    def settle(self) -> None:
        """To be called once, after the last message."""
        streams: tuple[Stream[Any], ...] = (
            self.joints, self.wrenches, self.commands, self.grippers, self.tokens, self.reports,
            self.instructions, self.scenes, self.takeovers, *self.pictures.values(),
        )  # fmt: skip
        for stream in streams:
            stream.settle()

    def following(self, time: int) -> "Stretch":
        """The stretch that begins at `time`: sentence, scene and who steers are as they were."""
        after = Stretch(begin=time, end=time)
        lasting: tuple[tuple[Stream[Any], Stream[Any]], ...] = (
            (self.instructions, after.instructions), (self.scenes, after.scenes),
            (self.takeovers, after.takeovers),
        )  # fmt: skip
        for mine, own in lasting:
            if mine.values:
                own.add(time, mine.values[-1])
        return after
