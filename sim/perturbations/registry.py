"""Perturbations by name, and from what a command line says."""

from collections.abc import Mapping, Sequence

from sim.perturbations.actuation import ActionDelay, Friction, Mass, Pushes
from sim.perturbations.base import Perturbation, PerturbationError, Perturbations
from sim.perturbations.looks import CameraPose, Colour, Light, Texture
from sim.perturbations.pictures import Blur, FrameDrop, ImageNoise
from sim.perturbations.places import Distractors, ObjectPose

PERTURBATIONS: dict[str, type[Perturbation]] = {
    kind.name: kind
    for kind in (
        ObjectPose, Distractors, Colour, Texture, Light, CameraPose, ImageNoise, Blur, FrameDrop,
        ActionDelay, Friction, Mass, Pushes,
    )
}  # fmt: skip


def compose(wanted: Mapping[str, float] | Sequence[str]) -> Perturbations:
    """From {"light": 0.5, ...} or ["light=0.5", ...].

    Raises:
        PerturbationError: an unknown name, named twice, or a strength out of range.
    """
    pairs = list(wanted.items()) if isinstance(wanted, Mapping) else [_read(w) for w in wanted]
    members: dict[str, Perturbation] = {}
    for name, strength in pairs:
        if name not in PERTURBATIONS:
            raise PerturbationError(f"no perturbation {name!r}; known, at strength 1:\n{table()}")
        if name in members:
            raise PerturbationError(f"{name} is named twice; give it one strength")
        members[name] = PERTURBATIONS[name](strength)
    return Perturbations(members.values())


def table() -> str:
    """Every name with what strength 1 means, a line each."""
    return "\n".join(f"  {name:<14}{kind.about}" for name, kind in PERTURBATIONS.items())


def _read(text: str) -> tuple[str, float]:
    name, _, strength = text.partition("=")
    try:
        return name, float(strength)
    except ValueError:
        raise PerturbationError(
            f"{text!r} is not NAME=STRENGTH; known, at strength 1:\n{table()}"
        ) from None
