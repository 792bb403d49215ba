"""All of Pontine in simulation: `ros2 launch pontine_bringup sim.launch.py`.

The supervisor brings the other nodes up. Then send sentences to the action `execute_instruction`,
or give one here: `instruction:="put the red cube in the blue bowl"`.
"""

from launch import LaunchContext, LaunchDescription
from launch.actions import DeclareLaunchArgument, OpaqueFunction, SetEnvironmentVariable
from launch.conditions import IfCondition
from launch.events.process import ProcessExited
from launch.substitutions import EnvironmentVariable, LaunchConfiguration, PathJoinSubstitution
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue
from launch_ros.substitutions import FindPackageShare

SHARE = FindPackageShare("pontine_bringup")
AS_IN_FILE = "empty: as in the parameter file"
ARGUMENTS = [
    DeclareLaunchArgument("robot", default_value="fr3", choices=["fr3", "so101", "ur5e"],
                          description="name of the robot"),
    DeclareLaunchArgument("parameters", default_value="",
                          description="parameter file; empty: config/<robot>.yaml"),
    DeclareLaunchArgument("namespace", default_value="", description="of all nodes"),
    DeclareLaunchArgument("controller_model", default_value="",
                          description=f"the controller's model folder; {AS_IN_FILE}"),
    DeclareLaunchArgument("brain", default_value="",
                          description="a model folder, a published checkpoint's, or "
                          f"http://HOST:PORT#MODEL; {AS_IN_FILE}"),
    DeclareLaunchArgument("brain_device", default_value="",
                          description=f"what a folder's brain runs on; {AS_IN_FILE}"),
    DeclareLaunchArgument("brain_dtype", default_value="",
                          choices=["", "float32", "bfloat16", "float16"],
                          description=f"of a folder's weights; {AS_IN_FILE}"),
    DeclareLaunchArgument("transfer", default_value="", choices=["", "true", "false"],
                          description="let the brain move an arm that it has not been validated "
                          f"on; {AS_IN_FILE}"),
    DeclareLaunchArgument("task", default_value="",
                          description=f"task of the first scene; {AS_IN_FILE}"),
    DeclareLaunchArgument("seed", default_value="",
                          description=f"seed of the first scene; {AS_IN_FILE}"),
    DeclareLaunchArgument("speed", default_value="",
                          description=f"simulated seconds a real one, 0.05 to 1; {AS_IN_FILE}"),
    DeclareLaunchArgument("instruction", default_value="",
                          description="carried out once when all is up; empty: none"),
    DeclareLaunchArgument("rviz", default_value="false", choices=["true", "false"],
                          description="show the cameras in RViz"),
    DeclareLaunchArgument("foxglove", default_value="false", choices=["true", "false"],
                          description="start foxglove_bridge; open layouts/foxglove.json there"),
]  # fmt: skip


def generate_launch_description() -> LaunchDescription:
    """What ros2 launch runs."""
    return LaunchDescription(
        [
            *ARGUMENTS,
            SetEnvironmentVariable("OMP_NUM_THREADS", "1"),
            SetEnvironmentVariable(
                "MUJOCO_GL", EnvironmentVariable("MUJOCO_GL", default_value="egl")
            ),
            OpaqueFunction(function=_nodes),
            Node(
                package="rviz2", executable="rviz2", name="rviz2",
                arguments=["-d", PathJoinSubstitution([SHARE, "layouts", "pontine.rviz"])],
                parameters=[{"use_sim_time": True}],
                condition=IfCondition(LaunchConfiguration("rviz")),
            ),
            Node(
                package="foxglove_bridge", executable="foxglove_bridge", name="foxglove_bridge",
                parameters=[{"use_sim_time": True}],
                condition=IfCondition(LaunchConfiguration("foxglove")),
            ),
        ]
    )  # fmt: skip


def _ended(event: ProcessExited, context: LaunchContext) -> None:
    """What cannot be run as asked ends the whole launch, with its exit status."""
    if event.returncode == 2:
        raise RuntimeError(f"{event.process_name} cannot be run as asked; it said why above")


def _nodes(context: LaunchContext) -> list[Node]:
    """An opaque function, because an argument left empty must not overrule the parameter file."""
    argument = context.launch_configurations
    file = argument["parameters"] or PathJoinSubstitution(
        [SHARE, "config", f"{argument['robot']}.yaml"]
    )

    def node(name: str, arguments: list[str] | None = None, **types: type) -> Node:
        given = {
            key: ParameterValue(LaunchConfiguration(key), value_type=kind)
            for key, kind in types.items()
            if argument[key]
        }
        return Node(
            package="pontine_ros", executable=name, name=name, namespace=argument["namespace"],
            parameters=[file, {"use_sim_time": name != "sim_node", **given}], arguments=arguments,
            output="screen", emulate_tty=True, sigterm_timeout="10",
            on_exit=_ended,
        )  # fmt: skip

    nodes = [
        node("sim_node", robot=str, task=str, seed=int, speed=float),
        node("cerebellum_node", robot=str, controller_model=str),
        node("brain_node", robot=str, brain=str, brain_device=str, brain_dtype=str, transfer=bool),
        node("supervisor_node"),
    ]
    if argument["instruction"]:
        words = ["--instruction", argument["instruction"]]
        if argument["seed"]:
            words += ["--seed", argument["seed"]]
        nodes.append(node("run_instructions", words))
    return nodes
