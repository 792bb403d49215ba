"""What is wrong with a data set: findings that name file, episode, frame, cause and remedy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

SHOWN = 20  # findings in one message


class Kind(Enum):
    """What a finding is about; the value is its remedy, {folder} the data set's."""

    MISSING = (
        "copy it again from where the data set came from; without another copy, "
        "`pontine data repair {folder} --out NEW` keeps the episodes that are whole"
    )
    UNREADABLE = (
        "copy it again from where the data set came from; without another copy, "
        "`pontine data repair {folder} --out NEW` keeps the episodes that can be read"
    )
    ALTERED = (
        "copy it again from where the data set came from; if it was changed on purpose, "
        "`pontine data repair {folder} --out NEW` keeps the episodes that are whole"
    )
    FORMAT = "record it again in a form that is read (docs/training.md lists it), or convert it"
    INFO = "copy meta/info.json again, or set right what it says; no other file tells it"
    TABLE = "`pontine data repair {folder} --out NEW` writes the tables again, from the frames"
    STALE = "`pontine data repair {folder} --out NEW` computes the statistics again"
    FRAMES = "record the episode again, or `pontine data repair {folder} --out NEW` drops it"
    NUMBER = "record the episode again, or `pontine data repair {folder} --out NEW` drops it"
    PICTURE = (
        "store pictures as RGB of 8 bits in the size that meta/info.json says; "
        "`pontine data repair {folder} --out NEW` converts those that lose nothing by it and "
        "drops the episodes of the others"
    )
    UNFINISHED = "run the command that recorded into {folder} again: it finishes what it began"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        path: the file at fault.
        kind: decides whether a repair can help.
        problem: what is wrong with it.
        remedy: what to do about it.
        episode, frame: where; None where the fault is not in one.
    """

    path: Path
    kind: Kind
    problem: str
    remedy: str
    episode: int | None = None
    frame: int | None = None

    @property
    def where(self) -> str:
        """ "episode 3, frame 7: ", as far as that is known."""
        known = [f"{n} {v}" for n, v in (("episode", self.episode), ("frame", self.frame))
                 if v is not None]  # fmt: skip
        return f"{', '.join(known)}: " if known else ""

    def __str__(self) -> str:
        return f"{self.path}: {self.where}{self.problem}"


class Findings:
    """Collects what is wrong with the data set in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.found: list[Finding] = []

    def add(
        self,
        kind: Kind,
        name: str,
        problem: str,
        *,
        episode: int | None = None,
        frame: int | None = None,
        remedy: str = "",
    ) -> None:
        """Of the file `name`, relative to the folder."""
        told = remedy or kind.value.format(folder=self.folder)
        self.found.append(Finding(self.folder / name, kind, problem, told, episode, frame))

    def extend(self, findings: Iterable[Finding]) -> None:
        self.found.extend(findings)

    def __len__(self) -> int:
        return len(self.found)


def listed(findings: Sequence[Finding], shown: int = SHOWN) -> str:
    """The first findings, a line each, then every remedy once."""
    lines = [f"  {finding}" for finding in findings[:shown]]
    if len(findings) > shown:
        lines.append(f"  ... and {len(findings) - shown} more")
    remedies = list(dict.fromkeys(finding.remedy for finding in findings))
    return "\n".join([*lines, *(f"Remedy: {remedy}" for remedy in remedies)])
