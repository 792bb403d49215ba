"""Command loop and planner on one bus, in made-up time and in one process: a tick is 2 ms."""

import itertools
import os
from collections.abc import Callable

import numpy as np

from body import ActionTokens, Waypoint
from body.robots.fr3 import FR3
from body.safety.audit import LimitAudit
from body.safety.safety_state import State
from cerebellum.codec import WaypointCodec
from cerebellum.runtime.bus import Bus, text
from cerebellum.runtime.command_loop import CommandLoop
from cerebellum.runtime.controller import Cerebellum
from cerebellum.runtime.planner import Planner
from cerebellum.runtime.robot_link import BusRobot
from cerebellum.runtime.token_record import write_tokens

SECOND = 1_000_000_000
TICK = 2_000_000
CODEC = WaypointCodec()
GOAL = Waypoint([0.5, 0.1, 0.25], 0.2, False, 1.0)
_numbers = itertools.count()


class Graph:
    """`failed` names what falls silent: robot, camera, frames, brain, planner."""

    def __init__(self, cerebellum: Cerebellum) -> None:
        self.bus = Bus(f"test-{os.getpid()}-{next(_numbers)}", FR3, create=True)
        self.bus.clock.write(0)
        self.now, self.offset = 7 * SECOND, 0
        self.failed: set[str] = set()
        self.goal = GOAL
        self.q = FR3.home.copy()
        clock: Callable[[], int] = lambda: self.now + self.offset  # noqa: E731
        self.clock = clock
        ours, planners = Bus(self.bus.graph, FR3), Bus(self.bus.graph, FR3)  # as processes would
        self.loop = CommandLoop(FR3, cerebellum.statistics.hash, BusRobot(ours), ours, clock)
        self.planner = Planner(cerebellum, planners, clock)
        self.planner.announce()
        self.bus.model.read()
        self.audit = LimitAudit(FR3, 0.002)
        self.events: list[tuple[float, str, str, str]] = []  # s, before, after, cause
        self.commands = 0
        self._ticks = 0
        self._rng = np.random.default_rng(0)

    def run(self, seconds: float) -> State:
        for _ in range(round(seconds * SECOND / TICK)):
            self.now += TICK
            self._ticks += 1
            self._robot()
            self._cameras()
            if self._ticks % 125 == 0 and "brain" not in self.failed:
                write_tokens(self.bus.tokens, self.tokens())
            if self._ticks % 25 == 0 and "planner" not in self.failed:
                self.planner.step(self.now, self.now)
            state = self.loop.tick(self.now)
            for value in self.bus.events.since():
                at = self.bus.events.stamp * 1e-9
                words = [text(value[name]) for name in ("before", "after", "cause")]
                self.events.append((at, *words))  # type: ignore[arg-type]
        return state

    def tokens(self, codec_id: str = CODEC.codec_id) -> ActionTokens:
        return ActionTokens(CODEC.encode(self.goal), codec_id, self.clock() - 150_000_000)

    def order(self, order: str) -> None:
        self.bus.request.value["order"] = order
        self.bus.request.write(0)

    def armed(self, then: State = State.ARMED) -> "Graph":
        self.run(0.5)
        self.order("arm")
        assert self.run(0.5) is then, self.events
        return self

    def seconds_until(self, state: State, most: float = 4.0) -> float:
        begun = self.now
        while self.loop.watchdog.state is not state and self.now - begun < most * SECOND:
            self.run(0.002)
        assert self.loop.watchdog.state is state, self.events
        return (self.now - begun) / SECOND

    def causes(self) -> list[str]:
        return [cause for *_, cause in self.events]

    def _robot(self) -> None:
        if self.bus.command.read():
            self.q = self.bus.command.value["q"].copy()
            self.audit.add(self.q)
            self.commands += 1
        if "robot" not in self.failed:
            value = self.bus.state.value
            value["q"][...], value["width"] = self.q, 0.08
            self.bus.state.write(self.now)

    def _cameras(self) -> None:
        if self._ticks % 20 or "frames" in self.failed:
            return
        channel = self.bus.pictures["wrist"]
        if "camera" not in self.failed:
            channel.value["pixels"][...] = self._rng.integers(0, 255, (128, 128, 1), np.uint8)
        channel.write(self.clock())
