"""The robots known by name."""

from body.errors import RobotMismatchError
from body.fr3 import FR3
from body.robot_spec import RobotSpec
from body.so101 import SO101
from body.ur5e import UR5E

ROBOTS: dict[str, RobotSpec] = {arm.name: arm for arm in (FR3, UR5E, SO101)}


def robot(name: str) -> RobotSpec:
    """The robot called `name`; raises :class:`RobotMismatchError` naming those that exist."""
    try:
        return ROBOTS[name]
    except KeyError:
        raise RobotMismatchError(f"no robot {name!r}; known: {', '.join(sorted(ROBOTS))}") from None
