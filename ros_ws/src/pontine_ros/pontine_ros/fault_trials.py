"""Makes parts of a running ROS graph fail, and sees whether the arm comes to rest in time.

Every fault is brought about for real: signals to processes, tokens of a foreign codec on the
topic, a simulated robot that falls silent.
"""

import argparse
import json
import math
import os
import signal
import sys
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import rclpy
from pontine_interfaces.msg import ActionTokens, Teleop
from rclpy.signals import SignalHandlerOptions
from sensor_msgs.msg import JointState
from tqdm import tqdm

from body import BodyError
from body.contract.mailbox import NULL_GRACE, STOP_AFTER
from body.robots.fr3 import FR3
from body.safety.watchdog import STATE_HOLD, STATE_STOP
from episodes.splits import VALIDATION
from pontine.ros.graph import environment
from pontine.ros.sim import RosSimConfig
from pontine.versions import versions
from pontine_ros import topics
from pontine_ros.graph_client import GraphError
from pontine_ros.rig import Rig
from pontine_ros.topics import HEARTBEAT

TTL = 1.0  # s, the brain's tokens'
TOLERANCE = 0.12  # s: the state is told 20 times a second, over a network
REST = 3.0  # s for an arm to come to rest and be disarmed
EVERY = 0.1  # s between two hostile messages
STALE = {"hold": TTL + NULL_GRACE, "stopped": STOP_AFTER}
SILENT = {"hold": STATE_HOLD, "stopped": STATE_STOP}


Act = Callable[[Rig], None]


def nothing(rig: Rig) -> None:
    """For faults that end by themselves."""


def foreign(rig: Rig) -> None:
    message = ActionTokens(codes=array("H", [1, 2, 3]), codec_id="0" * 16, ttl=TTL)
    message.header.stamp = rig.client.get_clock().now().to_msg()
    if rig.client.scene is not None:
        message.header.stamp = rig.client.scene.header.stamp
    rig.tokens.publish(message)


def hostile(rig: Rig) -> None:
    """What no robot and no brain of ours would send."""
    names, now = [f"wheel_{i}" for i in range(7)], rig.client.get_clock().now().to_msg()
    if rig.client.scene is not None:
        now = rig.client.scene.header.stamp
    bad = [
        JointState(name=names, position=array("d", [math.nan] * 7)),
        JointState(name=names[:3] * 2, position=array("d", [0.0] * 6)),
        JointState(name=names, position=array("d", [0.0])),
        JointState(name=[f"j{i}" for i in range(5000)], position=array("d", [0.0] * 5000)),
        JointState(name=names, position=array("d", [0.0] * 7)),
    ]
    for message in bad[:4]:
        message.header.stamp = now
    bad[4].header.stamp.sec = now.sec + 1000
    rig.joints.publish(bad[rig.turn % len(bad)])
    rig.turn += 1
    wrong = ActionTokens(codes=array("H", [60000] * 2000), codec_id="x" * 500, ttl=math.nan)
    wrong.intent = 99
    rig.tokens.publish(wrong)


def stranger(rig: Rig) -> None:
    """A second driver: this arm's joints, at rest at another pose."""
    message = JointState(name=list(FR3.joint_names), position=array("d", FR3.home - 0.3))
    if rig.client.scene is not None:
        message.header.stamp = rig.client.scene.header.stamp
    rig.joints.publish(message)


def steer(rig: Rig, active: bool = True) -> None:
    """A person lifts the tool, in the middle of what the brain wants."""
    message = Teleop(active=active, linear=[0.0, 0.0, 0.05 * active])
    if rig.client.scene is not None:
        message.header.stamp = rig.client.scene.header.stamp
    rig.teleop.publish(message)


@dataclass(frozen=True)
class Trial:
    """A fault, and what must come of it.

    Attributes:
        path: states that must be reached, and s within which.
        causes: one of these must be named; (): any.
        armed: the arm must stay armed. counts: which counter of the state must rise; "": none.
        inject, repeat, clear: begin it; keep it up; end it. watch: s to look on.
    """

    name: str
    inject: Act
    clear: Act = nothing
    repeat: Act = nothing
    path: dict[str, float] = field(default_factory=dict)
    causes: tuple[str, ...] = ()
    armed: bool = False
    counts: str = ""
    watch: float = 3.0

    @property
    def expected(self) -> str:
        return "armed" if self.armed else list(self.path)[-1]


def _restart(name: str) -> Act:
    return lambda rig: rig.start(name)


def _interrupt(rig: Rig) -> None:
    rig.signal("cerebellum_node", signal.SIGINT)


def _ended(rig: Rig) -> None:
    status = rig.graph.stop("cerebellum_node")
    if status:
        raise GraphError(f"the cerebellum's node ended with status {status}")
    rig.start("cerebellum_node")


TRIALS = (
    Trial("sim_paused", lambda r: r.pause(True), lambda r: r.pause(False), path=SILENT,
          causes=("robot silent", "observation dropped")),
    Trial("joint_states_stopped", lambda r: r.set("fail_silent", True),
          lambda r: r.set("fail_silent", False), path=SILENT, causes=("robot silent",)),
    Trial("second_publisher", stranger, repeat=stranger, path=SILENT,
          causes=("two publishers of joint states",)),
    Trial("joint_renamed", lambda r: r.set("fail_joint", "fr3_joint4"),
          lambda r: r.set("fail_joint", ""), path=SILENT, causes=("robot state not believed",),
          counts="messages_refused"),
    Trial("foreign_codec", lambda r: r.signal("brain_node", signal.SIGSTOP),
          lambda r: r.signal("brain_node", signal.SIGCONT), foreign, STALE,
          counts="tokens_refused"),
    Trial("hostile_messages", nothing, repeat=hostile, armed=True, counts="messages_refused"),
    Trial("taken_over", nothing, lambda r: steer(r, False), steer, armed=True, counts="takeover"),
    Trial("cerebellum_deactivated", Rig.deactivate, path={"disarmed": REST}),
    Trial("supervisor_killed", lambda r: r.kill("supervisor_node"), _restart("supervisor_node"),
          path={"stopped": HEARTBEAT.deadline + topics.HEARTBEAT_PERIOD}),
    Trial("ctrl_c", _interrupt, _ended, path={"disarmed": REST}),
    Trial("brain_killed", lambda r: r.kill("brain_node"), _restart("brain_node"), path=STALE),
)  # fmt: skip


def attempt(rig: Rig, trial: Trial, seed: int) -> dict[str, Any]:
    """One trial; what came of it. Raises GraphError where the arm does not even move."""
    rig.under_way(seed)
    counted = rig.figure(trial.counts) if trial.counts else 0
    broken = rig.figure("limit_violations")
    rig.mark()
    trial.inject(rig)
    end, again, causes = time.monotonic() + trial.watch, 0.0, set()
    while time.monotonic() < end:
        if time.monotonic() > again:
            trial.repeat(rig)
            again = time.monotonic() + EVERY
        rig.client.look(0.01)
        causes.add(rig.cause)
    seen, reached = dict(rig.seen), rig.state
    found: dict[str, Any] = {
        "expected": trial.expected, "reached": reached,
        "path_ms": {state: round(1e3 * seen[state], 1) for state in trial.path if state in seen},
        "within_ms": {state: round(1e3 * s) for state, s in trial.path.items()},
        "counted": rig.figure(trial.counts) - counted if trial.counts else None,
        "limit_violations": rig.figure("limit_violations") - broken,
        "limit_ratio": rig.client.state.limit_ratio if rig.client.state else None,
    }  # fmt: skip
    found["failure"] = _judge(trial, found, seen, causes)
    trial.clear(rig)
    rig.give_up()
    return found


def _judge(trial: Trial, found: dict[str, Any], seen: dict[str, float], causes: set[str]) -> str:
    for state, seconds in trial.path.items():
        if seen.get(state, math.inf) > seconds + TOLERANCE:
            return f"{state} after {seen.get(state)} s, wanted {seconds}"
    if trial.armed and set(seen) - {"armed"}:
        return f"did not stay armed: {seen}, {causes}"
    if trial.causes and not causes.intersection(trial.causes):
        return f"named {causes}"
    if trial.counts and not found["counted"]:
        return f"{trial.counts} did not rise"
    if found["limit_violations"]:
        return "a command broke a limit"
    return ""


def main() -> None:
    """Entry point."""
    made = argparse.ArgumentParser(prog="fault_trials", description=__doc__)
    made.add_argument("--out", type=Path, default=Path("out/ros-faults.json"))
    made.add_argument("--faults", nargs="+", default=["all"])
    made.add_argument("--rounds", type=int, default=1)
    made.add_argument("--domain", type=int)
    options = made.parse_args(rclpy.utilities.remove_ros_args(sys.argv)[1:])
    names = [trial.name for trial in TRIALS]
    if options.faults != ["all"] and (unknown := set(options.faults) - set(names)):
        made.error(f"no fault {', '.join(sorted(unknown))}; known: all, {', '.join(names)}")
    chosen = [t for t in TRIALS if options.faults == ["all"] or t.name in options.faults]
    os.environ.update(environment(options.domain))
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    rclpy.init(args=sys.argv, signal_handler_options=SignalHandlerOptions.NO)
    rig = Rig(RosSimConfig(domain=options.domain))
    found: dict[str, list[dict[str, Any]]] = {trial.name: [] for trial in chosen}
    try:
        with rig.graph:
            rig.start()
            rig.client.wait_for_graph()
            plan = [(t, i) for i in range(options.rounds) for t in chosen]
            for number, (trial, _) in enumerate(bar := tqdm(plan, desc="faults", unit="trial")):
                bar.set_postfix(now=trial.name)
                try:
                    result = attempt(rig, trial, VALIDATION.start + number)
                except BodyError as error:
                    result = {"expected": trial.expected, "reached": rig.state,
                              "failure": f"not tried: {error}"}  # fmt: skip
                found[trial.name].append(result)
            try:
                rig.under_way(VALIDATION.start + len(plan))  # the last fault is over, too
            except BodyError as error:
                found[plan[-1][0].name][-1]["failure"] = f"no recovery: {error}"
    finally:
        rig.client.destroy_node()
        rclpy.try_shutdown()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(
        json.dumps({"faults": found, "versions": versions()}, indent=1) + "\n", encoding="utf-8"
    )
    print(f"{'fault':<24}{'ends in':<10}{'trials':>8}  worst ms (at most)")
    for name, results in found.items():
        passed = sum(not r["failure"] for r in results)
        worst = {
            state: max(r["path_ms"].get(state, math.inf) for r in results if "path_ms" in r)
            for state in next((r["within_ms"] for r in results if "within_ms" in r), {})
        }
        within: dict[str, int] = next((r["within_ms"] for r in results if "within_ms" in r), {})
        path = ", ".join(f"{s} {worst[s]:.0f} ({within[s]})" for s in worst)
        print(f"{name:<24}{results[0]['expected']:<10}{passed:>4} / {len(results)}  {path}")
        for result in results:
            if result["failure"]:
                print(f"    {result['failure']}")
    print(f"{options.out} written")
    sys.exit(any(r["failure"] for results in found.values() for r in results))
