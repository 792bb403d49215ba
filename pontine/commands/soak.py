"""`pontine soak`: the whole stack in wall time, and every fault of the table, again and again."""

import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Annotated, Any, Literal

from tqdm import tqdm

from body.robots.registry import robot
from body.safety.safety_state import State
from body.setting import Budget, NewFile, OneOf, Robot, SettingError
from brain.options import BrainOptions
from cerebellum.runtime.runtime_config import RuntimeConfig
from episodes.model_setting import ControllerFolder
from episodes.replacing import write_text
from episodes.splits import VALIDATION
from pontine.agent.shipped import controller_of, warn_of_transfer
from pontine.live.fault_trial import Auditor, Verdict, trial, watch
from pontine.live.faults import FAULTS, Fault
from pontine.live.stack import LiveError, LiveStack, Seen
from pontine.versions import versions
from sim.tasks import BASIC

UNDER_WAY = 1.5  # s after arming: the arm moves
EPISODE = 15.0  # s, of an episode without fault
WINDOW = 0.5  # s for the watchdog to see enough states


def _names() -> list[str]:
    return ["all", "none", *(fault.name for fault in FAULTS)]


@dataclass(frozen=True)
class SoakConfig(BrainOptions):
    """Run brain, planner, command loop, robot and cameras as processes, and make them fail.

    The command loop asks for SCHED_FIFO and locked memory; `pontine doctor` says whether this user
    may have them, and the result names what it got. Episodes without fault alternate with trials:
    a fault strikes while the arm is on its way, and the loop must reach the state that
    docs/realtime.md lists for it, in the time listed, with every command within the robot's limits.
    Exit status: 0; 1 if a fault missed its state or time, a command broke a limit, or a process
    crashed.

    Attributes:
        minutes: how long; every fault is tried at least once (some 90 s).
        robot: name of the robot.
        hz: commands per second.
        faults: "all", "none", or their names.
        spin: look at the clock for the last 60 us before each command.
        controller: the controller's model folder (None: the robot's own).
        transfer: permit the brain to move an arm on which it has not been validated.
        out: file for the figures.
    """

    minutes: Budget = 10.0
    robot: Robot = "fr3"
    hz: Literal[200, 250, 500, 1000] = 500
    faults: tuple[Annotated[str, OneOf(_names)], ...] = ("all",)
    spin: bool = True
    controller: ControllerFolder | None = None
    transfer: bool = False
    out: NewFile = Path("out/soak.json")

    @property
    def chosen(self) -> tuple[Fault, ...]:
        if self.faults in (("all",), ("none",)):
            return FAULTS if self.faults == ("all",) else ()
        return tuple(fault for fault in FAULTS if fault.name in self.faults)

    def check(self) -> None:
        """Raises SettingError: "all" or "none" beside others. BrainError: no such device, or
        nobody answers where the brain is said to be."""
        if len(self.faults) > 1 and {"all", "none"} & {*self.faults}:
            raise SettingError(
                f"--faults {' '.join(self.faults)}: all and none go with no other. Remedy: name "
                "faults, or say all, or none"
            )
        from brain.backends import check_brain  # here: it loads what the brain needs

        check_brain(self)


def soak(config: SoakConfig) -> int:
    """Run it, print the table, write the figures; returns the exit status."""
    faults = config.chosen
    warn_of_transfer(config, robot(config.robot))
    controller = config.controller or controller_of(config.robot)
    runtime = RuntimeConfig(f"soak-{os.getpid()}", config.robot, controller, config.hz, config.spin)
    verdicts = {fault.name: Verdict(fault.expected) for fault in faults}
    plain: list[bool] = []
    unexpected: Counter[str] = Counter()
    with LiveStack(runtime, config.only_brain, config.transfer) as stack:
        auditor = Auditor(stack)
        for number, fault in _plan(config.minutes, faults):
            _stage(stack, auditor, number)
            seen: list[Seen] = []
            if fault is None:
                plain.append(_episode(stack, auditor, seen))
            else:
                watch(stack, auditor, UNDER_WAY, seen)
                trial(stack, auditor, fault, verdicts[fault.name])
            unexpected.update(e.cause for e in seen if e.after in (State.HOLD, State.STOPPED))
        loop = stack.finish()
    results: dict[str, Any] = {
        "robot": config.robot, "minutes": config.minutes, "command_hz": config.hz,
        "faults": {name: verdict.config() for name, verdict in verdicts.items()},
        **loop,
        "limits": {"violations": auditor.violations, "worst_ratio": auditor.worst,
                   "commands": auditor.commands, "commands_not_seen": auditor.gaps},
        "episodes_without_fault": {"run": len(plain), "accomplished": sum(plain)},
        "unexpected_holds": dict(unexpected),
        "machine": f"{versions()['cpu']}, {os.cpu_count()} cores",
        "versions": versions(),
    }  # fmt: skip
    write_text(config.out, json.dumps(results, indent=1) + "\n")
    return _show(results, config.out)


def _plan(minutes: float, faults: tuple[Fault, ...]) -> Iterator[tuple[int, Fault | None]]:
    """Number the episodes: a plain one before every four faults, until the time is up and every
    fault has been tried."""
    pieces: list[Fault | None] = []
    for number, fault in enumerate(faults):
        pieces += [None] * (number % 4 == 0) + [fault]
    pieces = pieces or [None]
    begun = time.monotonic()
    layout = "{l_bar}{bar}| {elapsed}<{remaining}{postfix}"
    with tqdm(total=100.0, desc="soak", bar_format=layout) as bar:
        for number, piece in enumerate(cycle(pieces)):
            share = (time.monotonic() - begun) / (60 * minutes)
            if share >= 1 and number >= len(pieces):
                return
            bar.n = min(100.0, 100 * share)
            bar.set_postfix(now=piece.name if piece else "episode")
            yield number, piece


def _stage(stack: LiveStack, auditor: Auditor, number: int) -> None:
    """Another episode from the robot's home, armed."""
    stack.order("disarm")
    stack.wait(lambda: stack.state is State.DISARMED, 5, "the loop to disarm")
    stack.stage_scene(BASIC[number % len(BASIC)], VALIDATION.start + 1000 + number)
    time.sleep(WINDOW)
    auditor.begin()
    stack.arm(30)
    list(stack.events())


def _episode(stack: LiveStack, auditor: Auditor, seen: list[Seen]) -> bool:
    end = time.monotonic() + EPISODE
    while time.monotonic() < end and not stack.done:
        watch(stack, auditor, 0.1, seen)
        if stack.dead():
            raise LiveError(f"the process {stack.dead()[0]!r} crashed")
    return stack.done


def _show(results: dict[str, Any], out: Path) -> int:
    print(f"{'fault':<22} {'expected':<9} {'reached':<9} {'trials':>6} {'ms, worst':>10}  limits")
    failed = False
    for name, row in results["faults"].items():
        failed |= row["passed"] < row["trials"] or not row["trials"]
        ms = "-" if row.get("ms") is None else f"{row['ms']:.0f}"
        print(
            f"{name:<22} {row['expected']:<9} {row.get('reached', '-'):<9} "
            f"{row['passed']:>2} / {row['trials']:<2} {ms:>9}  {row['limit_ratio']:.3f}"
        )
        for failure in row.get("failures", []):
            print(f"    {failure}")
    late, limits = results["jitter_us"], results["limits"]
    print(f"{results['ticks']} ticks, {results['misses']} over 1 ms late "
          f"({results['miss_share']:.4%}); jitter us p50 {late['p50']:.0f}, p99 {late['p99']:.0f}, "
          f"p99.9 {late['p99.9']:.0f}, max {late['max']:.0f}; {results['obtained']['scheduler']}, "
          f"memory {results['obtained']['memory']}")  # fmt: skip
    print(
        f"{limits['commands']} commands audited, {limits['violations']} beyond a limit; "
        f"{results['episodes_without_fault']}; holds without fault {results['unexpected_holds']}"
    )
    print(f"{out} written")
    return int(failed or limits["violations"] > 0)
