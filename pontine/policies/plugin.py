"""A policy of someone else's, by a path: a class in a file or a module, or a model folder."""

import os
from pathlib import Path
from typing import Any

from body import RobotSpec
from body.plugin import PluginCodeError, PluginError, blamed, find, source_hash
from body.robots.registry import robot
from body.setting import SettingError
from episodes import model_folder
from pontine.agent.stack import StackConfig
from pontine.policies.policy import Policy
from pontine.policies.watched import PolicyError, WatchedPolicy

REMEDY = (
    "give path/to/file.py:Class or package.module:Class, a subclass of pontine.policies.Policy "
    "that is made as Class(robot) (docs/policies.md), or a model folder of `pontine train flat`"
)

SCRIPTED = ("expert", "pid")  # they see the simulator's state


def load_policy(name: str, robot: RobotSpec, delay: int = 1) -> Policy:
    """The policy called `name`.

    Args:
        name: as in `pontine eval --policy`, but none of SCRIPTED, nor "agent".
        delay: policy steps its inference takes, for policies that plan in chunks.

    Raises:
        PolicyError: there is no such policy, or it is not one.
    """
    if _is_model(name):
        from pontine.baselines.flat.policy import FlatPolicy  # torch: only where it runs

        return FlatPolicy.load(Path(name), robot, delay=delay)
    return WatchedPolicy(name, made(load_class(name, Policy), name, robot), robot)


def check_policy(name: str, stack: StackConfig) -> None:
    """Refuse what cannot drive the tabletop's arm, before any process is started.

    Raises:
        PolicyError: it cannot be loaded. Whatever :meth:`StackConfig.check` raises of an agent.
        SettingError: an option of the agent's engine is given beside another policy.
    """
    if name == "agent":
        stack.check()
        return
    for option, given in (
        ("--engine", stack.engine is not None), ("--provider", stack.provider != "cpu"),
    ):  # fmt: skip
        if given:
            raise SettingError(f"{option}: it runs the agent's network, and --policy {name} "
                               "has none. Remedy: leave one of both out")  # fmt: skip
    if name not in SCRIPTED:
        load_policy(name, robot(stack.robot), stack.delay)


def load_class(name: str, base: type) -> Any:
    """The class `name` (path/to/file.py:Class or package.module:Class), a subclass of `base`.

    Raises:
        PolicyError: there is no such class, or it is none of `base`.
    """
    try:
        found = find(name)
    except PluginCodeError:
        raise
    except PluginError as error:
        raise PolicyError(f"no policy {name!r}: {error}; {REMEDY}") from error
    if not (isinstance(found, type) and issubclass(found, base)):
        of = f"{base.__module__}.{base.__name__}".replace("policies.policy.", "policies.")
        raise PolicyError(f"{name} is not a subclass of {of}; {REMEDY}")
    return found


def made(kind: type, name: str, *arguments: object) -> Any:
    """An object of a user's class.

    Raises:
        PolicyError: it cannot be made with these arguments. PluginCodeError: it raises.
    """
    with blamed():
        try:
            return kind(*arguments)
        except TypeError as error:
            if error.__traceback__ is None or error.__traceback__.tb_next is not None:
                raise  # of its own code
            raise PolicyError(f"{name} cannot be made: {error}; {REMEDY}") from error


def policy_hash(name: str) -> str:
    """Hash of what `name` stands for: weights or source; "" where it cannot be told."""
    if _is_model(name):
        return model_folder.model_hash(Path(name))
    return source_hash(name)


def _is_model(name: str) -> bool:
    return os.path.isfile(os.path.join(name, model_folder.CONFIG))
