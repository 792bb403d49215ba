"""What a training run refuses to begin with."""

from episodes.errors import EpisodesError


class TrainingError(EpisodesError):
    """Model, data and stages of a run do not fit together."""
