"""A robot described in a Python file of its own: `ROBOT = RobotSpec(...)`."""

import importlib.util
import sys
from functools import lru_cache
from pathlib import Path

from body.errors import BodyError, RobotFileError
from body.robot_spec import RobotSpec

VARIABLE = "ROBOT"
REMEDY = "docs/add-a-robot.md shows a whole one"


@lru_cache
def load_robot(path: Path) -> RobotSpec:
    """The robot of the file at `path`.

    Raises:
        RobotFileError: there is no such file, it cannot be run, or it describes no robot.
    """
    if not path.is_file():
        raise RobotFileError(path, "is no file", REMEDY)
    spec = importlib.util.spec_from_file_location(f"pontine_robot_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    try:
        spec.loader.exec_module(module)
    except RobotFileError:
        raise
    except BodyError as error:
        raise RobotFileError(path, str(error), REMEDY) from error
    except Exception as error:
        problem = f"cannot be run: {type(error).__name__}: {error}"
        raise RobotFileError(path, problem, REMEDY) from error
    robot = getattr(module, VARIABLE, None)
    if not isinstance(robot, RobotSpec):
        problem = f"assigns no RobotSpec to {VARIABLE}"
        raise RobotFileError(path, problem, f"write {VARIABLE} = RobotSpec(...); {REMEDY}")
    return robot
