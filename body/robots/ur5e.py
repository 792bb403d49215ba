"""Universal Robots UR5e with a Robotiq 2F-85.

Sources: Universal Robots, "DH parameters for calculations of kinematics and dynamics" (the standard
Denavit-Hartenberg figures, here in Craig's form; masses, centres of mass), "Max. joint torques",
UR5e user manual (ranges, 180 degrees/s); inertia tensors: the maker's ROS 2 description,
config/ur5e/physical_parameters.yaml, turned into the joints' frames and rounded to 1e-6. Robotiq
2F-85 manual (85 mm, 0.925 kg, up to 150 mm/s). As in the maker's description the base frame's x
points to where the arm points at q = 0, and the elbow is kept to half a turn.
"""

import numpy as np

from body.contract.robot_spec import CameraSpec, RobotSpec
from body.geometry.capsule import Capsule, CapsuleModel
from body.robots.anatomy import Anatomy, Hand, Link

_HALF_PI = np.pi / 2
_TOOL_Z = 0.145  # m from the flange to between the pads

_ANATOMY = Anatomy(
    foot=(((0, 0, 0.0), (0, 0, 0.05), 0.075),),
    links=(
        Link(3.761, (0, -0.00193, -0.02561), (0.007002, 0.006573, 0.006481, 1.1e-5, 1e-6, -0.0005),
             (((0, 0, -0.05), (0, 0, 0), 0.06), ((0, 0, 0), (0, -0.07, 0), 0.06))),
        Link(8.058, (-0.2125, 0, 0.11336), (0.015059, 0.333881, 0.332472, -5.4e-5, 6e-6, -2e-6),
             (((0, 0, 0.10), (0, 0, 0.15), 0.058), ((0, 0, 0.138), (-0.425, 0, 0.138), 0.05))),
        Link(2.846, (-0.2422, 0, 0.0265), (0.003996, 0.078793, 0.078485, -1.4e-5, 0.001373, -7e-6),
             (((0, 0, 0.007), (0, 0, 0.10), 0.05), ((0, 0, 0.007), (-0.3922, 0, 0.007), 0.042))),
        Link(1.37, (0, -0.01634, -0.0018), (0.001655, 0.001263, 0.00136, 4e-6, -3e-6, -0.000102),
             (((0, 0, -0.08), (0, 0, 0.02), 0.038),)),
        Link(1.3, (0, 0.01634, -0.0018), (0.001356, 0.000966, 0.001278, 4e-6, 3e-6, 5e-5),
             (((0, 0, -0.06), (0, 0, 0.02), 0.038),)),
        Link(0.365, (0, 0, -0.001159), (0.000187, 0.000189, 0.000258, 0.0, 0.0, -1e-6),
             (((0, 0, -0.06), (0, 0, -0.03), 0.036),)),
    ),
    stiffness=np.array([4500.0, 4500.0, 3500.0, 1500.0, 1500.0, 1500.0]),
    hand=Hand(
        mass=0.865, com=(0, 0, 0.05), inertia=(0.0012, 0.0011, 0.0006),
        box=(0.032, 0.065, 0.042), finger_mass=0.03, finger_top=0.08, force=30.0,
    ),
)  # fmt: skip
_CAPSULES = CapsuleModel(
    [
        Capsule(frame, np.array(start), np.array(end), radius, name)
        for name, frame, start, end, radius in (
            ("base", -1, (0, 0, 0), (0, 0, 0.05), 0.085),
            ("shoulder", 0, (0, 0, -0.05), (0, 0, 0), 0.07),
            ("upper arm", 1, (-0.06, 0, 0.138), (-0.425, 0, 0.138), 0.06),
            ("forearm", 2, (-0.06, 0, 0.007), (-0.3922, 0, 0.007), 0.052),
            ("wrist 1", 3, (0, 0, -0.08), (0, 0, 0.02), 0.048),
            ("wrist 2", 4, (0, 0, -0.06), (0, 0, 0.02), 0.048),
            ("flange", 5, (0, 0, -0.06), (0, 0, 0), 0.045),
            ("hand", 5, (0, 0.06, 0.05), (0, -0.06, 0.05), 0.045),
            ("fingers", 5, (0, 0, 0.09), (0, 0, 0.14), 0.03),
        )
    ]
)

UR5E = RobotSpec(
    name="ur5e",
    joint_names=(
        "shoulder_pan_joint", "shoulder_lift_joint", "elbow_joint", "wrist_1_joint",
        "wrist_2_joint", "wrist_3_joint",
    ),
    dh=np.array(
        [
            [0, 0.1625, 0],
            [0, 0, _HALF_PI],
            [-0.425, 0, 0],
            [-0.3922, 0.1333, 0],
            [0, 0.0997, _HALF_PI],
            [0, 0.0996, -_HALF_PI],
        ]
    ),
    base=np.diag([-1.0, -1.0, 1.0, 1.0]),
    flange_to_hand=np.eye(4),
    hand_to_tool=np.array([[1.0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, _TOOL_Z], [0, 0, 0, 1]]),
    position_lower=np.array([-2, -2, -1, -2, -2, -2]) * np.pi,
    position_upper=np.array([2, 2, 1, 2, 2, 2]) * np.pi,
    velocity=np.full(6, np.pi),
    acceleration=np.full(6, 10.0),
    jerk=np.full(6, 5000.0),
    effort=np.array([150.0, 150.0, 150.0, 28.0, 28.0, 28.0]),
    gripper_open=0.085,
    gripper_speed=0.15,
    home=np.array([-0.3230, -1.7841, 1.9202, -1.7069, -1.5708, -1.8937]),
    cameras={
        "fixed": CameraSpec(
            "base", np.array([1.0, 0.0, 0.92]), np.array([0, 1, 0, -0.839, 0, 0.545]), 36.0, 192
        ),
        # where the FR3's hangs, as seen from the tool
        "wrist": CameraSpec(
            "hand", np.array([0.075, 0.0, 0.0716]), np.array([0, 1, 0, 0.91, 0, 0.41]), 70.0, 128
        ),
    },
    source="Universal Robots support articles and user manual; Robotiq 2F-85 manual",
    anatomy=_ANATOMY,
    capsules=_CAPSULES,
    chosen=("acceleration", "jerk", "home", "cameras", "hand_to_tool", "anatomy.hand"),
)  # fmt: skip
