"""Random ways in which a robot's state reaches the command loop wrongly, in simulated time.

A true robot obeys the commands and says where it is; a stranger speaks beside it. What both say
goes through the same hearing, judge, watchdog, loop and limiter as on a robot.
"""

import contextlib
import itertools
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from body import BodyError, RobotSpec
from body.contract.arrays import Array
from body.geometry.motion import DT, HORIZON
from body.safety.audit import LimitAudit
from body.safety.joint_judge import TURN
from body.safety.safety_state import State
from cerebellum.runtime.bus import Bus, packed, text
from cerebellum.runtime.command_loop import CommandLoop
from cerebellum.runtime.robot_link import BusRobot
from pontine.ros.hearing import Hearing

PERIOD = 5_000_000  # ns: 200 commands a second
SECOND = 1_000_000_000
ASKED, END = 0.6, 1.5  # s: when arming is first asked for (then every 0.3 s), and the end
NEAR = 0.02  # rad within which a state is the robot's
STRANGERS = (
    "none", "none, turned", "zeros", "pose", "near", "turned", "stale", "degrees", "fingers",
    "nan", "half an arm", "other joints",
)  # fmt: skip
_numbers = itertools.count()


@dataclass
class Outcome:
    """What came of one variant.

    Attributes:
        kind: of stranger. named: its messages bear another gid than the robot's.
        armed: s at which the loop armed (-1: never). foreign: rad between the state armed on and
            the robot's true one. commands, violations: judged from the true state.
        heard: s at which a stranger's words about the arm first came while armed (-1: never).
        held, stopped: s of the first hold or stop after that.
        lied: an order was declined, and the arm was armed all the same.
    """

    kind: str
    named: bool
    armed: float = -1.0
    foreign: float = 0.0
    commands: int = 0
    violations: int = 0
    heard: float = -1.0
    held: float = -1.0
    stopped: float = -1.0
    lied: bool = False
    causes: Counter[str] = field(default_factory=Counter)


class Variant:
    """One random world, by its seed."""

    def __init__(self, spec: RobotSpec, seed: int, kind: str | None = None) -> None:
        self.rng = rng = np.random.default_rng(seed)
        self.spec = spec
        self.kind = kind or str(rng.choice(STRANGERS))
        self.named = bool(rng.integers(2))
        self.rate = float(rng.choice([200.0, 250.0, 500.0]))  # of the robot's states
        self.noise = float(rng.choice([0.0, 1e-4, 0.0015]))
        self.velocities = str(rng.choice(["true", "nan", "zeros", "none"]))
        self.stamped = bool(rng.integers(4))
        self.stranger_rate = float(rng.choice([2.0, 10.0, 60.0, 125.0, 250.0, 1000.0]))
        begin = rng.choice([0.0, 0.0, rng.uniform(0, ASKED), rng.uniform(ASKED, END - 0.6)])
        self.stranger_on = float(begin), float(begin + rng.choice([0.02, 0.3, 10.0, 10.0]))
        self.skew = float(rng.choice([0.0, 0.0, 0.03, -0.03, 5.0, -10.0]))
        self.moving = bool(rng.integers(8) == 0)  # somebody leads it by hand while it is idle
        room = 0.25 * (spec.position_upper - spec.position_lower)
        inner = spec.home + rng.uniform(-1, 1, spec.joints) * np.minimum(room, 0.7)
        self.own = np.clip(inner, spec.position_lower + 0.05, spec.position_upper - 0.05)
        if self.kind == "none, turned" or rng.integers(3) == 0:
            self._turn(self.own)
        self.velocity = np.zeros(spec.joints)
        self.pose = self.own + rng.uniform(-1, 1, spec.joints) * rng.choice([0.05, 0.5, 2.0])
        self.first = self.own.copy()
        self.heading = rng.uniform(-0.4, 0.4, spec.joints)

    def _turn(self, own: Array) -> None:
        for i in range(self.spec.joints):
            turned = own[i] + TURN * self.rng.choice([-1, 1])
            inside = self.spec.position_lower[i] < turned < self.spec.position_upper[i]
            if inside and self.rng.integers(2):
                own[i] = turned

    def messages(self, begin: float, end: float) -> Iterator[tuple[float, Any, bytes]]:
        """Time, message and source of what is said in [begin, end) s."""
        found = [(t, False) for t in _times(begin, end, self.rate)]
        if not self.kind.startswith("none"):
            on, off = self.stranger_on
            times = _times(begin, end, self.stranger_rate)
            found += [(t + 1e-4, True) for t in times if on <= t < off]
        for time, stranger in sorted(found):
            source = b"stranger" if stranger and self.named else b"robot"
            yield time, self._stranger(time) if stranger else self._robot(time), source

    def _robot(self, time: float) -> Any:
        q = self.own + self.rng.uniform(-self.noise, self.noise, self.spec.joints)
        dq: list[float] = {
            "true": self.velocity.tolist(), "nan": [np.nan] * self.spec.joints,
            "zeros": [0.0] * self.spec.joints, "none": [],
        }[self.velocities]  # fmt: skip
        return self._message(q, dq, time if self.stamped else -7.0)

    def _stranger(self, time: float) -> Any:
        spec, q, width = self.spec, self.pose, 0.04
        names = [*spec.joint_names]
        match self.kind:
            case "zeros":
                q = np.zeros(spec.joints)
            case "near":
                q = self.own + self.heading * 0.15
            case "turned":
                q = self.own + TURN * (self.own < spec.home)
            case "stale":
                q = self.first
            case "degrees":
                q = np.rad2deg(self.own)
            case "fingers":
                q, width = self.own, 100.0
            case "nan":
                q = np.where(self.heading > 0, np.nan, self.own)
            case "half an arm":
                names, q = names[:3], q[:3]
            case "other joints":
                names = [f"wheel_{i}" for i in range(spec.joints)]
        return self._message(q, [0.0] * len(q), time + self.skew, names, width)

    def _message(
        self, q: Array, dq: list[float], stamp: float, names: list[str] | None = None,
        width: float = 0.04,
    ) -> Any:  # fmt: skip
        ns = max(0, round((7 + stamp) * SECOND))
        head = SimpleNamespace(stamp=SimpleNamespace(sec=ns // SECOND, nanosec=ns % SECOND))
        names = [*(names or self.spec.joint_names), "finger"]
        speeds = [*dq, 0.0] if dq else []
        return SimpleNamespace(header=head, name=names, position=[*q, width], velocity=speeds)


def _times(begin: float, end: float, rate: float) -> list[float]:
    return (np.arange(np.ceil(begin * rate - 1e-9), np.ceil(end * rate - 1e-9)) / rate).tolist()


def play(variant: Variant) -> Outcome:
    """Run it to its end."""
    spec, rng = variant.spec, variant.rng
    bus = Bus(f"variant-{os.getpid()}-{next(_numbers)}", spec, create=True)
    try:
        return _play(variant, bus, spec, rng)
    finally:
        bus.close(remove=True)


def _play(variant: Variant, bus: Bus, spec: RobotSpec, rng: np.random.Generator) -> Outcome:
    bus.clock.write(0)
    ours = Bus(bus.graph, spec)
    now = 7 * SECOND
    loop = CommandLoop(
        spec, "statistics", BusRobot(ours), ours, lambda: now, PERIOD * 1e-9, camera=""
    )
    ends = [SimpleNamespace(node_namespace="/", node_name=n, endpoint_gid=n.encode())
            for n in ("robot", "stranger")]  # fmt: skip
    hearing = Hearing(bus, ["finger"], lambda: ends)
    model = bus.model.value
    model["robot"], model["statistics"] = spec.name, "statistics"
    model["joint_names"] = packed("\n".join(spec.joint_names), 1024)
    bus.model.write(0)
    outcome = Outcome(variant.kind, variant.named)
    audit: LimitAudit | None = None
    state, asked = State.DISARMED, ASKED
    ended = round(END * SECOND / PERIOD)
    for tick in range(ended):
        time = tick * PERIOD / SECOND
        now = 7 * SECOND + tick * PERIOD
        if variant.moving and state is State.DISARMED:
            sway = 0.4 * np.cos(6 * time) * variant.heading
            inside = variant.own + sway * PERIOD / SECOND
            variant.own = np.clip(inside, spec.position_lower, spec.position_upper)
            variant.velocity = sway
        for at, message, source in variant.messages(time, time + PERIOD / SECOND):
            with contextlib.suppress(BodyError):
                hearing.take(message, source, 7 * SECOND + round(at * SECOND), now)
            arm = set(message.name) & set(spec.joint_names)
            foreign = source == b"stranger" and arm
            if foreign and state in (State.ARMED, State.HOLD) and outcome.heard < 0:
                outcome.heard = time
        if tick % 10 == 0:
            _plan(bus, variant, now, loop)
        if time >= asked:
            asked += 0.3
            bus.request.value["order"], bus.request.value["until"] = "arm", now + 10 * PERIOD
            bus.request.write(now)
        before, state = state, loop.tick(now + PERIOD)
        if bus.answer.read() and not bus.answer.value["accepted"]:
            outcome.lied |= before is State.DISARMED and state is not State.DISARMED
        if before is State.DISARMED and state is not State.DISARMED:
            outcome.armed = time if outcome.armed < 0 else outcome.armed
            off = float(np.abs(loop.limiter.q - variant.own).max())
            outcome.foreign = max(outcome.foreign, off)
            audit = LimitAudit(spec, PERIOD * 1e-9)
            audit.begin(variant.own)
        if outcome.heard >= 0 and state is State.HOLD and outcome.held < 0:
            outcome.held = time
        if outcome.heard >= 0 and state is State.STOPPED and outcome.stopped < 0:
            outcome.stopped = time
        for event in bus.events.since():
            outcome.causes[text(event["cause"])] += 1
        for value in bus.command.since():
            assert audit is not None
            outcome.commands += 1
            outcome.violations += audit.add(value["q"].copy())
            q = variant.own + 0.5 * (value["q"] - variant.own)  # it follows, late
            variant.velocity = (q - variant.own) * SECOND / PERIOD
            variant.own = q
    ours.close()
    return outcome


def _plan(bus: Bus, variant: Variant, now: int, loop: CommandLoop) -> None:
    """A plan that leads 0.4 rad/s away from where the arm is believed to be."""
    spec, plan = variant.spec, bus.plan
    own = bus.observation(now, "wrist").joint_position
    steps = np.arange(1, HORIZON + 1)[:, None]
    plan.value["q"][...] = own + variant.heading * steps * DT
    plan.value["width"][...] = spec.gripper_open
    plan.value["tokens_at"], plan.value["ttl"], plan.value["chunk"] = now, 1.0, True
    plan.write(now)
