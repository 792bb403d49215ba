"""A whole graph in simulation that can be made to fail, and a client that watches it."""

import time
from typing import Any

from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState
from pontine_interfaces.msg import ControllerState
from pontine_interfaces.srv import ResetScene
from rcl_interfaces.msg import Parameter, ParameterType, ParameterValue
from rcl_interfaces.srv import SetParameters
from std_srvs.srv import SetBool

from pontine.ros.graph import Graph
from pontine.ros.sim import RosSimConfig, parameters
from pontine_ros import topics
from pontine_ros.graph_client import Client, GraphError
from pontine_ros.qos import profile
from pontine_ros.topics import message_type

PATIENCE = 90.0  # s in which it must move: a brain may have to load first
UNDER_WAY = 1.5  # s after arming: the arm moves
STATES = ("disarmed", "armed", "hold", "stopped")


class Rig:
    """The graph, and a client that watches it.

    Attributes:
        client: with the newest state. seen: state to s after the fault, when first told.
        turn: of hostile messages.
    """

    def __init__(self, config: RosSimConfig) -> None:
        self.graph = Graph(config.domain)
        self._parameters = parameters(config)
        self.seen: dict[str, float] = {}
        self._begun = time.monotonic()
        self.client = Client()
        self.client.create_subscription(
            ControllerState, topics.CONTROLLER_STATE.name, self._take,
            profile(topics.CONTROLLER_STATE.quality),
        )  # fmt: skip
        make = self.client.create_client
        self._change: Any = make(ChangeState, "cerebellum_node/change_state")
        self._set: Any = make(SetParameters, "sim_node/set_parameters")
        self._pause: Any = make(SetBool, topics.PAUSE.name)
        self.tokens, self.joints, self.teleop = (
            self.client.create_publisher(message_type(t.kind), t.name, profile(t.quality))
            for t in (topics.TOKENS, topics.JOINT_STATES, topics.TELEOP)
        )
        self._goal: Any = None
        self.turn = 0

    def start(self, *names: str) -> None:
        """Start the nodes called `names`; all of them where none is named."""
        for name in names or self._parameters:
            self.graph.start(name, self._parameters[name])

    def under_way(self, seed: int) -> None:
        """Have the arm move in a fresh scene; raises GraphError."""
        sentence = self.client.stage(ResetScene.Request(task="place_in", seed=seed))
        end = time.monotonic() + PATIENCE
        while self.state != "armed":
            if time.monotonic() > end:
                raise GraphError(f"the arm was not armed but {self.state}: {self.cause}")
            self._goal = self.client.start(sentence, 60.0)
            self._wait_for_arming(self._goal.get_result_async())
        self.client.until(lambda: False, UNDER_WAY)
        if self.state != "armed":
            raise GraphError(f"the arm did not stay armed but {self.state}: {self.cause}")

    def _wait_for_arming(self, ended: Any) -> None:
        self.client.until(lambda: self.state == "armed" or ended.done(), PATIENCE)

    def give_up(self) -> None:
        """Cancel what is under way."""
        if self._goal is not None:
            self._goal.cancel_goal_async()
            self._goal = None
        self.client.until(lambda: self.state != "armed", 3)

    def mark(self) -> None:
        """The fault begins now."""
        self.seen, self._begun = {}, time.monotonic()

    @property
    def state(self) -> str:
        return STATES[self.client.state.state] if self.client.state else "unknown"

    @property
    def cause(self) -> str:
        return str(self.client.state.cause) if self.client.state else ""

    def figure(self, name: str) -> int:
        """A counter of the controller's state."""
        return int(getattr(self.client.state, name)) if self.client.state else 0

    def signal(self, name: str, number: int) -> None:
        self.graph.processes[name].send_signal(number)

    def kill(self, name: str) -> None:
        process = self.graph.processes.pop(name)
        process.kill()
        process.wait()

    def pause(self, paused: bool) -> None:
        self._pause.call_async(SetBool.Request(data=paused))

    def set(self, name: str, value: bool | str) -> None:
        """Set a parameter of the simulated robot."""
        if isinstance(value, bool):
            made = ParameterValue(type=ParameterType.PARAMETER_BOOL, bool_value=value)
        else:
            made = ParameterValue(type=ParameterType.PARAMETER_STRING, string_value=value)
        request = SetParameters.Request(parameters=[Parameter(name=name, value=made)])
        self._set.call_async(request)

    def deactivate(self) -> None:
        step = Transition(id=Transition.TRANSITION_DEACTIVATE)
        self._change.call_async(ChangeState.Request(transition=step))

    def _take(self, message: ControllerState) -> None:
        self.seen.setdefault(STATES[message.state], time.monotonic() - self._begun)
