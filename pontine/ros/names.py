"""What the graph's topics are called in a bag. The nodes' own list is `pontine_ros/topics.py`."""

from collections.abc import Sequence
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


def topics(cameras: Sequence[str], path: Path, remap: Sequence[str] = ()) -> dict[str, str]:
    """Full topic name to kind; a camera's kind is "image NAME".

    Args:
        path: of the bag, for the error. remap: "ours=/theirs" each.

    Raises:
        BagError: an entry of `remap` names no topic of ours.
    """
    ours = {name: kind for kind, name in KINDS.items()}
    ours |= {IMAGE.format(camera=camera): f"image {camera}" for camera in cameras}
    found = {"/" + name.lstrip("/"): kind for name, kind in ours.items()}
    for entry in remap:
        name, _, theirs = entry.partition("=")
        if name not in ours or not theirs:
            raise BagError(
                path, f"cannot take {entry!r} for one of our topics",
                f"write OURS=/THEIRS with OURS one of {', '.join(ours)}",
            )  # fmt: skip
        found.pop("/" + name.lstrip("/"), None)
        found["/" + theirs.lstrip("/")] = ours[name]
    return found
