"""A robot's parameter file: every parameter of every node, with what it means and may be.

`python -m pontine_ros.parameter_file fr3 > ros_ws/src/pontine_bringup/config/fr3.yaml`
"""

import json
import sys
from typing import Any

from body import BodyError
from body.robots.registry import robot
from pontine.agent.shipped import ROOT, controller_of
from pontine_ros.parameters import NODES, Parameter, finger_joints

HEAD = """\
# Parameters of Pontine's nodes for the robot {robot!r}, in whatever namespace they run. Made by
# `python -m pontine_ros.parameter_file {robot}`; the values are the nodes' own until you change
# them. Copy it, change the copy, and give that: parameters:=FILE for the launch files,
# --ros-args --params-file FILE for a node.
"""


def text(name: str) -> str:
    """The YAML file for the robot called `name`.

    Raises:
        RobotMismatchError: there is none of that name.
    """
    parts = [HEAD.format(robot=robot(name).name)]
    for node, parameters in NODES.items():
        parts.append(f"\n/**/{node}:\n  ros__parameters:\n")
        parts += [_entry(parameter, name) for parameter in parameters]
    return "".join(parts)


def allowed(parameter: Parameter) -> str:
    """What a parameter may be, in words: its choices, its range, or its type."""
    if parameter.choices:
        return "one of " + ", ".join(parameter.choices)
    if parameter.low is not None and parameter.high is not None:
        whole = "whole number, " if isinstance(parameter.default, int) else ""
        return f"{whole}{parameter.low:g} to {parameter.high:g}"
    kinds = {bool: "true or false", int: "whole number", float: "number", str: "text"}
    if isinstance(parameter.default, list):
        return {str: "list of text", float: "list of numbers"}[type(parameter.default[0])]
    return kinds[type(parameter.default)]


def value(default: Any) -> str:
    """As YAML and `-p` on a command line write it."""
    return json.dumps(default)


def _entry(parameter: Parameter, name: str) -> str:
    own = {
        "robot": name,
        "finger_joints": finger_joints(name),
        "controller_model": controller_of(name).relative_to(ROOT).as_posix(),
    }
    default = own.get(parameter.name, parameter.default)
    return (
        f"    # {parameter.about} ({allowed(parameter)})\n    {parameter.name}: {value(default)}\n"
    )


def main() -> None:
    """Print the file of the robot named on the command line."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m pontine_ros.parameter_file ROBOT")
    try:
        print(text(sys.argv[1]), end="")
    except BodyError as error:
        raise SystemExit(f"parameter_file: {error}") from error


if __name__ == "__main__":
    main()
