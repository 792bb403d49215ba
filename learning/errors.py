"""What a training run refuses to begin with, and what stops it."""

from pathlib import Path

from body import BodyError


class TrainingError(BodyError):
    """Model, data and settings of a run do not fit together; the message names the remedy."""


class TrainingStoppedError(TrainingError):
    """A training went no further; the message says why, and what to do about it.

    Attributes:
        path: the run's folder, or the file at fault.
        problem: what happened.
        remedy: what to do about it.
    """

    def __init__(self, path: Path | str, problem: str, remedy: str) -> None:
        super().__init__(str(path), problem, remedy)
        self.path, self.problem, self.remedy = Path(path), problem, remedy

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}. Remedy: {self.remedy}"


class CheckpointError(TrainingError):
    """No checkpoint of a run can be used: all are damaged, or of other settings."""
