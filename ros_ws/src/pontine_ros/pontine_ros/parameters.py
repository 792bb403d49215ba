"""Every parameter of every node: what it means, what it may be, and what it is by itself."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor
from rclpy.exceptions import ParameterException
from rclpy.node import Node

from body import BodyError
from episodes.splits import TEST


class BadParameterError(BodyError):
    """A parameter's value is none that the node can work with."""


@dataclass(frozen=True)
class Parameter:
    """One parameter.

    Attributes:
        low, high: the range of a number. choices: the words there are.
    """

    name: str
    default: Any
    about: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()

    def descriptor(self) -> ParameterDescriptor:
        """What `ros2 param describe` shows."""
        made = ParameterDescriptor(name=self.name, description=self.about)
        if self.choices:
            made.additional_constraints = "one of: " + ", ".join(self.choices)
        if self.low is not None and self.high is not None:
            if isinstance(self.default, int):
                made.integer_range = [
                    IntegerRange(from_value=int(self.low), to_value=int(self.high))
                ]
            else:
                made.floating_point_range = [
                    FloatingPointRange(from_value=float(self.low), to_value=float(self.high))
                ]
        return made


ROBOT = Parameter("robot", "fr3", "name of the robot, as in body/robots/registry.py")
SHIPPED = "relative ones are looked for here, then where Pontine is installed"
CONTROLLER = Parameter(
    "controller_model", "", f"the controller's model folder; empty: the robot's own. {SHIPPED}"
)
FINGERS = Parameter(
    "finger_joints", [""],
    "joints whose positions add up to the gripper's opening, m; empty: ROBOT_finger_joint1 and 2",
)  # fmt: skip
NODES: dict[str, tuple[Parameter, ...]] = {
    "cerebellum_node": (
        ROBOT,
        CONTROLLER,
        Parameter("command_rate", 250, "commands a second; the robot's states must come as fast",
                  200, 1000),
        Parameter("command_interface", "joint_trajectory", "what the arm's controller listens to",
                  choices=("joint_trajectory", "forward_command")),
        Parameter("dry_run", False, "publish commands below shadow/ alone: nothing moves"),
        FINGERS,
        Parameter("supervised", True, "stop the arm where the supervisor's heartbeat ends"),
        Parameter("workspace_box", [0.0] * 6, "where the tool may be: low x, y, z, then high, m in "
                  "the base frame; all 0: anywhere"),
        Parameter("spin", True, "wait for the last 60 us of a period with open eyes"),
    ),
    "brain_node": (
        ROBOT,
        Parameter("brain", "models/tabletop-brain", "the brain: a model folder, a published "
                  f"checkpoint's, or http://HOST:PORT#MODEL; {SHIPPED}"),
        Parameter("brain_device", "cpu", "what a folder's brain runs on: cpu, cuda, cuda:1 ..."),
        Parameter("brain_dtype", "float32", "of a folder's weights",
                  choices=("float32", "bfloat16", "float16")),
        Parameter("brain_timeout", 10.0, "s that a server's answer is waited for", 0.1, 600.0),
        Parameter("codec_model", "models/tabletop-codec",
                  f"folder of the codec that a server's brain speaks; {SHIPPED}"),
        Parameter("transfer", False, "let it move an arm that it has not been validated on"),
        Parameter("rate", 0.0, "thoughts a second at most; 0: the model's own", 0.0, 50.0),
        Parameter("threads", 1, "of the processor, for thinking", 1, 64),
        Parameter("camera", "fixed", "the camera it looks through"),
    ),
    "sim_node": (
        ROBOT,
        FINGERS,
        Parameter("task", "place_in", "task of the first scene"),
        Parameter("seed", TEST.start, "seed of the first scene"),
        Parameter("state_rate", 250, "joint states a second", 50, 500),
        Parameter("picture_rate", 20.0, "pictures of the wrist camera a second", 1.0, 60.0),
        Parameter("slow_picture_rate", 4.2, "pictures of every other camera a second", 0.5, 60.0),
        Parameter("clock_rate", 10, "messages on /clock a second", 5, 500),
        Parameter("fail_silent", False, "send no joint states: see what then happens"),
        Parameter("fail_joint", "", "send this joint under another name: likewise"),
        Parameter("best_effort", False, "publish states and pictures best effort, as many drivers"),
        Parameter("clock_offset", 0.0, "s that the clock of the arm's controller is ahead: it "
                  "stamps the joint states and reads the trajectories", -2.0, 2.0),
        Parameter("speed", 1.0, "simulated seconds a real one; below 1: slow motion", 0.05, 1.0),
    ),
    "teleop_node": (
        Parameter("source", "keyboard", "who steers", choices=("keyboard", "twist")),
        Parameter("linear_speed", 0.1, "m/s at full deflection, or of a key", 0.01, 0.4),
        Parameter("yaw_speed", 0.6, "rad/s likewise", 0.05, 1.5),
        Parameter("deadband", 0.05, "deflection of the stick below which nobody steers", 0.0, 0.5),
        Parameter("release", 1.0, "s of rest after which the stick hands back", 0.2, 10.0),
    ),
    "supervisor_node": (
        Parameter("nodes", ["sim_node", "cerebellum_node", "brain_node"],
                  "to bring up, in this order, and down in the reverse one"),
        Parameter("silence", 3.0, "s without a word from brain or cerebellum that end a goal",
                  0.5, 60.0),
        Parameter("refusal", 1.0, "s that the brain must keep to a refusal", 0.0, 30.0),
    ),
}  # fmt: skip


RENAMED = {"brain_node": {"brain_model": "brain"}}


def declare(node: Node, name: str) -> None:
    """Declare the parameters of the node called `name`; values come from files and arguments.

    Raises:
        BadParameterError: one is of another type, out of range, or has another name by now.
    """
    for old, new in RENAMED.get(name, {}).items():
        given = node.declare_parameter(old, "").value
        node.undeclare_parameter(old)
        if given:
            raise BadParameterError(f"parameter {old!r} of {name} is called {new!r} now")
    for parameter in NODES[name]:
        try:
            node.declare_parameter(parameter.name, parameter.default, parameter.descriptor())
        except ParameterException as error:
            raise BadParameterError(f"parameter {parameter.name!r} of {name}: {error}") from error


def values(node: Node, name: str) -> dict[str, Any]:
    """Their values now.

    Raises:
        BadParameterError: one is none of its choices.
    """
    found = {p.name: node.get_parameter(p.name).value for p in NODES[name]}
    for parameter in NODES[name]:
        if parameter.choices and found[parameter.name] not in parameter.choices:
            raise BadParameterError(
                f"parameter {parameter.name!r} of {name} is {found[parameter.name]!r}; "
                f"it must be one of {', '.join(parameter.choices)}"
            )
    if not any(found.get("finger_joints", ["given"])):
        found["finger_joints"] = finger_joints(found["robot"])
    return found


def finger_joints(robot: str) -> list[str]:
    """What a robot's finger joints are called where nobody says otherwise."""
    name = Path(robot).stem if robot.endswith(".py") else robot
    return [f"{name}_finger_joint{i}" for i in (1, 2)]
