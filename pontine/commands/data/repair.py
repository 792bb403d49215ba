"""`pontine data repair`: what can be saved of a damaged data set, as a new one."""

from collections import Counter
from dataclasses import dataclass

import tyro

from body.setting import Folder, NewFolder
from episodes.damage import Finding
from episodes.errors import MissingFileError
from episodes.hold import holding
from episodes.repair import Repair, repair


@dataclass(frozen=True)
class RepairConfig:
    """Write a new data set of the intact episodes, with tables and statistics of their own.

    The old one stays as it is. Episodes that frames, pictures and their neighbours do not confirm
    are dropped, and listed. Exit status: 0 if the new data set passes `pontine data check` (or the
    old one did, and nothing is written); 2 if it cannot be repaired, with the reason.
    """

    data: tyro.conf.Positional[Folder]
    """The damaged data set's folder."""
    out: NewFolder
    """The new data set's folder, beside the old one."""


@holding("out", beside=True)
def repair_data(config: RepairConfig) -> int:
    """Returns the exit status.

    Raises:
        DatasetError: it cannot be helped.
    """
    if not config.data.is_dir():
        raise MissingFileError(config.data, "is no folder", "name that of a data set")
    done = repair(config.data, config.out)
    print("\n".join(report(config, done)))
    return 0


def report(config: RepairConfig, done: Repair) -> list[str]:
    """What was done, a line each."""
    if not done.findings:
        return [f"{config.data}: nothing is wrong, so nothing was written"]
    episodes, frames = done.kept
    lines = [f"{config.data}: {len(done.findings)} findings"]
    lines += [f"  found    {line}" for line in _summary(done.findings)]
    lines += [f"  lost     {line}" for line in done.told]
    lines += [f"  dropped  {line}" for line in done.dropped]
    lines += [
        "  anew     meta/info.json's totals, tables of tasks and episodes, statistics, running "
        "numbers, hashes",
        f"{config.out}: {episodes} episodes, {frames} frames, read back and checked",
        f"Train on it: `pontine data cache {config.out} --out CACHE`",
    ]
    return lines


def _summary(findings: tuple[Finding, ...]) -> list[str]:
    """Each problem once, with how often it was found where that is more than once."""
    counts = Counter((finding.path, finding.problem) for finding in findings)
    return [
        f"{path}: {problem}" + (f" ({count} episodes)" if count > 1 else "")
        for (path, problem), count in counts.items()
    ]
