"""Pontine on a robot that ros2_control drives: `ros2 launch pontine_bringup robot.launch.py`.

Start with `dry_run:=true`: commands then go to topics below `shadow/`, to which nothing listens.
docs/ros2.md says what to check before the first real one.
"""

from launch import LaunchContext, LaunchDescription
from launch.actions import DeclareLaunchArgument, OpaqueFunction, SetEnvironmentVariable
from launch.events.process import ProcessExited
from launch.substitutions import LaunchConfiguration, PathJoinSubstitution
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue
from launch_ros.substitutions import FindPackageShare

AS_IN_FILE = "empty: as in the parameter file"
ARGUMENTS = [
    DeclareLaunchArgument("robot", default_value="fr3", choices=["fr3", "so101", "ur5e"],
                          description="name of the robot"),
    DeclareLaunchArgument("parameters", default_value="",
                          description="parameter file; empty: config/<robot>.yaml"),
    DeclareLaunchArgument("namespace", default_value="", description="of all nodes"),
    DeclareLaunchArgument("controller_model", default_value="",
                          description="the controller's model folder, which names its engine; "
                          + AS_IN_FILE),
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
    DeclareLaunchArgument("dry_run", default_value="", choices=["", "true", "false"],
                          description=f"publish commands below shadow/ alone; {AS_IN_FILE}"),
    DeclareLaunchArgument("command_interface", default_value="",
                          choices=["", "joint_trajectory", "forward_command"],
                          description=f"what the arm's controller listens to; {AS_IN_FILE}"),
    DeclareLaunchArgument("command_topic", default_value="",
                          description="the arm's controller's; empty: arm_controller/"
                          "joint_trajectory or arm_controller/commands, as the interface has it"),
    DeclareLaunchArgument("gripper_topic", default_value="gripper_controller/commands",
                          description="std_msgs/Float64MultiArray, m"),
    DeclareLaunchArgument("joint_states_topic", default_value="joint_states",
                          description="sensor_msgs/JointState"),
    DeclareLaunchArgument("fixed_image_topic", default_value="camera/fixed/image_raw",
                          description="sensor_msgs/Image, of the size the robot's model wants"),
    DeclareLaunchArgument("wrist_image_topic", default_value="camera/wrist/image_raw",
                          description="likewise"),
    DeclareLaunchArgument("wrench_topic", default_value="wrench",
                          description="geometry_msgs/WrenchStamped, tool frame"),
]  # fmt: skip
REMAPPED = {
    "arm_controller/joint_trajectory": "command_topic",
    "arm_controller/commands": "command_topic",
    "gripper_controller/commands": "gripper_topic",
    "joint_states": "joint_states_topic",
    "camera/fixed/image_raw": "fixed_image_topic",
    "camera/wrist/image_raw": "wrist_image_topic",
    "wrench": "wrench_topic",
}


def generate_launch_description() -> LaunchDescription:
    """What ros2 launch runs."""
    return LaunchDescription(
        [
            *ARGUMENTS,
            SetEnvironmentVariable("OMP_NUM_THREADS", "1"),
            OpaqueFunction(function=_nodes),
        ]
    )


def _ended(event: ProcessExited, context: LaunchContext) -> None:
    """What cannot be run as asked ends the whole launch, with its exit status."""
    if event.returncode == 2:
        raise RuntimeError(f"{event.process_name} cannot be run as asked; it said why above")


def _nodes(context: LaunchContext) -> list[Node]:
    """An opaque function, because an argument left empty must not overrule the parameter file."""
    argument = context.launch_configurations
    file = argument["parameters"] or PathJoinSubstitution(
        [FindPackageShare("pontine_bringup"), "config", f"{argument['robot']}.yaml"]
    )
    remappings = [
        (topic, LaunchConfiguration(key)) for topic, key in REMAPPED.items() if argument[key]
    ]

    def node(name: str, fixed: dict[str, object] | None = None, **types: type) -> Node:
        given = {
            key: ParameterValue(LaunchConfiguration(key), value_type=kind)
            for key, kind in types.items()
            if argument[key]
        }
        return Node(
            package="pontine_ros", executable=name, name=name, namespace=argument["namespace"],
            parameters=[file, {"use_sim_time": False, **(fixed or {}), **given}],
            remappings=remappings, output="screen", emulate_tty=True, sigterm_timeout="10",
            on_exit=_ended,
        )  # fmt: skip

    return [
        node("cerebellum_node", robot=str, controller_model=str, dry_run=bool,
             command_interface=str),
        node(
            "brain_node", robot=str, brain=str, brain_device=str, brain_dtype=str, transfer=bool
        ),
        node("supervisor_node", {"nodes": ["cerebellum_node", "brain_node"]}),
    ]  # fmt: skip
