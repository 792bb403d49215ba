"""One fault on trial: brought about while the arm moves, and judged by what the loop did."""

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from body.safety.audit import LimitAudit
from body.safety.safety_state import State
from pontine.live.faults import Fault
from pontine.live.stack import LiveStack, Seen

TOLERANCE = 0.010  # s: two command periods, a late tick, and this process's own clock
REPEAT = 0.25  # s


class Auditor:
    """Differentiates every command that left the loop; none may be missed."""

    def __init__(self, stack: LiveStack) -> None:
        self._stack, self._dt = stack, 1 / stack.config.hz
        self.violations = self.gaps = self.commands = 0
        self.worst: dict[str, float] = {}
        self.begin()

    def begin(self) -> None:
        """Begin a new stretch: the arm has been put elsewhere."""
        self._drain(None)
        self._audit = LimitAudit(self._stack.spec, self._dt)
        self._fresh = True

    def listen(self) -> None:
        """Take in what has been commanded since the last call."""
        self._drain(self._audit)

    @property
    def ratio(self) -> float:
        """The largest ratio to a limit in this stretch."""
        return max(self._audit.worst.values())

    def _drain(self, audit: LimitAudit | None) -> None:
        channel = self._stack.bus.command
        last = channel.number
        for value in channel.since():
            if audit is not None:
                if self._fresh:  # the first command is judged from where the robot says to be
                    self._stack.bus.state.read()
                    audit.begin(self._stack.bus.state.value["q"])
                    self._fresh = False
                elif last and channel.number != last + 1:
                    self.gaps += 1
                    self._audit = audit = LimitAudit(self._stack.spec, self._dt)
                self.violations += audit.add(np.array(value["q"]))
                self.commands += 1
            last = channel.number
        if audit is not None:
            for name, ratio in audit.worst.items():
                self.worst[name] = max(self.worst.get(name, 0.0), ratio)


@dataclass
class Verdict:
    """What came of a fault, over all its trials: the worst times, in ms after it began."""

    expected: str
    trials: int = 0
    passed: int = 0
    reached: str = ""
    ms: float | None = None
    limit_ratio: float = 0.0
    path_ms: dict[str, float] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def config(self) -> dict[str, Any]:
        return {k: v for k, v in vars(self).items() if v not in ("", [])}


def watch(stack: LiveStack, auditor: Auditor, seconds: float, seen: list[Seen]) -> None:
    """Look on for `seconds`; events are added to `seen`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        auditor.listen()
        seen.extend(stack.events())
        time.sleep(0.02)


def trial(stack: LiveStack, auditor: Auditor, fault: Fault, verdict: Verdict) -> None:
    """Bring `fault` about, look on, end it, and add the outcome to `verdict`."""
    list(stack.events())
    seen: list[Seen] = []
    begun = time.monotonic_ns()
    fault.inject(stack)
    end = begun + round(fault.watch * 1e9)
    while time.monotonic_ns() < end:
        fault.repeat(stack)
        watch(stack, auditor, min(REPEAT, (end - time.monotonic_ns()) * 1e-9), seen)
    reached = stack.state
    fault.clear(stack)
    reason = _judge(fault, seen, begun, reached, verdict)
    verdict.trials += 1
    verdict.passed += not reason
    verdict.limit_ratio = max(verdict.limit_ratio, auditor.ratio)
    if reason:
        verdict.failures.append(reason)
    if reason or not verdict.reached:
        verdict.reached = str(reached)


def _judge(fault: Fault, seen: list[Seen], begun: int, reached: State, verdict: Verdict) -> str:
    """Why the outcome is not the expected one; "": it is."""
    named = [e for e in seen if e.cause == fault.cause]
    if not named:
        return f"the watchdog did not name it; it noted {[e.cause for e in seen]}"
    last = (named[0].time - begun) * 1e-6
    times: dict[str, float] = {}
    for state, seconds in fault.path.items():
        found = next((e.time for e in seen if e.after == state and e.before != state), None)
        if found is None:
            return f"{state} was not reached"
        last = times[str(state)] = (found - begun) * 1e-6
        if last > 1e3 * (seconds + TOLERANCE):
            return f"{state} after {last:.0f} ms, wanted {1e3 * seconds:.0f}"
    if fault.armed and any(e.after != State.ARMED for e in seen):
        return f"left the armed state: {[(e.after, e.cause) for e in seen]}"
    if reached != fault.expected:
        return f"ended {reached}"
    verdict.ms = max(verdict.ms or 0.0, round(last, 1))
    for name, value in times.items():
        verdict.path_ms[name] = max(verdict.path_ms.get(name, 0.0), round(value, 1))
    return ""
