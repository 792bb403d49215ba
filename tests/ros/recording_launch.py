"""Stands in for `launch` and `launch_ros`, which pip cannot install, and notes what a launch
file asks of them. Signatures are those of the real ones, as far as our files use them, so that a
misspelt argument is an error here too."""

import importlib.util
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

Value = Any  # text, or a substitution


@dataclass
class LaunchContext:
    launch_configurations: dict[str, str] = field(default_factory=dict)


@dataclass
class LaunchDescription:
    entities: list[Any]


@dataclass
class DeclareLaunchArgument:
    name: str
    default_value: str | None = field(kw_only=True, default=None)
    description: str | None = field(kw_only=True, default=None)
    choices: list[str] | None = field(kw_only=True, default=None)

    def __post_init__(self) -> None:
        if self.choices is not None and self.default_value not in (None, *self.choices):
            raise ValueError(f"{self.name}: {self.default_value!r} is none of {self.choices}")


@dataclass
class SetEnvironmentVariable:
    name: Value
    value: Value


@dataclass
class OpaqueFunction:
    function: Callable[[LaunchContext], list[Any]] = field(kw_only=True)


@dataclass
class LaunchConfiguration:
    variable_name: str

    def perform(self, context: LaunchContext) -> str:
        return context.launch_configurations[self.variable_name]


@dataclass
class EnvironmentVariable:
    name: str
    default_value: str | None = field(kw_only=True, default=None)


@dataclass
class FindPackageShare:
    package: str

    def perform(self, context: LaunchContext) -> str:
        return f"<{self.package}>"


@dataclass
class PathJoinSubstitution:
    substitutions: Sequence[Value]

    def perform(self, context: LaunchContext) -> str:
        return "/".join(perform(part, context) for part in self.substitutions)


@dataclass
class IfCondition:
    predicate: Value

    def evaluate(self, context: LaunchContext) -> bool:
        return {"true": True, "false": False}[perform(self.predicate, context)]


@dataclass
class ParameterValue:
    value: Value
    value_type: type = field(kw_only=True, default=str)

    def perform(self, context: LaunchContext) -> Any:
        found = perform(self.value, context)
        return {"true": True, "false": False}[found] if self.value_type is bool else (
            self.value_type(found)
        )  # fmt: skip


@dataclass(kw_only=True)
class Node:
    executable: str
    package: str
    name: str | None = None
    namespace: Value = None
    parameters: Sequence[Any] | None = None
    remappings: Iterable[tuple[str, Value]] | None = None
    arguments: Iterable[Value] | None = None
    condition: IfCondition | None = None
    output: str = "log"
    emulate_tty: bool = False
    sigterm_timeout: Value = "5"
    on_exit: Callable[["ProcessExited", LaunchContext], None] | None = None


@dataclass
class ProcessExited:
    process_name: str
    returncode: int


MODULES: dict[str, tuple[type, ...]] = {
    "launch": (LaunchContext, LaunchDescription),
    "launch.actions": (DeclareLaunchArgument, OpaqueFunction, SetEnvironmentVariable),
    "launch.conditions": (IfCondition,),
    "launch.events": (),
    "launch.events.process": (ProcessExited,),
    "launch.substitutions": (EnvironmentVariable, LaunchConfiguration, PathJoinSubstitution),
    "launch_ros": (),
    "launch_ros.actions": (Node,),
    "launch_ros.parameter_descriptions": (ParameterValue,),
    "launch_ros.substitutions": (FindPackageShare,),
}


@dataclass(frozen=True)
class Launched:
    """A process that would be started, with everything filled in."""

    package: str
    executable: str
    name: str
    namespace: str
    files: tuple[str, ...]
    parameters: dict[str, Any]
    remappings: dict[str, str]
    arguments: tuple[str, ...]
    on_exit: Callable[[ProcessExited, LaunchContext], None] | None


def perform(value: Value, context: LaunchContext) -> Any:
    """A value with its substitutions made."""
    return value.perform(context) if hasattr(value, "perform") else value


@contextmanager
def standing_in() -> Iterator[None]:
    """While it lasts, importing `launch` gives what is above."""
    before = {name: sys.modules.pop(name) for name in list(sys.modules)
              if name.split(".")[0] in ("launch", "launch_ros")}  # fmt: skip
    for name, members in MODULES.items():
        module = ModuleType(name)
        for member in members:
            setattr(module, member.__name__, member)
        sys.modules[name] = module
    try:
        yield
    finally:
        for name in MODULES:
            del sys.modules[name]
        sys.modules.update(before)


def load(path: Path) -> ModuleType:
    """The launch file as a module."""
    spec = importlib.util.spec_from_file_location(path.name.replace(".", "_"), path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def arguments(path: Path) -> dict[str, DeclareLaunchArgument]:
    """What the launch file declares."""
    with standing_in():
        entities = load(path).generate_launch_description().entities
    return {e.name: e for e in entities if isinstance(e, DeclareLaunchArgument)}


def launched(path: Path, given: Mapping[str, str] | None = None) -> list[Launched]:
    """What it would start with the arguments `given`."""
    with standing_in():
        context, nodes = LaunchContext(dict(given or {})), []
        for entity in load(path).generate_launch_description().entities:
            if isinstance(entity, DeclareLaunchArgument):
                assert entity.default_value is not None, f"{entity.name} must be given"
                value = context.launch_configurations.setdefault(entity.name, entity.default_value)
                assert not entity.choices or value in entity.choices
            elif isinstance(entity, OpaqueFunction):
                nodes += entity.function(context)
            elif isinstance(entity, Node):
                nodes.append(entity)
        shown = [n for n in nodes if n.condition is None or n.condition.evaluate(context)]
        return [_launched(node, context) for node in shown]


def _launched(node: Node, context: LaunchContext) -> Launched:
    files, parameters = [], {}
    for source in node.parameters or ():
        if isinstance(source, dict):
            parameters |= {key: perform(value, context) for key, value in source.items()}
        else:
            assert not parameters, "the file comes first: what comes later wins"
            files.append(perform(source, context))
    return Launched(
        node.package, node.executable, node.name or node.executable,
        perform(node.namespace, context) or "", tuple(files), parameters,
        {source: perform(target, context) for source, target in node.remappings or ()},
        tuple(perform(word, context) for word in node.arguments or ()), node.on_exit,
    )  # fmt: skip
