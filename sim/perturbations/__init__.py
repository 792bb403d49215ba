"""What goes wrong outside the laboratory, one dial each: pictures, places, physics, commands."""

from sim.perturbations.base import CAP, Perturbation, PerturbationError, Perturbations
from sim.perturbations.disturbed import disturbed
from sim.perturbations.registry import PERTURBATIONS, compose, table

__all__ = [
    "CAP",
    "PERTURBATIONS",
    "Perturbation",
    "PerturbationError",
    "Perturbations",
    "compose",
    "disturbed",
    "table",
]
