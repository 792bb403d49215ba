"""Gives sentences to a running graph: one, or seeded episodes in simulation into results.json."""

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import rclpy
from pontine_interfaces.action import ExecuteInstruction
from pontine_interfaces.msg import ControllerState, SceneState, Thought
from pontine_interfaces.srv import ResetScene, Stop
from rclpy.action import ActionClient
from rclpy.node import Node
from rclpy.signals import SignalHandlerOptions
from tqdm import tqdm

from body import BodyError
from body.motion import DT
from pontine.environment import versions
from pontine.summary import summarise
from pontine_ros import topics
from pontine_ros.goal import Outcome
from pontine_ros.inbox import Inbox
from sim.tasks import TASKS

SUCCEEDED, FAILED, REFUSED = 0, 1, 3  # exit status, as of `pontine run`
PATIENCE = 240.0  # s for the graph to come up
MODEST = 5  # brain and planner need the processor more
ANSWER = 15.0  # s for a request
SLOWEST = 20.0  # real seconds a simulated one


class GraphError(BodyError):
    """The graph does not answer."""


class Client(Node):
    """Sends goals, and notes what happens meanwhile.

    Attributes:
        scene: the newest SceneState (None: there is no simulation). thoughts, brain_ms,
            controller_ms, worst: of the present episode.
    """

    def __init__(self) -> None:
        super().__init__("run_instructions")
        self.scene: SceneState | None = None
        self.state: ControllerState | None = None
        self.begin()
        self._inboxes: list[Inbox] = []
        for topic, take in (
            (topics.SCENE, self._take_scene),
            (topics.CONTROLLER_STATE, self._take_state),
            (topics.THOUGHT, self._take_thought),
        ):
            self._inboxes.append(Inbox(self, topic, topic.name, take))
        self.reset: Any = self.create_client(ResetScene, topics.RESET.name)
        self.stop: Any = self.create_client(Stop, topics.STOP.name)
        self._action: Any = ActionClient(self, ExecuteInstruction, topics.EXECUTE.name)

    def begin(self) -> None:
        """Forget the episode."""
        self.thoughts: list[dict[str, Any]] = []
        self.brain_ms: list[float] = []
        self.controller_ms: list[float] = []

    def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Spin until `condition`; False: not within `seconds`."""
        end = time.monotonic() + seconds
        while not condition() and time.monotonic() < end:
            self.look(0.05)
        return condition()

    def look(self, seconds: float) -> None:
        """Take in what has come, and wait for answers for up to `seconds`."""
        for inbox in self._inboxes:
            inbox.poll()
        rclpy.spin_once(self, timeout_sec=seconds)

    def stage(self, request: ResetScene.Request) -> str:
        """Disarm, reset the simulated scene, and return its sentence; raises GraphError."""
        self.ask(self.stop, Stop.Request(reason="next scene", disarm=True))
        answer = self.ask(self.reset, request)
        if not answer.success:
            raise GraphError(f"the scene was not reset: {answer.message or 'it took too long'}")
        self.begin()
        if not self.until(lambda: bool(self.scene and self.scene.number == answer.number), 5):
            raise GraphError("the simulation says nothing of its new scene")
        return str(answer.instruction)

    def ask(self, client: Any, request: Any) -> Any:
        """A service's answer; raises GraphError where there is none."""
        future = client.call_async(request)
        if not self.until(future.done, ANSWER):
            raise GraphError(f"{client.srv_name} does not answer within {ANSWER:.0f} s")
        return future.result()

    def wait_for_graph(self) -> None:
        """Raises GraphError: the supervisor, or the scene it simulates, is not there."""
        if not self._action.wait_for_server(PATIENCE):
            raise GraphError("no supervisor offers execute_instruction: start the graph first")
        self.until(lambda: self.state is not None, PATIENCE)

    def start(self, instruction: str, limit: float) -> Any:
        """Send a goal; its handle. Raises GraphError where it is not accepted."""
        goal = ExecuteInstruction.Goal(instruction=instruction, time_limit=limit)
        sent = self._action.send_goal_async(goal)
        if not self.until(sent.done, ANSWER):
            raise GraphError("the supervisor does not answer; its log says why")
        handle: Any = sent.result()
        if not handle.accepted:
            raise GraphError("the supervisor refused the goal; its log says why")
        return handle

    def execute(
        self, instruction: str, limit: float, enough: Callable[[], bool] = lambda: False
    ) -> ExecuteInstruction.Result:
        """Carry out `instruction`; once `enough`, the goal is cancelled."""
        handle = self.start(instruction, limit)
        ended: Any = handle.get_result_async()
        try:
            self.until(lambda: ended.done() or enough(), SLOWEST * limit + PATIENCE)
        except KeyboardInterrupt:
            handle.cancel_goal_async()
            self.until(ended.done, ANSWER)
            raise
        if not ended.done():
            handle.cancel_goal_async()
            self.until(ended.done, ANSWER)
        if not ended.done():
            raise GraphError("the goal did not end")
        return ended.result().result

    def _take_scene(self, message: SceneState) -> None:
        self.scene = message

    def _take_state(self, message: ControllerState) -> None:
        self.state = message
        spent = 1e3 * message.inference_seconds
        if spent and spent != (self.controller_ms or [0.0])[-1]:
            self.controller_ms.append(spent)

    def _take_thought(self, message: Thought) -> None:
        self.brain_ms.append(1e3 * message.seconds)
        stamp = message.header.stamp.sec + message.header.stamp.nanosec * 1e-9
        if message.text and message.text != (self.thoughts or [{"thought": ""}])[-1]["thought"]:
            self.thoughts.append({"stamp": round(stamp, 3), "thought": message.text})


def episode(client: Client, task: str, seed: int, limit: float) -> dict[str, Any]:
    """One seeded episode; a row as those of `pontine eval`, but with wall-clock times."""
    violations = client.state.limit_violations if client.state else 0
    sentence = client.stage(ResetScene.Request(task=task, seed=seed))

    def won() -> bool:
        return bool(client.scene is not None and client.scene.success)

    result = client.execute(sentence, limit, won)
    if result.outcome == Outcome.SUCCEEDED and not won():  # the brain may still think better of it
        client.until(won, limit - result.seconds)
    scene = client.scene
    assert scene is not None
    after = client.state.limit_violations if client.state else 0
    return {
        "key": f"{task}/{seed}", "task": task, "seed": seed, "instruction": sentence,
        "success": won(), "refused": result.outcome == Outcome.REFUSED,
        "reason": "done" if won() else result.reason,
        "steps": round(scene.simulated_seconds / DT), "motion": scene.motion,
        "grasp_errors": list(scene.grasp_errors),
        "first_grasp": None if scene.first_grasp < 0 else bool(scene.first_grasp),
        "limit_violations": after - violations, "trajectory_hash": "",
        "thoughts": client.thoughts, "boundary_steps": [], "jerks": [],
        "brain_ms": client.brain_ms, "controller_ms": client.controller_ms,
        "command_gap_ms": round(1e3 * scene.command_gap, 1),
        "real_time_factor": round(scene.real_time_factor, 3),
    }  # fmt: skip


def evaluate(client: Client, options: argparse.Namespace) -> int:
    """Every episode, and results.json."""
    tasks = list(TASKS) if options.task == ["all"] else options.task
    unknown = [task for task in tasks if task not in TASKS]
    if unknown:
        raise GraphError(f"no task {', '.join(unknown)}; known: all, {', '.join(TASKS)}")
    cases = [(t, options.seed + i) for i in range(options.episodes) for t in tasks]
    options.out.mkdir(parents=True, exist_ok=True)
    rows = []
    with (options.out / "episodes.jsonl").open("w") as file:
        bar = tqdm(cases, desc="episodes", unit="episode")
        for task, seed in bar:
            rows.append(episode(client, task, seed, options.time_limit))
            file.write(json.dumps(rows[-1]) + "\n")
            file.flush()
            bar.set_postfix(success=f"{sum(r['success'] for r in rows)}/{len(rows)}")
    results = {
        "suite": "tabletop", "graph": "ros2", "seed": options.seed, "episodes": options.episodes,
        **summarise(rows, tasks),
        "command_gap_ms": max(r["command_gap_ms"] for r in rows),
        "real_time_factor": min(r["real_time_factor"] for r in rows),
        "deadline_misses": int(client.state.deadline_misses) if client.state else None,
        "ticks": int(client.state.ticks) if client.state else None,
        "versions": versions(),
    }  # fmt: skip
    (options.out / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    for name, figures in [*results["per_task"].items(), ("overall", results["overall"])]:
        low, high = figures["ci95"]
        print(f"{name:<10} {figures['success_rate']:>7.1%}  [{low:.1%}, {high:.1%}]")
    print(f"{options.out / 'results.json'} written")
    return SUCCEEDED


def one(client: Client, options: argparse.Namespace) -> int:
    """One sentence; in simulation, in a scene that fits it."""
    simulated = client.scene is not None
    if simulated:
        client.stage(
            ResetScene.Request(
                seed=options.seed, instruction=options.instruction, any_scene=options.any_scene
            )
        )
    result = client.execute(options.instruction, options.time_limit)
    for thought in client.thoughts:
        print(f"{thought['stamp']:8.2f} s  <think> {thought['thought']} </think>")
    outcome = Outcome(result.outcome)
    done = outcome is Outcome.SUCCEEDED
    if simulated and done and client.scene is not None and client.scene.task:
        done = client.until(lambda: bool(client.scene and client.scene.success), 2)
        if not done:
            result.reason += ", but it is not"
    report = {
        "instruction": options.instruction, "outcome": outcome.name.lower(), "success": done,
        "reason": result.reason, "seconds": result.seconds, "thoughts": client.thoughts,
        "versions": versions(),
    }  # fmt: skip
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "run.json").write_text(json.dumps(report, indent=1) + "\n")
    print(f"{outcome.name.lower()} after {result.seconds:.1f} s: {result.reason}")
    if done:
        return SUCCEEDED
    return REFUSED if outcome is Outcome.REFUSED else FAILED


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(prog="run_instructions", description=__doc__)
    what = made.add_mutually_exclusive_group(required=True)
    what.add_argument("--instruction", help="one sentence, in English")
    what.add_argument("--task", nargs="+", help="all, or names of tasks (simulation alone)")
    made.add_argument("--episodes", type=int, default=20, help="a task")
    made.add_argument("--seed", type=int, default=1_000_000, help="the first; test seeds")
    made.add_argument("--time-limit", type=float, default=20.0, help="s an instruction")
    made.add_argument("--any-scene", action="store_true", help="whatever the seed gives")
    made.add_argument("--out", type=Path, default=Path("out/ros"), help="folder of the results")
    return made


def main() -> None:
    """Entry point."""
    rclpy.init(args=sys.argv, signal_handler_options=SignalHandlerOptions.NO)
    options = parser().parse_args(rclpy.utilities.remove_ros_args(sys.argv)[1:])
    os.nice(MODEST)
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))  # cancel the goal, then end
    client = Client()
    status = 130
    try:
        client.wait_for_graph()
        status = evaluate(client, options) if options.task else one(client, options)
    except KeyboardInterrupt:
        print("interrupted: the goal is cancelled", file=sys.stderr)
    except BodyError as error:
        print(f"run_instructions: {error}", file=sys.stderr)
        status = 2
    finally:
        client.destroy_node()
        rclpy.try_shutdown()
    sys.exit(status)
