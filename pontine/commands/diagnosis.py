"""What a check of this machine came to."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """OK; an option that is not there; something that keeps Pontine from working."""

    OK = "ok"
    OPTION = "option"
    FAULT = "FAULT"


@dataclass(frozen=True)
class Diagnosis:
    """One line of `pontine doctor`: what was looked at, what was found, what would help."""

    name: str
    level: Level
    found: str
    remedy: str = ""


def ok(name: str, found: str) -> Diagnosis:
    """All is well."""
    return Diagnosis(name, Level.OK, found)


def option(name: str, found: str, remedy: str) -> Diagnosis:
    """Not there, and only some uses need it."""
    return Diagnosis(name, Level.OPTION, found, remedy)


def fault(name: str, found: str, remedy: str) -> Diagnosis:
    """Without this nothing, or nothing right, will come of it."""
    return Diagnosis(name, Level.FAULT, found, remedy)
