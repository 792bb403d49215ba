"""Every topic, service and action by name, with its type, quality of service and reason.

The tables of docs/ros2.md are made from this. Names are relative to the nodes' namespace, so a
second graph lives in a second namespace; launch files remap what a robot calls otherwise.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Quality:
    """Quality of service, as `qos.profile` makes it.

    Attributes:
        latched: whoever comes late gets the newest message too (transient local).
        deadline: s within which another message must come; 0: none is promised.
        lease: s after which a publisher that says nothing counts as gone; 0: never.
    """

    depth: int = 1
    reliable: bool = True
    latched: bool = False
    deadline: float = 0.0
    lease: float = 0.0


# A late command or state is worthless once a newer one exists: depth 1. Reliable none the less:
# on one machine nothing is lost and nothing waits, and best effort drops whole pictures, which
# travel in many pieces.
NEWEST = Quality()
SENSOR = Quality(reliable=False)
LATCHED = Quality(latched=True)
LOG = Quality(depth=10)
HEARTBEAT_PERIOD = 0.2  # s
HEARTBEAT = Quality(deadline=0.5, lease=1.0)


@dataclass(frozen=True)
class Topic:
    """Attributes: name; kind "package/msg/Type"; quality; what it is for."""

    name: str
    kind: str
    quality: Quality
    about: str


CLOCK = Topic("/clock", "rosgraph_msgs/msg/Clock", SENSOR, "simulated time")
JOINT_STATES = Topic(
    "joint_states", "sensor_msgs/msg/JointState", NEWEST,
    "rad, rad/s; fingers in m. Matched by name, any order, others ignored",
)  # fmt: skip
WRENCH = Topic(
    "wrench", "geometry_msgs/msg/WrenchStamped", NEWEST,
    "N, Nm that the world exerts on the hand, tool frame, the hand's weight removed",
)  # fmt: skip
IMAGE = Topic(
    "camera/{camera}/image_raw", "sensor_msgs/msg/Image", NEWEST,
    "best rgb8 and square, of the robot's CameraSpec; other encodings and sizes: see Cameras",
)  # fmt: skip
CAMERA_INFO = Topic(
    "camera/{camera}/camera_info", "sensor_msgs/msg/CameraInfo", NEWEST,
    "pinhole, without distortion; same stamp as the picture",
)  # fmt: skip
TRAJECTORY = Topic(
    "arm_controller/joint_trajectory", "trajectory_msgs/msg/JointTrajectory", NEWEST,
    "rad: the newest three commands, the last to be reached two periods after its stamp, and to "
    "stay there (joint_trajectory_controller)",
)  # fmt: skip
POSITIONS = Topic(
    "arm_controller/commands", "std_msgs/msg/Float64MultiArray", NEWEST,
    "rad, in the robot's order (forward_command_controller)",
)  # fmt: skip
GRIPPER = Topic(
    "gripper_controller/commands", "std_msgs/msg/Float64MultiArray", NEWEST,
    "m, one number: the opening between the pads",
)  # fmt: skip
TOKENS = Topic(
    "action_tokens", "pontine_interfaces/msg/ActionTokens", NEWEST, "from brain to cerebellum"
)
THOUGHT = Topic("thought", "pontine_interfaces/msg/Thought", LOG, "for people and logs")
INSTRUCTION = Topic(
    "instruction", "pontine_interfaces/msg/Instruction", LATCHED, "what the brain works on"
)
CONTROLLER_STATE = Topic(
    "controller_state", "pontine_interfaces/msg/ControllerState", LATCHED,
    "state, cause, report, ages, counts",
)  # fmt: skip
SCENE = Topic("scene", "pontine_interfaces/msg/SceneState", LATCHED, "simulation alone")
TELEOP = Topic(
    "teleop", "pontine_interfaces/msg/Teleop", NEWEST,
    "a person takes over, in motion, and hands back",
)  # fmt: skip
HEARTBEAT_TOPIC = Topic(
    "supervisor/heartbeat", "std_msgs/msg/Header", HEARTBEAT,
    "five times a second; without it the cerebellum stops the arm",
)  # fmt: skip
DIAGNOSTICS = Topic(
    "/diagnostics", "diagnostic_msgs/msg/DiagnosticArray", LOG, "once a second, from every node"
)
TOPICS = (
    CLOCK, JOINT_STATES, WRENCH, IMAGE, CAMERA_INFO, TRAJECTORY, POSITIONS, GRIPPER, TOKENS,
    THOUGHT, INSTRUCTION, CONTROLLER_STATE, SCENE, TELEOP, HEARTBEAT_TOPIC, DIAGNOSTICS,
)  # fmt: skip


@dataclass(frozen=True)
class Call:
    """A service or an action: name, type, who answers, what for."""

    name: str
    kind: str
    server: str
    about: str


ARM = Call("cerebellum/arm", "pontine_interfaces/srv/Arm", "cerebellum_node", "let the arm move")
STOP = Call(
    "cerebellum/stop", "pontine_interfaces/srv/Stop", "cerebellum_node", "decelerate and stay"
)
RESET = Call("sim/reset", "pontine_interfaces/srv/ResetScene", "sim_node", "begin an episode")
PAUSE = Call("sim/pause", "std_srvs/srv/SetBool", "sim_node", "hold time and physics")
EXECUTE = Call(
    "execute_instruction", "pontine_interfaces/action/ExecuteInstruction", "supervisor_node",
    "carry out a sentence",
)  # fmt: skip
CALLS = (ARM, STOP, RESET, PAUSE, EXECUTE)


def message_type(kind: str) -> Any:
    """The class of "package/msg/Type"."""
    package, folder, name = kind.split("/")
    return getattr(import_module(f"{package}.{folder}"), name)
