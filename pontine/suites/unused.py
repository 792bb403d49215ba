"""Options that play no part in a suite are refused where they are given, one way for all suites."""

from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from typing import Any

from body.contract.instruction import quoted
from body.setting import SettingError
from pontine.suites.registry import suite


def unused(command: str, name: str) -> frozenset[str]:
    """Fields of the configuration of `command` that play no part in the suite called `name`."""
    return frozenset(suite(name).unused.get(command, ()))


def refuse_unused(command: str, config: Any) -> None:
    """Refuse what plays no part in the suite that `config.suite` names.

    Raises:
        SettingError: such options are given, that is, differ from their defaults.
    """
    apart = unused(command, config.suite)
    given = [f"{_option(path)} {value}" for path, value in _changed(config) if _in(path, apart)]
    if given:
        named = suite(config.suite).name
        raise SettingError(f"{', '.join(given)}: plays no part in {named}. Remedy: leave it out")


def _in(path: str, apart: frozenset[str]) -> bool:
    return any(f"{path}.".startswith(f"{name}.") for name in apart)


def _changed(config: Any, within: str = "") -> Iterator[tuple[str, str]]:
    """Every field that differs from its default, dotted, and its value as a message shows it."""
    for own in fields(config):
        value, path = getattr(config, own.name), f"{within}{own.name}"
        default = own.default if own.default_factory is MISSING else own.default_factory()
        if is_dataclass(value):
            yield from _changed(value, f"{path}.")
        elif value != default:
            shown = value if isinstance(value, tuple) else (value,)
            yield path, " ".join(quoted(one) for one in shown)


def _option(path: str) -> str:
    """As it is written on the command line, where the agent's settings stand by themselves."""
    return "--" + path.removeprefix("stack.").replace("_", "-")
