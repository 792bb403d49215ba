"""The two real-time processes: command loop and planner. Neither loads torch."""

import json
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from body.robots import robot
from cerebellum.engines import Engine, load_engine
from cerebellum.runtime.bus import Bus, GraphClock
from cerebellum.runtime.command_loop import BusRobot, CommandLoop
from cerebellum.runtime.controller import Cerebellum
from cerebellum.runtime.metronome import Metronome
from cerebellum.runtime.planner import STEP, Planner
from cerebellum.runtime.priority import die_with_parent, obtain
from cerebellum.statistics import Statistics
from episodes import model_folder


@dataclass(frozen=True)
class RuntimeConfig:
    """What both processes are told.

    Attributes:
        graph: name of the shared memory. robot: its name. model: the controller's folder.
        hz: commands a second, 200 to 1000. spin: look at the clock before a deadline.
        report: file for the loop's figures, written when it ends.
    """

    graph: str
    robot: str
    model: Path
    hz: int = 500
    spin: bool = True
    report: Path | None = None


def run_command_loop(config: RuntimeConfig) -> None:
    """Run until SIGTERM; then write the figures."""
    stopped = _until_sigterm()
    spec = robot(config.robot)
    bus = Bus(config.graph, spec)
    statistics = Statistics.load(config.model).hash
    loop = CommandLoop(spec, statistics, BusRobot(bus), bus, GraphClock(bus.clock), 1 / config.hz)
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
        config.report.write_text(json.dumps(figures, indent=1) + "\n")


def _warm_up(loop: CommandLoop, metronome: Metronome, periods: int) -> None:
    """Let caches and the watchdog's window fill before deadlines count."""
    for _ in range(periods):
        loop.tick(metronome.wait())
    metronome.begin()


def run_planner(config: RuntimeConfig, engine: Engine | None = None) -> None:
    """Run until SIGTERM. `engine`: in place of the model folder's own, while it is being tried."""
    stopped = _until_sigterm()
    spec = robot(config.robot)
    bus = Bus(config.graph, spec)
    cerebellum = Cerebellum(config.model, spec, engine=engine, trial=engine is not None)
    planner = Planner(cerebellum, bus, GraphClock(bus.clock))
    planner.announce()
    begin = time.monotonic_ns()
    while not stopped:
        begin += STEP
        time.sleep(max(0, begin - time.monotonic_ns()) * 1e-9)
        planner.step(begin, time.monotonic_ns())
        late = (time.monotonic_ns() - begin) // STEP
        planner.missed(late)
        begin += late * STEP


def shipped_engine(model: Path) -> Engine:
    """The engine of a model folder, built if need be."""
    return load_engine(model, model_folder.load_config(model))


def _until_sigterm() -> list[int]:
    """A list that is empty until this process is told to end. Its parent's end ends it, too."""
    die_with_parent()
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return told
