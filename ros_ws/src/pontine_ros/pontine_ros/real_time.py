"""The real-time processes behind the cerebellum's node: started, watched, ordered about, ended."""

import multiprocessing as mp
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import Any

from body import BodyError, RobotSpec
from body.robots.registry import robot
from body.safety.safety_state import State
from cerebellum.runtime.bus import Bus, packed, text
from cerebellum.runtime.loop_process import run_command_loop
from cerebellum.runtime.planner_process import run_planner
from cerebellum.runtime.runtime_config import RuntimeConfig

READY = 90.0  # s: the first time, the engine is built
REST = 1.5  # s in which a moving arm comes to rest
STILL = 1e-7  # rad between two commands of an arm at rest
LOOK = 0.01  # s


class RealTimeError(BodyError):
    """The command loop or the planner ended, or did not get ready.

    Attributes:
        transient: a machine that was busy, or short of memory, may not be so the next time.
    """

    transient = True


class RealTime:
    """Command loop and planner, a process each, and the shared memory they speak through.

    Attributes:
        bus: the memory. spec: the robot. state: what the loop said last. cause, detail: why.
    """

    def __init__(self, config: RuntimeConfig) -> None:
        self.spec: RobotSpec = robot(config.robot)
        self.bus = Bus(config.graph, self.spec, create=True)
        self.bus.clock.write(0)
        self.cause = self.detail = ""
        context = mp.get_context("spawn")
        self._processes: dict[str, BaseProcess] = {
            name: context.Process(target=target, args=(config,), name=name, daemon=True)
            for name, target in (("command loop", run_command_loop), ("planner", run_planner))
        }
        for process in self._processes.values():
            process.start()

    def wait_ready(self) -> None:
        """Until both have spoken.

        Raises:
            RealTimeError: one ended, or neither spoke in time.
        """
        self.wait(lambda: self.bus.model.newest > 0 and self.bus.status.newest > 0, READY)
        if self.dead() or not self.bus.model.newest:
            raise RealTimeError(
                f"{', '.join(self.dead()) or 'the planner'} did not get ready; "
                "what it printed above says why"
            )
        self.bus.forget()  # both have it open: whatever is killed now, no file is left behind

    def wait(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Block until `condition`, a process's end, or `seconds`; whether it came true."""
        end = time.monotonic() + seconds
        while not condition() and not self.dead() and time.monotonic() < end:
            time.sleep(LOOK)
        return condition()

    def dead(self) -> list[str]:
        """Which of them have ended."""
        return [name for name, process in self._processes.items() if not process.is_alive()]

    def look(self) -> State:
        """The newest state; `cause` and `detail` follow."""
        self.bus.status.read()
        for event in self.bus.events.since():
            self.cause, self.detail = text(event["cause"]), text(event["detail"])
        return self.state

    @property
    def state(self) -> State:
        if "command loop" in self.dead():
            return State.DISARMED
        return State(text(self.bus.status.value["state"]) or State.DISARMED)

    def order(self, order: str, reason: str = "", seconds: float = 0.0) -> int:
        """Ask the loop to "arm", "stop" or "disarm", within `seconds` (0: whenever it can).

        Returns:
            The order's number.
        """
        value = self.bus.request.value
        value["order"], value["reason"] = order, packed(reason, 160)
        value["until"] = time.monotonic_ns() + round(seconds * 1e9) if seconds else 0
        self.bus.request.write(0)
        return self.bus.request.number

    def answered(self, number: int) -> bool:
        """Whether the loop has said what became of the order to arm with that number."""
        self.bus.answer.read()
        return int(self.bus.answer.value["request"]) == number

    def at_rest(self) -> bool:
        """Whether nothing is commanded, or always the same."""
        if self.look() is State.DISARMED:
            return True
        if self.state is not State.STOPPED:
            return False
        before = self.bus.status.value["q"].copy(), self.bus.status.number
        self.wait(lambda: self.bus.status.newest > before[1], 0.2)
        self.bus.status.read()
        return bool(abs(self.bus.status.value["q"] - before[0]).max() < STILL)

    def bring_to_rest(self, reason: str) -> bool:
        """Decelerate along the path, wait, and disarm; whether it came to rest."""
        if self.look() is not State.DISARMED:
            self.order("stop", reason)
            self.wait(lambda: self.state is not State.ARMED or self.look() is not State.ARMED, REST)
        rested = self.wait(self.at_rest, REST)
        self.order("disarm")
        self.wait(lambda: self.look() is State.DISARMED, 0.5)
        return rested

    def figures(self) -> dict[str, Any]:
        """Of the command loop, for diagnostics."""
        value = self.bus.status.value
        return {
            "command periods": int(value["ticks"]),
            "periods begun over 1 ms late": int(value["misses"]),
            "command success rate": round(float(value["success"]), 3),
        }

    def close(self) -> None:
        """End both processes and remove the memory."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            process.join(3)
            if process.is_alive():
                process.kill()
                process.join()
            process.close()
        self._processes = {}
        self.bus.close(remove=True)
