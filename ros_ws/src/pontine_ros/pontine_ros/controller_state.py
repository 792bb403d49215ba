"""What the cerebellum's node says of the real-time part, as a message."""

import time

from builtin_interfaces.msg import Time
from pontine_interfaces.msg import ControllerState

from body.safety.safety_state import State
from pontine_ros.fast_path import FastPath
from pontine_ros.real_time import RealTime

STATES = {state: number for number, state in enumerate(State)}


def controller_state(real_time: RealTime, fast: FastPath | None, state: State) -> ControllerState:
    """The `state` that was seen, why, and the loop's, the planner's and the fast path's figures."""
    bus = real_time.bus
    status, plan, report = bus.status.value, bus.plan, bus.report
    plan.read()
    report.read()
    stamp = max(0, int(report.value["token_stamp"])) if report.number else 0
    obeyed = int(plan.value["tokens_at"]) if plan.number else -1
    message = ControllerState(
        state=STATES[state], cause=real_time.cause, detail=real_time.detail,
        report=int(report.value["status"]),
        token_stamp=Time(sec=stamp // 10**9, nanosec=stamp % 10**9),
        token_age=(time.monotonic_ns() - obeyed) * 1e-9 if obeyed >= 0 else -1.0,
        takeover=bool(bus.steer.value["active"]),
        null_code=bool(status["null"]), degraded=bool(status["degraded"]),
        ticks=int(status["ticks"]), deadline_misses=int(status["misses"]),
        command_success_rate=float(status["success"]),
        tokens_refused=int(plan.value["tokens_refused"]),
        chunks_refused=int(plan.value["chunks_refused"]),
        inference_seconds=float(plan.value["seconds"]),
        delay_steps=int(plan.value["delay"]),
    )  # fmt: skip
    if fast is not None:
        message.command_latency = fast.lag
        message.limit_ratio = max(fast.audit.worst.values())
        message.limit_violations = fast.audit.violations
    return message
