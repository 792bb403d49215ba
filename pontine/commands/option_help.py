"""What `--help` shows: the common options. `--help-all` adds the others, a panel for each group.

A command that runs the whole stack has some forty options, of which most people need ten. The
others are listed here by the group that they stand in. Options of a nested configuration, such as
`--models.codec`, are a group of their own. Help alone is rearranged: every option is accepted all
the same.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import Field, dataclass, field, fields, is_dataclass, make_dataclass
from inspect import cleandoc
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import tyro

HELP = frozenset({"-h", "--help", "--help-all"})
STACK = "stack"  # the field of a configuration that holds the stack's options

GROUPS = {
    "scene": ("ask", "phrasings", "pairs", "worlds", "protocol", "shadows"),
    "recording": (
        "curriculum", "clean", "keep_failures", "shadows_every", "cache", "cache_gb", "fixed_every",
    ),
    "ablation": (
        "tokens", "controller", "thought", "patience", "expires", "noise_mm", "mask", "open_gate",
        "prefix", "fault",
    ),
    "brain": ("brain_device", "brain_dtype", "brain_timeout"),
    "timing": ("brain_hz", "latency_ms", "delay", "control_hz"),
    "engine": ("engine", "provider", "fallback", "transfer"),
}  # fmt: skip

ABOUT = {
    "scene": "What the sentences say, and how the scenes look.",
    "recording": "How episodes are recorded, and the training cache beside them.",
    "ablation": "Take something away, replace it or disturb it, to measure what it is worth.",
    "brain": "What --brain runs on.",
    "timing": "Rates and latencies, in simulated time.",
    "engine": "What runs the controller's network, and which arms a model may move.",
}


@dataclass(frozen=True)
class _Option:
    """A field of a configuration.

    Attributes:
        own: the field.
        hint: its type, with markers.
        owner: the class whose docstring explains it.
    """

    own: "Field[Any]"
    hint: Any
    owner: type

    @property
    def name(self) -> str:
        return self.own.name

    @property
    def nested(self) -> bool:
        """Whether it is a configuration itself."""
        return is_dataclass(self.hint)

    def written(self) -> str:
        """As it is typed; of a nested configuration, what all its options begin with."""
        return f"--{self.name.replace('_', '-')}{'.*' if self.nested else ''}"

    def declared(self, *markers: Any) -> tuple[str, Any, Any]:
        """The field again, as :func:`dataclasses.make_dataclass` takes it."""
        return self.name, Annotated[(self.hint, None, *markers)], copy(self.own)


def show_help(command: str, config: type, everything: bool) -> None:
    """Print a command's help and end the program, as tyro does.

    Args:
        command: as it is typed after `pontine`.
        config: its configuration, a dataclass.
        everything: explain the options of groups as well.

    Raises:
        SystemExit: always, with status 0.
    """
    try:
        tyro.cli(form(config, everything), prog=f"pontine {command}", args=["--help"])
    finally:
        groups = {} if everything else grouped(config)
        if groups:
            print(f"`pontine {command} --help-all` explains these too:")
        for name, options in groups.items():
            print(f"  {name}: {' '.join(option.written() for option in options)}")


def grouped(config: type) -> dict[str, list[_Option]]:
    """The options that are not common, by their group's name."""
    found: dict[str, list[_Option]] = {}
    options = list(_options(config))
    names = GROUPS if any(option.owner is not config for option in options) else {}
    for name, members in names.items():
        found[name] = [option for option in options if option.name in members]
    for option in options:
        if option.nested:
            found[option.name] = [option]
    return {name: members for name, members in found.items() if members}


def form(config: type, everything: bool) -> type:
    """A class that looks to tyro as the help is to look. No configuration is made of it."""
    groups = grouped(config)
    if not groups:
        return config
    apart = {option.name for options in groups.values() for option in options}
    common = [option for option in _options(config) if option.name not in apart]
    parts = [option.declared() for option in common if option.owner is config]
    if stack := [option for option in common if option.owner is not config]:
        made = _class("Stack", _documented(stack[0].owner), [option.declared() for option in stack])
        parts.append((STACK, Annotated[made, tyro.conf.arg(name="")], field(default_factory=made)))
    for name, options in groups.items() if everything else ():
        if options[0].nested:
            parts.append(options[0].declared())
            continue
        panel = _class(
            name,
            "\n".join([ABOUT[name], "", "Attributes:", *_explained(options)]),
            [option.declared(tyro.conf.arg(prefix_name=False)) for option in options],
        )
        parts.append((name, panel, field(default_factory=panel)))
    return _class(config.__name__, _documented(config), parts)


def _explained(options: list[_Option]) -> Iterator[str]:
    """What the docstrings of the options' owners say of their attributes."""
    for owner in dict.fromkeys(option.owner for option in options):
        yield _documented(owner).partition("Attributes:\n")[2]


def _documented(owner: type) -> str:
    """A class's docstring, with what those that it inherits from say of their attributes."""
    kin = [cleandoc(kind.__doc__ or "") for kind in owner.__mro__ if is_dataclass(kind)]
    return "\n".join([kin[0], *(doc.partition("Attributes:\n")[2] for doc in kin[1:])])


def _class(name: str, doc: str | None, parts: list[tuple[str, Any, Any]]) -> type:
    made = make_dataclass(name, parts, frozen=True, kw_only=True)
    made.__doc__ = doc
    return made


def _options(config: type) -> Iterator[_Option]:
    """The fields of a configuration; those of its stack as if they were its own."""
    hints = get_type_hints(config, include_extras=True)
    for own in fields(config):
        hint = hints[own.name]
        if own.name == STACK and get_origin(hint) is Annotated:
            yield from _options(get_args(hint)[0])
        else:
            yield _Option(own, hint, config)
