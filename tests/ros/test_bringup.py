"""Launch files, parameter files and layouts name what there is."""

import ast
import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest
import rclpy
import yaml
from rclpy.context import Context
from rclpy.node import Node

from body.robots.registry import ROBOTS
from pontine_ros import parameter_file, parameters, topics
from pontine_ros.parameters import NODES
from pontine_ros.run_instructions import parser
from pontine_ros.topics import message_type
from tests.ros.recording_launch import (
    LaunchContext,
    ProcessExited,
    arguments,
    launched,
    load,
)

SOURCE = Path(__file__).resolve().parents[2] / "ros_ws" / "src"
BRINGUP = SOURCE / "pontine_bringup"
SIM, ROBOT = (BRINGUP / "launch" / f"{name}.launch.py" for name in ("sim", "robot"))
SENTENCE = "put the red cube in the blue bowl"
CAMERAS = sorted({camera for spec in ROBOTS.values() for camera in spec.cameras})
NAMES = {topic.name.format(camera=camera) for topic in topics.TOPICS for camera in CAMERAS}
GIVEN: dict[Path, dict[str, str]] = {
    SIM: {
        "namespace": "second", "parameters": "mine.yaml", "controller_model": "a/controller",
        "brain": "a/brain", "brain_device": "cuda:1", "brain_dtype": "bfloat16",
        "transfer": "true", "task": "stack", "seed": "7", "speed": "0.5",
        "instruction": SENTENCE,
    },
    ROBOT: {
        "namespace": "second", "parameters": "mine.yaml", "controller_model": "a/controller",
        "brain": "a/brain", "brain_device": "cuda:1", "brain_dtype": "bfloat16",
        "transfer": "true", "dry_run": "true",
        "command_interface": "forward_command",
        "command_topic": "/position_controller/commands", "gripper_topic": "/hand",
        "joint_states_topic": "/joints", "fixed_image_topic": "/a", "wrist_image_topic": "/b",
        "wrench_topic": "/force",
    },
}  # fmt: skip
CASES = [(path, given) for path in GIVEN for given in ({}, GIVEN[path])]


def executables() -> set[str]:
    """The entry points that setup.py installs."""
    for node in ast.parse((SOURCE / "pontine_ros" / "setup.py").read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "NODES":
            return set(ast.literal_eval(node.value))
    raise AssertionError("setup.py names no NODES")


def test_every_launch_file_is_checked_here() -> None:
    assert set((BRINGUP / "launch").glob("*.launch.*")) == {SIM, ROBOT}


@pytest.mark.parametrize(("path", "given"), CASES)
def test_nodes_executables_parameters_and_remappings_exist(
    path: Path, given: dict[str, str]
) -> None:
    for node in launched(path, given):
        assert node.package == "pontine_ros"
        assert node.executable in executables()
        assert (SOURCE / node.package / node.package / f"{node.executable}.py").is_file()
        assert node.name == node.executable, "its parameters and the supervisor go by this name"
        known = {p.name: p for p in NODES.get(node.name, ())}
        assert set(node.parameters) - {"use_sim_time"} <= set(known)
        for name, value in node.parameters.items():
            if name != "use_sim_time":
                assert type(value) is type(known[name].default), name
        assert set(node.remappings) <= NAMES
        assert node.namespace == given.get("namespace", "")
        assert node.files == (given.get("parameters", "<pontine_bringup>/config/fr3.yaml"),)


@pytest.mark.parametrize("path", GIVEN)
def test_arguments_explain_themselves_and_reach_a_node(path: Path) -> None:
    declared = arguments(path)
    assert all(argument.description for argument in declared.values())
    assert declared["robot"].choices == sorted(ROBOTS)
    assert set(GIVEN[path]) | {"robot", "rviz", "foxglove"} >= set(declared), "give each a value"
    reached = json.dumps([vars(node) for node in launched(path, GIVEN[path])], default=str)
    for name, value in GIVEN[path].items():
        assert value in reached, f"{name} is declared, but no node gets it"
    for name in {"brain_dtype", "command_interface", "dry_run", "transfer"} & set(declared):
        known = next(p for node in NODES.values() for p in node if p.name == name)
        assert declared[name].choices == ["", *(known.choices or ("true", "false"))]


@pytest.mark.parametrize("path", GIVEN)
def test_an_argument_left_empty_does_not_overrule_the_parameter_file(path: Path) -> None:
    for node in launched(path):
        assert set(node.parameters) <= {"robot", "use_sim_time", "nodes"}


@pytest.mark.parametrize("path", GIVEN)
def test_what_cannot_be_run_as_asked_ends_the_launch_with_an_error(path: Path) -> None:
    for node in launched(path):
        assert node.on_exit is not None
        node.on_exit(ProcessExited(node.name, 0), LaunchContext())
        node.on_exit(ProcessExited(node.name, -9), LaunchContext())  # to be started again
        with pytest.raises(RuntimeError, match=f"{node.name} cannot be run as asked"):
            node.on_exit(ProcessExited(node.name, 2), LaunchContext())


def test_simulation_starts_every_node_by_simulated_time() -> None:
    nodes = {node.name: node for node in launched(SIM)}
    assert set(nodes) == set(NODES) - {"teleop_node"}, "who steers starts that one in a terminal"
    timed = {name for name, node in nodes.items() if node.parameters["use_sim_time"]}
    assert timed == set(nodes) - {"sim_node"}, "the simulation is the clock"


def test_an_instruction_is_one_that_run_instructions_understands() -> None:
    (last,) = [n for n in launched(SIM, GIVEN[SIM]) if n.name == "run_instructions"]
    understood = parser().parse_args(last.arguments)
    assert (understood.instruction, understood.seed) == (SENTENCE, 7)


def test_shows_in_rviz_and_foxglove_are_there_when_asked_for() -> None:
    shown = {n.executable: n for n in launched(SIM, {"rviz": "true", "foxglove": "true"})}
    assert set(shown) - set(NODES) == {"rviz2", "foxglove_bridge"}
    file = shown["rviz2"].arguments[1].removeprefix("<pontine_bringup>/")
    assert (BRINGUP / file).is_file()


def test_a_robot_is_supervised_without_simulation_in_its_own_time() -> None:
    nodes = {node.name: node for node in launched(ROBOT)}
    assert set(nodes) == set(NODES) - {"sim_node", "teleop_node"}
    assert nodes["supervisor_node"].parameters["nodes"] == ["cerebellum_node", "brain_node"]
    assert all(node.parameters["use_sim_time"] is False for node in nodes.values())
    assert all("command_topic" not in str(node.remappings) for node in nodes.values())


def test_a_dry_run_is_not_remapped_onto_the_robot() -> None:
    nodes = {node.name: node for node in launched(ROBOT, GIVEN[ROBOT])}
    assert nodes["cerebellum_node"].parameters["dry_run"] is True
    assert not any(source.startswith("shadow") for source in nodes["cerebellum_node"].remappings)
    both = {nodes["cerebellum_node"].remappings[t.name]
            for t in (topics.TRAJECTORY, topics.POSITIONS)}  # fmt: skip
    assert both == {"/position_controller/commands"}


@pytest.mark.parametrize("path", GIVEN)
def test_the_real_launch_accepts_them(path: Path) -> None:
    if importlib.util.find_spec("launch_ros") is None:
        pytest.skip(
            "launch_ros is not installed: it comes with a full ROS installation, not with pip"
        )
    from launch import LaunchContext
    from launch.actions import DeclareLaunchArgument, OpaqueFunction

    for given in ({}, GIVEN[path]):
        context, nodes = LaunchContext(), []
        context.launch_configurations.update(given)
        for entity in load(path).generate_launch_description().entities:
            if isinstance(entity, DeclareLaunchArgument):
                entity.execute(context)
            elif isinstance(entity, OpaqueFunction):
                nodes += entity.execute(context)
        assert len(nodes) == len(launched(path, given))


@pytest.mark.parametrize("robot", ROBOTS)
def test_a_robots_parameter_file_is_the_one_made_from_the_code(robot: str) -> None:
    file = BRINGUP / "config" / f"{robot}.yaml"
    assert file.read_text() == parameter_file.text(robot), (
        f"run: python -m pontine_ros.parameter_file {robot} > {file.relative_to(SOURCE.parents[1])}"
    )


@pytest.mark.parametrize("namespace", ["/", "/second"])
@pytest.mark.parametrize("robot", ROBOTS)
def test_nodes_take_every_value_of_the_file(
    robot: str, namespace: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ROS_AUTOMATIC_DISCOVERY_RANGE", "OFF")
    content = yaml.safe_load((BRINGUP / "config" / f"{robot}.yaml").read_text())
    assert set(content) == {f"/**/{node}" for node in NODES}
    file = tmp_path / "changed.yaml"
    changed: dict[str, dict[str, dict[str, Any]]] = {}
    for key, body in content.items():
        given = body["ros__parameters"]
        changed[key] = {"ros__parameters": {name: _other(key, name, given[name]) for name in given}}
    file.write_text(yaml.safe_dump(changed))
    context = Context()
    rclpy.init(context=context, args=["--ros-args", "--params-file", str(file)])
    try:
        for name in NODES:
            node = Node(name, namespace=namespace, context=context)
            parameters.declare(node, name)
            assert parameters.values(node, name) == changed[f"/**/{name}"]["ros__parameters"]
            node.destroy_node()
    finally:
        rclpy.shutdown(context=context)


def test_a_parameter_under_its_old_name_is_refused_with_the_new_one(tmp_path: Path) -> None:
    file = tmp_path / "old.yaml"
    file.write_text("/**/brain_node:\n  ros__parameters:\n    brain_model: models/tabletop-brain\n")
    context = Context()
    rclpy.init(context=context, args=["--ros-args", "--params-file", str(file)])
    try:
        node = Node("brain_node", context=context)
        with pytest.raises(parameters.BadParameterError, match="is called 'brain' now"):
            parameters.declare(node, "brain_node")
        node.destroy_node()
    finally:
        rclpy.shutdown(context=context)


def _other(key: str, name: str, value: Any) -> Any:
    """Another value that the parameter may have."""
    parameter = next(p for p in NODES[key.removeprefix("/**/")] if p.name == name)
    if parameter.choices:
        return next(choice for choice in parameter.choices if choice != value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        lower = value - 1
        fits = parameter.low is None or lower >= parameter.low
        return lower if fits else type(value)(parameter.high or 0)
    if isinstance(value, list):
        return [*value, 1.5 if isinstance(value[0], float) else "another"]
    return f"{value}-another"


def test_layouts_show_topics_and_services_that_exist() -> None:
    foxglove = (BRINGUP / "layouts" / "foxglove.json").read_text()
    config = json.loads(foxglove)["configById"]
    assert set(re.findall(r'"(\w+!\w+)"', foxglove)) == set(config), "every panel is laid out"
    rviz = (BRINGUP / "layouts" / "pontine.rviz").read_text()
    assert yaml.safe_load(rviz)
    shown = re.findall(r'"(/[\w/]+)((?:[.\[][^"]*)?)"', foxglove)
    shown += [(name, "") for name in re.findall(r"Value: (/\S+)", rviz)]
    kinds = {t.name.format(camera=c): t.kind for t in topics.TOPICS for c in CAMERAS}
    kinds |= {call.name: call.kind for call in topics.CALLS}
    for name, path in shown:
        kind = kinds.get(name) or kinds.get(name.removeprefix("/"))
        assert kind is not None, f"nothing is called {name}"
        if path:
            first = re.match(r"\.(\w+)", path)
            assert first and first[1] in message_type(kind).get_fields_and_field_types()
    wanted = {topics.THOUGHT, topics.CONTROLLER_STATE, topics.JOINT_STATES, topics.TRAJECTORY,
              topics.DIAGNOSTICS}  # fmt: skip
    assert {t.name.removeprefix("/") for t in wanted} <= {n.removeprefix("/") for n, _ in shown}
