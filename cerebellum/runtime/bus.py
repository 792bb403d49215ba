"""The channels of one running graph, and what their records hold.

    robot  --state-->  command loop  --command-->  robot
    cameras  --wrist, fixed-->  planner, brain        (the loop looks at their checksums alone)
    brain  --tokens-->  planner  --plan-->  command loop  --status, events-->  whoever asks
    planner  --report-->  brain;  planner  --model-->  command loop
    operator  --request-->  command loop;  operator  --instruction-->  brain;
    operator  --steer-->  planner;  whoever hears the robot  --doubt-->  command loop
    command loop  --answer-->  operator

State and command count the joints' turns as the robot does; `turn` of the status is what to take
away to be in the turn that models know.

Stamps of pictures, tokens and the instruction are of the graph's clock (:class:`GraphClock`);
those of everything else of the monotonic one. J joints, chunks of 16 steps.
"""

import time
from typing import Any

import numpy as np

from body import Observation, RobotSpec
from body.contract.instruction import LONGEST
from body.geometry.motion import HORIZON
from cerebellum.runtime.channel import DEPTH, Channel, Channels, pages, size_of

LONGEST_CODE = 64  # codes; the baselines' `bins` needs most
KEPT = {"events": 256, "command": 2048, "request": 32}  # records that can still be read one by one


def layouts(spec: RobotSpec) -> dict[str, list[Any]]:
    """Fields of every channel's records. Angles rad, lengths m, times ns, durations s."""
    joints = spec.joints
    pictures: dict[str, list[Any]] = {
        name: [("pixels", "u1", (camera.pixels, camera.pixels, 3))]
        for name, camera in spec.cameras.items()
    }
    return pictures | {
        # dq: NaN, or nothing but zeros, where the driver knows none
        "state": [("q", "f8", joints), ("dq", "f8", joints), ("width", "f8"), ("wrench", "f8", 6)],
        "command": [("q", "f8", joints), ("width", "f8")],
        "tokens": [
            ("codes", "i8", LONGEST_CODE), ("length", "i8"), ("codec_id", "S64"), ("ttl", "f8"),
            ("intent", "S16"), ("thought", "S512"),
        ],
        "report": [("status", "i8"), ("token_stamp", "i8")],
        # made_at: of the observation it was planned from; tokens_at: monotonic time of the frames
        # of the tokens obeyed (-1: none); seconds: inference (0: none was needed)
        "plan": [
            ("q", "f8", (HORIZON, joints)), ("width", "f8", HORIZON), ("seconds", "f8"),
            ("tokens_at", "i8"), ("ttl", "f8"), ("tokens_refused", "i8"),
            ("chunks_refused", "i8"), ("reason", "S160"), ("delay", "i8"), ("chunk", "?"),
        ],
        "model": [
            ("robot", "S64"), ("joint_names", "S1024"), ("statistics", "S64"), ("nominal", "f8"),
        ],
        "status": [
            ("state", "S16"), ("q", "f8", joints), ("width", "f8"), ("degraded", "?"),
            ("null", "?"), ("success", "f8"), ("ticks", "i8"), ("misses", "i8"),
            ("turn", "f8", joints),
        ],
        # readings and pictures refused so far, and why the last one was; who else speaks for the
        # robot ("": nobody)
        "doubt": [
            ("refused", "i8"), ("grave", "?"), ("reason", "S256"), ("rivals", "S160"),
            ("pictures", "i8"), ("picture", "S160"),
        ],
        "events": [("before", "S16"), ("after", "S16"), ("cause", "S64"), ("detail", "S256")],
        # until: ns, monotonic, after which it is not obeyed (0: it always is)
        "request": [("order", "S16"), ("reason", "S160"), ("until", "i8")],
        # to the order of that number
        "answer": [("request", "i8"), ("accepted", "?"), ("reason", "S512")],
        "steer": [("velocity", "f8", 4), ("closed", "?"), ("active", "?")],
        "instruction": [("text", f"S{LONGEST}"), ("episode", "i8")],
        "clock": [("offset", "i8")],
    }  # fmt: skip


def room(spec: RobotSpec) -> int:
    """Bytes of shared memory that a graph for `spec` takes."""
    found = layouts(spec).items()
    return sum(pages(size_of(fields, KEPT.get(name, DEPTH))) for name, fields in found)


class Bus(Channels):
    """Every channel of graph `graph` as an attribute; each process makes its own.

    Raises:
        ChannelError: not `create`, and nobody has made the graph, or with another robot; or there
            is no room for it.
    """

    state: Channel
    command: Channel
    tokens: Channel
    report: Channel
    plan: Channel
    model: Channel
    status: Channel
    events: Channel
    doubt: Channel
    request: Channel
    answer: Channel
    steer: Channel
    instruction: Channel
    clock: Channel
    pictures: dict[str, Channel]

    def __init__(self, graph: str, spec: RobotSpec, *, create: bool = False) -> None:
        super().__init__(f"pontine.{graph}", layouts(spec), create=create, depths=KEPT)
        self.graph, self.spec = graph, spec
        self.pictures = {name: self._all[name] for name in spec.cameras}

    def observation(self, stamp: int, camera: str) -> Observation:
        """The robot's last state, in the models' turns, and `camera`'s last picture, as read
        before, stamped `stamp`."""
        value = self.state.value
        self.status.read()
        return Observation(
            stamp, value["q"] - self.status.value["turn"], np.nan_to_num(value["dq"]),
            float(value["width"]), value["wrench"].copy(),
            {camera: self.pictures[camera].value["pixels"]},
        )  # fmt: skip


class GraphClock:
    """The clock that stamps frames and tokens: monotonic, plus what the `clock` channel says."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def __call__(self) -> int:
        """Now, ns."""
        self._channel.read()
        return time.monotonic_ns() + int(self._channel.value["offset"])


def text(value: Any) -> str:
    """A text field as a string."""
    words: bytes = value.item()
    return words.decode("utf-8", "replace")


def packed(words: str, size: int) -> bytes:
    """A string for a text field of `size` bytes, cut at a whole character."""
    return words.encode()[:size].decode("utf-8", "ignore").encode()
