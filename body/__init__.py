"""What a robot is, what it senses and what it can be told. Imports numpy and ruckig only."""

from body.contract.chunk import ActionChunk
from body.contract.errors import (
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
from body.contract.observation import Observation
from body.contract.robot_spec import CameraSpec, RobotSpec
from body.contract.tokens import ActionTokens, ControllerReport, Intent, Report
from body.contract.waypoint import Waypoint, wrap_half_turn

__all__ = [
    "ActionChunk", "ActionTokens", "ArmingRefusedError", "BodyError", "CameraSpec",
    "CodecMismatchError", "ControllerReport", "Intent", "JointJumpError",
    "JointReadingError", "NotFiniteError", "Observation", "RangeError", "Report", "RobotFileError",
    "RobotMismatchError", "RobotSpec", "ShapeError", "UnknownJointError", "Waypoint",
    "wrap_half_turn",
]  # fmt: skip
