"""What a robot is, what it senses and what it can be told. Imports numpy and ruckig only."""

from body.chunk import ActionChunk, Command
from body.errors import (
    ArmingRefusedError,
    BodyError,
    CodecMismatchError,
    JointJumpError,
    JointReadingError,
    NotFiniteError,
    RangeError,
    RobotFileError,
    RobotMismatchError,
    ShapeError,
    UnknownJointError,
)
from body.observation import Observation
from body.robot_spec import CameraSpec, RobotSpec
from body.tokens import ActionTokens, ControllerReport, Intent, Report
from body.waypoint import Waypoint, wrap_half_turn

__all__ = [
    "ActionChunk", "ActionTokens", "ArmingRefusedError", "BodyError", "CameraSpec",
    "CodecMismatchError", "Command", "ControllerReport", "Intent", "JointJumpError",
    "JointReadingError", "NotFiniteError", "Observation", "RangeError", "Report", "RobotFileError",
    "RobotMismatchError", "RobotSpec", "ShapeError", "UnknownJointError", "Waypoint",
    "wrap_half_turn",
]  # fmt: skip
