"""What a setting may be, said where it is declared: `workers: Processes = 2`.

A configuration is a frozen dataclass. Each of its fields carries, beside its type, a rule of this
module; :mod:`pontine.commands.validation` holds what a person gave against it before anything is
loaded.
"""

import math
import os
import re
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Protocol

from body.contract.errors import BodyError, RobotFileError
from body.contract.instruction import instruction_fault
from body.robots.registry import ROBOTS, robot

Refusal = tuple[str, str]  # the cause, and a remedy
LONGEST_WORD = 1024  # characters of a name
LONGEST_PATH = 4000  # bytes, a little less than Linux permits


class SettingError(BodyError):
    """Something that a person gave cannot be: names option, value, cause and remedy."""


class Rule(Protocol):
    """What a value may be."""

    def refuse(self, value: Any) -> Refusal | None:
        """Why it may not be `value`, and what it may be; None where it may."""


@dataclass(frozen=True)
class Number:
    """A finite number from `least` to `most`, or above `least` where `beyond`."""

    least: float
    most: float
    beyond: bool = False

    def refuse(self, value: Any) -> Refusal | None:
        range_ = f"{'above' if self.beyond else 'from'} {self.least:,} to {self.most:,}"
        kind = "whole number" if isinstance(value, int) else "number"
        remedy = f"give a {kind} {range_}"
        if not math.isfinite(value):
            return "is no finite number", remedy
        if self.beyond and value <= self.least:
            return f"must be above {self.least:,}", remedy
        if value < self.least:
            return f"must be at least {self.least:,}", remedy
        return (f"must be at most {self.most:,}", remedy) if value > self.most else None


@dataclass(frozen=True)
class Word:
    """Text without control characters: a name, whose owner refuses it where it is unknown."""

    empty: bool = False

    def refuse(self, value: Any) -> Refusal | None:
        if not value and not self.empty:
            return "is empty", "leave the option out for its default"
        if (fault := _unwritable(value)) is not None:
            return fault, "write a name in plain text"
        if len(value) > LONGEST_WORD:
            return f"has {len(value)} characters", f"give a name of at most {LONGEST_WORD}"
        return None


@dataclass(frozen=True)
class OneOf:
    """One of the names (or numbers) that `known` gives, when asked."""

    known: Callable[[], Iterable[Any]]

    def refuse(self, value: Any) -> Refusal | None:
        names = list(self.known())
        if value in names:
            return None
        return "is none of those there are", f"choose one of {', '.join(map(str, names))}"


@dataclass(frozen=True)
class Matches:
    """Text of a form; `like` shows it."""

    pattern: str
    like: str

    def refuse(self, value: Any) -> Refusal | None:
        found = re.fullmatch(self.pattern, value)
        return None if found else ("is no such name", f"say {self.like}")


@dataclass(frozen=True)
class RobotName:
    """A robot that we have, or a Python file that describes one."""

    def refuse(self, value: Any) -> Refusal | None:
        if (fault := _unwritable(value)) is not None:
            return fault, "write a name in plain text"
        try:
            robot(value)
        except RobotFileError as error:
            _, problem, remedy = error.args
            return problem, remedy
        except BodyError:
            return "there is no such robot", f"choose one of {', '.join(ROBOTS)}, or a file.py"
        return None


@dataclass(frozen=True)
class Sentence:
    """What the arm is asked for; see :mod:`body.contract.instruction`."""

    def refuse(self, value: Any) -> Refusal | None:
        return instruction_fault(value)


@dataclass(frozen=True)
class Anything:
    """Whatever its type permits; `why` says why that is enough."""

    why: str

    def refuse(self, value: Any) -> Refusal | None:
        return None


@dataclass(frozen=True)
class Readable:
    """A folder or a file (`kind`; "either") that is there and can be read.

    Attributes:
        made_by: what makes it, for the remedy.
    """

    kind: str
    made_by: str = ""

    def refuse(self, value: Any) -> Refusal | None:
        remedy = f"name {self._called()}" + (f"; {self.made_by}" if self.made_by else "")
        if (fault := _path_fault(value)) is not None:
            return fault, remedy
        if not os.path.exists(value):
            return "is not there" if not os.path.islink(value) else "is a link to nothing", remedy
        if self.kind == "folder" and not os.path.isdir(value):
            return "is a file, not a folder", remedy
        if self.kind == "file" and os.path.isdir(value):
            return "is a folder, not a file", remedy
        if not os.access(value, os.R_OK | (os.X_OK if os.path.isdir(value) else 0)):
            return "may not be read by this user", "run `ls -l` there, or choose another"
        return None

    def _called(self) -> str:
        return "a folder or a file" if self.kind == "either" else f"a {self.kind}"


@dataclass(frozen=True)
class Writable:
    """A folder or a file (`kind`) that can be made or written; nothing is left behind."""

    kind: str

    def refuse(self, value: Any) -> Refusal | None:
        remedy = f"name a {self.kind} in a place where you may write"
        if (fault := _path_fault(value)) is not None:
            return fault, remedy
        if os.path.islink(value) and not os.path.exists(value):
            return "is a link to nothing", remedy
        if self.kind == "folder" and os.path.exists(value) and not os.path.isdir(value):
            return "is a file, not a folder", remedy
        if self.kind == "file" and os.path.isdir(value):
            return "is a folder, not a file", f"{remedy}, such as {value / 'name'}"
        if self.kind == "file" and os.path.exists(value) and not os.access(value, os.W_OK):
            return "may not be written by this user", remedy
        place = value if os.path.isdir(value) else value.absolute().parent
        while not os.path.exists(place) and place != place.parent:
            place = place.parent
        if not os.path.isdir(place):
            return f"cannot be made, for {place} is no folder", remedy
        try:  # the only sure way to know: it is gone again when it is closed
            with tempfile.TemporaryFile(dir=place):
                pass
        except OSError as error:
            return f"cannot be made in {place} ({error.strerror})", remedy
        return None


def _unwritable(text: str) -> str | None:
    """Why `text` can stand in no name."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "holds bytes that are no UTF-8"
    if any(character < " " or character == "\x7f" for character in text):
        return "holds control characters"
    return None


def _path_fault(path: Path) -> str | None:
    """Why the file system can have no such name."""
    if (fault := _unwritable(str(path))) is not None:
        return fault
    if len(os.fsencode(path)) > LONGEST_PATH:
        return f"has {len(str(path))} characters"
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None
    except (OSError, ValueError) as error:
        return f"can be no name of a file ({getattr(error, 'strerror', None) or error})"
    return None


MOST = 2**31 - 1
Seed = Annotated[int, Number(0, MOST)]
Count = Annotated[int, Number(1, 1_000_000)]
CountOrNone = Annotated[int, Number(0, 1_000_000)]
Processes = Annotated[int, Number(1, 256)]
ProcessesOrNone = Annotated[int, Number(0, 256)]
Size = Annotated[int, Number(1, 100_000)]
Share = Annotated[float, Number(0, 1)]
Rate = Annotated[float, Number(0, 1000, beyond=True)]  # Hz
LearningRate = Annotated[float, Number(0, 10, beyond=True)]
Factor = Annotated[float, Number(0.01, 1000)]
Amount = Annotated[float, Number(0, 1_000_000)]
Budget = Annotated[float, Number(0, 1_000_000, beyond=True)]  # minutes
Seconds = Annotated[float, Number(0, 100_000, beyond=True)]
Domain = Annotated[int, Number(0, 232)]  # of DDS
Device = Annotated[str, Matches(r"cpu|cuda(:[0-9]{1,3})?", "cpu, cuda or cuda:1")]
Robot = Annotated[str, RobotName()]
Name = Annotated[str, Word()]
Folder = Annotated[Path, Readable("folder")]
File = Annotated[Path, Readable("file")]
FolderOrFile = Annotated[Path, Readable("either")]
CacheFolder = Annotated[Path, Readable("folder", "`pontine collect` makes a training cache")]
NewFolder = Annotated[Path, Writable("folder")]
NewFile = Annotated[Path, Writable("file")]
