"""Starts and watches the processes of a live stack, and speaks to them as an operator would."""

import json
import multiprocessing as mp
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from body import BodyError
from body.contract.instruction import checked_instruction
from body.robots.registry import robot
from body.safety.safety_state import State
from brain.options import BrainOptions
from cerebellum.runtime.bus import Bus, text
from cerebellum.runtime.channel import Channel
from cerebellum.runtime.loop_process import run_command_loop
from cerebellum.runtime.runtime_config import RuntimeConfig
from episodes.splits import VALIDATION
from pontine.live.cameras import run_cameras
from pontine.live.faulty_engine import run_faulty_planner
from pontine.live.plant import run_plant
from pontine.live.stage import Stage
from pontine.live.thinker import run_brain
from sim.tasks import sample_episode

READY = 90.0  # s: the first time, the engine is built
PARTS = ("robot", "cameras", "loop", "planner", "brain")


class LiveError(BodyError):
    """A process of the stack ended, or did not become ready."""


@dataclass(frozen=True)
class Seen:
    """An event of the watchdog; `time` ns, monotonic."""

    time: int
    before: str
    after: str
    cause: str
    detail: str


class LiveStack:
    """Five processes. Use it as a context: what it started, it ends.

    Args:
        config: robot, controller, command rate. brain: which, and what it runs on.
        transfer: let it move an arm that it has not been validated on.
    """

    def __init__(self, config: RuntimeConfig, brain: BrainOptions, transfer: bool = False) -> None:
        self.spec = robot(config.robot)
        self._folder = tempfile.TemporaryDirectory(prefix="pontine-live-")
        self._report = Path(self._folder.name) / "loop.json"
        self.config = replace(config, report=self._report)
        self._brain, self._transfer = brain, transfer
        self.bus = Bus(config.graph, self.spec, create=True)
        try:
            self.stage = Stage(config.graph, create=True)
        except BodyError:
            self.bus.close(remove=True)
            raise
        self.bus.clock.write(0)
        self.stage.faults.write(0)
        self._context = mp.get_context("spawn")
        self._running: dict[str, BaseProcess] = {}

    def __enter__(self) -> "LiveStack":
        os.environ["OMP_NUM_THREADS"] = "1"  # read by the children before numpy and torch load
        try:
            for part in PARTS:
                self.start(part)
            self.stage_scene("reach", VALIDATION.start)
            for name, channel in self._signs().items():
                self.wait(partial(_heard, channel), READY, f"{name} to be heard")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            process.join(5)
            if process.is_alive():
                process.kill()
                process.join()
        self.bus.close(remove=True)
        self.stage.close(remove=True)

    def start(self, part: str) -> None:
        """Start the process called `part` (again, if it has ended)."""
        targets: dict[str, tuple[Callable[..., None], tuple[Any, ...]]] = {
            "robot": (run_plant, (self.config,)),
            "cameras": (run_cameras, (self.config,)),
            "loop": (run_command_loop, (self.config,)),
            "planner": (run_faulty_planner, (self.config,)),
            "brain": (run_brain, (self.config, self._brain, self._transfer)),
        }
        target, arguments = targets[part]
        process = self._context.Process(target=target, args=arguments, name=part, daemon=True)
        process.start()
        self._running[part] = process

    def send_signal(self, part: str, number: int) -> None:
        """Send a Unix signal to the process called `part`."""
        pid = self._running[part].pid
        assert pid is not None
        os.kill(pid, number)

    def dead(self) -> list[str]:
        """Parts that have ended."""
        return [name for name, process in self._running.items() if not process.is_alive()]

    def wait(self, condition: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait for `condition`.

        Raises:
            LiveError: a process has ended meanwhile, or `seconds` have passed.
        """
        end = time.monotonic() + seconds
        while not condition():
            if self.dead():
                raise LiveError(f"the process {self.dead()[0]!r} ended while waiting for {what}")
            if time.monotonic() > end:
                raise LiveError(f"waited {seconds:.0f} s in vain for {what}")
            time.sleep(0.005)

    def stage_scene(self, task: str, seed: int) -> str:
        """Reset the simulated world to an episode, tell the brain its sentence, and return it."""
        self.stage.scene.value["task"], self.stage.scene.value["seed"] = task, seed
        self.stage.scene.write(0)
        number = self.stage.scene.number
        self.wait(lambda: self._shown() == number, 10, "the scene")
        picture = self.bus.pictures["fixed"]
        second = picture.newest + 2  # the first may have been on its way from the scene before
        self.wait(lambda: picture.newest >= second, 10, "a picture of the scene")
        sentence = sample_episode(task, seed, reach=self.spec.reach).instruction
        self.bus.instruction.value["text"] = checked_instruction(sentence).encode()
        self.bus.instruction.value["episode"] = seed
        self.bus.instruction.write(0)
        return sentence

    def _shown(self) -> int:
        self.stage.physics.read()
        return int(self.stage.physics.value["scene"])

    @property
    def done(self) -> bool:
        """Whether the task of the present scene has been accomplished."""
        self.stage.physics.read()
        return bool(self.stage.physics.value["done"])

    def order(self, order: str, reason: str = "") -> None:
        """Ask the loop to "arm", "stop" or "disarm"."""
        self.bus.request.value["order"], self.bus.request.value["reason"] = order, reason
        self.bus.request.write(0)

    def arm(self, seconds: float = 10.0) -> None:
        """Arm, and wait until the arm follows; raises LiveError if it does not."""
        end = time.monotonic() + seconds
        asked = 0.0
        last = "nothing noted"
        while self.state is not State.ARMED:
            for event in self.events():
                last = f"{event.before} to {event.after}: {event.cause} {event.detail}"
            if time.monotonic() - asked > 0.5 and self.state in (State.DISARMED, State.STOPPED):
                self.order("arm")
                asked = time.monotonic()
            if self.dead() or time.monotonic() > end:
                raise LiveError(
                    f"not armed after {seconds:.0f} s but {self.state}; the watchdog's last word: "
                    f"{last}; ended processes: {', '.join(self.dead()) or 'none'}"
                )
            time.sleep(0.005)

    @property
    def state(self) -> State:
        """What the loop last said."""
        self.bus.status.read()
        return State(text(self.bus.status.value["state"]) or State.DISARMED)

    @property
    def degraded(self) -> bool:
        """Whether the loop finds inference slow."""
        self.bus.status.read()
        return bool(self.bus.status.value["degraded"])

    def events(self) -> Iterator[Seen]:
        """What the watchdog has noted since the last call."""
        for value in self.bus.events.since():
            words = [text(value[name]) for name in ("before", "after", "cause", "detail")]
            yield Seen(self.bus.events.stamp, *words)

    def fault(self, **values: bool | float) -> None:
        """Set fields of the `faults` channel."""
        for name, value in values.items():
            self.stage.faults.value[name] = value
        self.stage.faults.write(0)

    def finish(self) -> dict[str, Any]:
        """End the command loop and return its figures."""
        self._running["loop"].terminate()
        self._running["loop"].join(5)
        if not self._report.exists():
            raise LiveError("the command loop left no figures: it crashed")
        figures: dict[str, Any] = json.loads(self._report.read_text(encoding="utf-8"))
        return figures

    def _signs(self) -> dict[str, Channel]:
        bus = self.bus
        return {
            "robot": bus.state, "cameras": bus.pictures["fixed"], "planner": bus.model,
            "loop": bus.status, "brain": bus.tokens,
        }  # fmt: skip


def _heard(channel: Channel) -> bool:
    return channel.newest > 0
