"""The robots known by name, and those of files."""

import os
from pathlib import Path

from body.contract.errors import RobotMismatchError
from body.contract.robot_spec import RobotSpec
from body.robots.fr3 import FR3
from body.robots.robot_file import load_robot
from body.robots.so101 import SO101
from body.robots.ur5e import UR5E

ROBOTS: dict[str, RobotSpec] = {arm.name: arm for arm in (FR3, UR5E, SO101)}


def robot(name: str) -> RobotSpec:
    """The robot called `name`, or of the Python file at `name`, which ends in .py.

    Raises:
        RobotMismatchError: names those that exist; RobotFileError: what is wrong with the file.
    """
    if name.endswith(".py"):
        return load_robot(Path(os.path.realpath(os.path.expanduser(name))))
    try:
        return ROBOTS[name]
    except KeyError:
        raise RobotMismatchError(
            f"no robot {name!r}; known: {', '.join(sorted(ROBOTS))}, or a file.py"
        ) from None
