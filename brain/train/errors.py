"""What a training run refuses to begin with."""

from body import BodyError


class TrainingError(BodyError):
    """Model, data and stages of a run do not fit together; the message names the remedy."""
