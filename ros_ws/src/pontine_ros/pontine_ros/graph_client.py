"""A client of a running graph: sends goals, resets scenes, and notes what happens meanwhile."""

import time
from collections.abc import Callable
from typing import Any

import rclpy
from pontine_interfaces.action import ExecuteInstruction
from pontine_interfaces.msg import ControllerState, SceneState, Thought
from pontine_interfaces.srv import ResetScene, Stop
from rclpy.action import ActionClient
from rclpy.node import Node

from body import BodyError
from pontine_ros import topics
from pontine_ros.inbox import Inbox

PATIENCE = 240.0  # s for the graph to come up
ANSWER = 15.0  # s for a goal to end once it is cancelled
ACCEPTED, ATTEMPTS = 6.0, 5  # s for an answer, and how often is asked
SLOWEST = 20.0  # real seconds a simulated one
STAGES = {  # of the way from a picture to a command
    "wrist picture to cerebellum": "picture_latency",
    "fixed picture through brain to cerebellum": "tokens_latency",
    "plan": "inference_seconds",
    "command to publication": "command_latency",
}


class GraphError(BodyError):
    """The graph does not answer."""


class Client(Node):
    """Sends goals, and notes what happens meanwhile.

    Attributes:
        scene: the newest SceneState (None: there is no simulation). thoughts, brain_ms,
            controller_ms, latency (ms by stage): of the present episode.
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
        self.latency: dict[str, list[float]] = {name: [] for name in STAGES}

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
        for _ in range(ATTEMPTS):  # a server that was killed looks alive for a while
            if not self.until(client.service_is_ready, PATIENCE):
                break
            future = client.call_async(request)
            if self.until(future.done, ACCEPTED):
                return future.result()
        raise GraphError(f"{client.srv_name} does not answer")

    def wait_for_graph(self) -> None:
        """Raises GraphError: the supervisor, or the scene it simulates, is not there."""
        if not self._action.wait_for_server(PATIENCE):
            raise GraphError("no supervisor offers execute_instruction: start the graph first")
        self.until(lambda: self.state is not None, PATIENCE)

    def start(self, instruction: str, limit: float) -> Any:
        """Send a goal; its handle. Raises GraphError where it is not accepted."""
        if not self._action.wait_for_server(PATIENCE):
            raise GraphError("no supervisor offers execute_instruction: start the graph first")
        goal = ExecuteInstruction.Goal(instruction=instruction, time_limit=limit)
        for _ in range(ATTEMPTS):  # a supervisor that was killed looks alive for a while
            sent = self._action.send_goal_async(goal)
            if self.until(sent.done, ACCEPTED):
                break
        else:
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
        if message.state == ControllerState.ARMED:
            for name, field in STAGES.items():
                self.latency[name].append(1e3 * getattr(message, field))
        spent = 1e3 * message.inference_seconds
        if spent and spent != (self.controller_ms or [0.0])[-1]:
            self.controller_ms.append(spent)

    def _take_thought(self, message: Thought) -> None:
        self.brain_ms.append(1e3 * message.seconds)
        stamp = message.header.stamp.sec + message.header.stamp.nanosec * 1e-9
        if message.text and message.text != (self.thoughts or [{"thought": ""}])[-1]["thought"]:
            self.thoughts.append({"stamp": round(stamp, 3), "thought": message.text})
