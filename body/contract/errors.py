"""Typed errors of the contract. Every one derives from :class:`BodyError`."""


class BodyError(ValueError):
    """Base class: something does not fit the robot or the contract."""


class ShapeError(BodyError):
    """An array has another shape than stated."""


class NotFiniteError(BodyError):
    """An array or number holds NaN or infinity."""


class UnknownJointError(BodyError):
    """A joint name that the robot does not have, or a missing or doubled one."""


class RangeError(BodyError):
    """A value lies outside its permitted range."""


class CodecMismatchError(BodyError):
    """Action tokens were made by another codec than the one loaded."""


class RobotMismatchError(BodyError):
    """A model was made for another robot than the one attached."""


class RobotFileError(RobotMismatchError):
    """A file describes no robot: says which, why, and what to write."""

    def __init__(self, path: object, problem: str, remedy: str) -> None:
        super().__init__(path, problem, remedy)  # all of them, or a worker could not hand it on

    def __str__(self) -> str:
        path, problem, remedy = self.args
        return f"{path}: {problem}. Remedy: {remedy}"


class JointReadingError(BodyError):
    """A reading that no such arm gives: says joint, value, likely cause and remedy."""


class JointJumpError(JointReadingError):
    """A reading that the arm could not have come to since the one before."""


class ArmingRefusedError(BodyError):
    """The watchdog does not arm: the message says why, and what to do about it."""
