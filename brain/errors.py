"""What can be wrong with a brain that was asked for. Every message names cause and remedy."""

from body import BodyError


class BrainError(BodyError):
    """A brain cannot be had as it was asked for, or does not answer."""


class PublishedModelError(BrainError):
    """A published checkpoint is not LLaVA-shaped, lacks a part, or contradicts its adapter."""


class ServerError(BrainError):
    """The server cannot be reached, refused, or answered something that is not an order."""

    transient = True  # the next request may fare better
