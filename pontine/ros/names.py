"""What the graph's topics are called in a bag. The nodes' own list is `pontine_ros/topics.py`."""

from collections.abc import Collection, Sequence
from pathlib import Path

from pontine.ros.errors import BagError

KINDS = {
    "clock": "/clock",
    "joint_states": "joint_states",
    "wrench": "wrench",
    "trajectory": "arm_controller/joint_trajectory",
    "positions": "arm_controller/commands",
    "gripper": "gripper_controller/commands",
    "tokens": "action_tokens",
    "instruction": "instruction",
    "controller_state": "controller_state",
    "scene": "scene",
    "teleop": "teleop",
}
IMAGE = "camera/{camera}/image_raw"
PACKED = "/compressed"  # follows a camera's topic where image_transport compresses
PICTURES = ("sensor_msgs/msg/Image", "sensor_msgs/msg/CompressedImage")
TYPES = {
    "clock": ("rosgraph_msgs/msg/Clock",),
    "joint_states": ("sensor_msgs/msg/JointState",),
    "wrench": ("geometry_msgs/msg/WrenchStamped",),
    "trajectory": ("trajectory_msgs/msg/JointTrajectory",),
    "positions": ("std_msgs/msg/Float64MultiArray",),
    "gripper": ("std_msgs/msg/Float64MultiArray",),
    "tokens": ("pontine_interfaces/msg/ActionTokens",),
    "instruction": ("pontine_interfaces/msg/Instruction",),
    "controller_state": ("pontine_interfaces/msg/ControllerState",),
    "scene": ("pontine_interfaces/msg/SceneState",),
    "teleop": ("pontine_interfaces/msg/Teleop",),
}


def types(kind: str) -> tuple[str, ...]:
    """Message types that are read for a kind, as :func:`topics` names it."""
    return TYPES.get(kind, PICTURES)


def topics(
    cameras: Sequence[str], path: Path, there: Collection[str], remap: Sequence[str] = ()
) -> dict[str, str]:
    """Full topic name to kind; a camera's kind is "image NAME".

    Args:
        path: of the bag, for the error. there: names of its topics; a camera that is there only
            compressed is read so. remap: "ours=/theirs" each.

    Raises:
        BagError: an entry of `remap` names no topic of ours, or none that is there.
    """
    ours = {name: kind for kind, name in KINDS.items()}
    ours |= {IMAGE.format(camera=camera): f"image {camera}" for camera in cameras}
    found = {}
    for name, kind in ours.items():
        full = "/" + name.lstrip("/")
        packed = kind.startswith("image ") and full not in there and full + PACKED in there
        found[full + PACKED if packed else full] = kind
    for entry in remap:
        name, _, theirs = entry.partition("=")
        name, theirs = name.strip(), "/" + theirs.strip().lstrip("/")
        kind = ours.get(name, ours.get(name.lstrip("/"), ""))
        if not kind or theirs == "/":
            raise BagError(
                path, f"cannot take {entry!r} for one of our topics",
                f"write OURS=/THEIRS with OURS one of {', '.join(ours)}",
            )  # fmt: skip
        if theirs not in there:
            raise BagError(
                path, f"holds no topic {theirs}, as --remap {entry} says",
                f"name one that it holds: {', '.join(sorted(there)) or 'it holds none'}",
            )  # fmt: skip
        found = {topic: other for topic, other in found.items() if other != kind}
        found[theirs] = kind
    return found
