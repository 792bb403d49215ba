"""A robot described in a Python file of its own: `ROBOT = RobotSpec(...)`."""

import os
from functools import lru_cache
from pathlib import Path

from body.contract.errors import RobotFileError
from body.contract.robot_spec import RobotSpec
from body.plugin import PluginCodeError, PluginError, find, source_hash
from body.robots.advice import advice
from body.robots.reachable import home_fault, unreached

VARIABLE = "ROBOT"
REMEDY = "docs/add-a-robot.md shows a whole one"


def load_robot(path: Path) -> RobotSpec:
    """The robot of the file at `path`; the same one until the file changes.

    Raises:
        RobotFileError: there is no such file, it cannot be run, it describes no robot, or one
            whose tool does not reach straight down to where things are put.
    """
    if not os.path.isfile(path):
        raise RobotFileError(path, "no file there", f"name one; {REMEDY}")
    return _load(path, source_hash(f"{path}:{VARIABLE}"))


@lru_cache
def _load(path: Path, _contents: str) -> RobotSpec:
    try:
        robot = find(f"{path}:{VARIABLE}")
    except PluginCodeError as error:
        raise RobotFileError(path, f"cannot be run: {error}", REMEDY) from error
    except PluginError as error:
        remedy = f"write {VARIABLE} = RobotSpec(...); {REMEDY}"
        raise RobotFileError(path, str(error), remedy) from error
    if not isinstance(robot, RobotSpec):
        problem = f"assigns no RobotSpec to {VARIABLE}"
        raise RobotFileError(path, problem, REMEDY)
    _check_reach(path, robot)
    return robot


def _check_reach(path: Path, robot: RobotSpec) -> None:
    """Refuse an arm that cannot do at a table what everything else takes for granted."""
    problem = home_fault(robot)
    if not problem and (lost := unreached(robot)):
        where = "its reach" if robot.reach else "where things are put"
        problem = f"its tool does not reach straight down to {', '.join(lost)} m, of {where}"
    if problem:
        lines = "".join(f"\n    {line}" for line in advice(robot))
        raise RobotFileError(path, problem, f"write, for instance{lines}")
