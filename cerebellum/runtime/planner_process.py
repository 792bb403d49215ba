"""The planner as a process of its own. It loads an engine, and no torch."""

import time

from body.robots.registry import robot
from cerebellum.engines import Engine
from cerebellum.runtime.bus import Bus, GraphClock
from cerebellum.runtime.controller import Cerebellum
from cerebellum.runtime.planner import STEP, Planner
from cerebellum.runtime.priority import keep_apart
from cerebellum.runtime.runtime_config import RuntimeConfig, until_sigterm


def run_planner(config: RuntimeConfig, engine: Engine | None = None) -> None:
    """Run until SIGTERM. `engine`: in place of the model folder's own, while it is being tried."""
    stopped = until_sigterm()
    keep_apart()
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
