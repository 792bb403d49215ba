"""What a person gave, held against what it may be, before anything heavy is loaded.

Configurations say it themselves, field by field, with the rules of :mod:`body.setting`;
:func:`validate` is called with every command's configuration before the command is. What
several fields mean together a configuration says in a method `check`, and which of its fields play
no part under the others in a method `unread`.
"""

import types
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import tyro

from body.contract.instruction import quoted
from body.setting import Rule, SettingError


@dataclass(frozen=True)
class Setting:
    """One field of a configuration.

    Attributes:
        option: as it is written on the command line. path: of field names, joined by dots.
        kind: its type, bare. rules: what it may be.
    """

    option: str
    path: str
    kind: Any
    rules: tuple[Rule, ...]


def settings(config: Any, option: str = "", path: str = "") -> Iterator[Setting]:
    """Every field of a configuration class, those of nested ones included."""
    hints = get_type_hints(config, include_extras=True)
    for own in fields(config):
        kind, markers = _unwrapped(hints[own.name])
        name, positional = own.name, False
        for marker in markers:
            given = getattr(marker, "name", None)
            name = given if isinstance(given, str) else name
            positional |= marker is tyro.conf.Positional
        where = f"{path}.{own.name}" if path else own.name
        whole = ".".join(part for part in (option, name) if part)
        if is_dataclass(kind):
            yield from settings(kind, whole, where)
            continue
        shown = own.name.upper() if positional else "--" + whole.replace("_", "-")
        yield Setting(shown, where, kind, tuple(m for m in markers if hasattr(m, "refuse")))


def validate(config: Any) -> None:
    """Refuse what cannot be run.

    Raises:
        SettingError: a line for each field that cannot be what it is. Whatever `config.check`
            raises.
    """
    unread = config.unread() if hasattr(config, "unread") else frozenset()
    refused = [
        f"{setting.option} {quoted(value)}: {found[0]}. Remedy: {found[1]}"
        for setting in settings(type(config))
        if not any(f"{setting.path}.".startswith(f"{name}.") for name in unread)
        for value in _values(config, setting.path)
        for rule in setting.rules
        if (found := rule.refuse(value)) is not None
    ]
    if refused:
        raise SettingError("\n".join(refused))
    if hasattr(config, "check"):
        config.check()


def _values(config: Any, path: str) -> list[Any]:
    """What stands in a field: nothing, one thing, or several."""
    for name in path.split("."):
        config = getattr(config, name)
    if config is None:
        return []
    return list(config) if isinstance(config, tuple) else [config]


def _unwrapped(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """The type within `Annotated`, `X | None` and `tuple[X, ...]`, and all markers met."""
    if get_origin(hint) is Annotated:
        inner, *own = get_args(hint)
        kind, markers = _unwrapped(inner)
        return kind, (*markers, *own)
    if get_origin(hint) in (Union, types.UnionType, tuple):
        parts = [part for part in get_args(hint) if part not in (type(None), Ellipsis)]
        return _unwrapped(parts[0]) if parts else (hint, ())
    return hint, ()
