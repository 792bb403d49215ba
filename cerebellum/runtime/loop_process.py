"""The command loop as a process of its own: nothing else runs in it."""

import json
import time
from typing import Any

from body.robots.registry import robot
from body.safety.workspace import Box, Workspace
from cerebellum.runtime.bus import Bus, GraphClock
from cerebellum.runtime.command_loop import CommandLoop
from cerebellum.runtime.metronome import Metronome
from cerebellum.runtime.priority import obtain
from cerebellum.runtime.robot_link import BusRobot
from cerebellum.runtime.runtime_config import RuntimeConfig, until_sigterm
from cerebellum.statistics import Statistics


def run_command_loop(config: RuntimeConfig) -> None:
    """Run until SIGTERM; then write the figures."""
    stopped = until_sigterm()
    spec = robot(config.robot)
    bus = Bus(config.graph, spec)
    statistics = Statistics.load(config.model).hash
    loop = CommandLoop(
        spec, statistics, BusRobot(bus), bus, GraphClock(bus.clock), 1 / config.hz,
        workspace=Workspace(spec, Box.of(config.box), spec.capsules),
    )  # fmt: skip
    obtained = obtain()
    metronome = Metronome(round(1e9 / config.hz), config.spin)
    _warm_up(loop, metronome, config.hz)
    spent = 0
    while not stopped:
        now = metronome.wait()
        loop.tick(now, metronome.misses)
        spent += time.monotonic_ns() - now
    figures: dict[str, Any] = metronome.figures() | {
        "tick_mean_us": spent / max(metronome.ticks, 1) / 1e3,
        "obtained": obtained.config(),
    }
    if config.report is not None:
        config.report.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _warm_up(loop: CommandLoop, metronome: Metronome, periods: int) -> None:
    """Let caches and the watchdog's window fill before deadlines count."""
    for _ in range(periods):
        loop.tick(metronome.wait())
    metronome.begin()
