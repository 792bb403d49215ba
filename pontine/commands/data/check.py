"""`pontine data check`: is a data set whole, and what is wrong with it if it is not."""

import sys
from dataclasses import dataclass

import tyro

from body.setting import Folder, Processes
from episodes.check import check
from episodes.errors import DatasetError, MissingFileError


@dataclass(frozen=True)
class CheckConfig:
    """Check a LeRobot v3 data set: files, tables, numbers, pictures, statistics.

    Commands that train on, convert, replay or extend a data set run the same check first. Exit
    status: 0 if nothing is wrong; 1 with findings, each listed with its remedy.
    """

    data: tyro.conf.Positional[Folder]
    """The data set's folder."""
    workers: Processes | None = None
    """Processes (None: one per core for large data sets)."""


def check_data(config: CheckConfig) -> int:
    """Returns the exit status.

    Raises:
        MissingFileError: there is no such folder.
    """
    if not config.data.is_dir():
        raise MissingFileError(config.data, "is no folder", "name that of a data set")
    try:
        result = check(config.data, workers=config.workers)
    except DatasetError as error:
        print(error, file=sys.stderr)
        return 1
    print(
        f"{config.data}: {result.episodes} episodes, {result.frames} frames, {result.images} "
        f"pictures, nothing is wrong; hash {result.hash}"
    )
    return 0
