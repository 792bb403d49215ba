"""Typed errors of bags: each names the file, what is wrong with it, and a remedy."""

from episodes.errors import EpisodesError


class BagError(EpisodesError):
    """A bag cannot be read or written, or lacks what is asked of it."""
