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


class ArmingRefusedError(BodyError):
    """The watchdog does not arm: the message says why, and what to do about it."""
