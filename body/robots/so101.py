"""SO-101 (five STS3215 servos) with the parallel gripper that Robonine published for it.

Sources: TheRobotStudio, SO-ARM100, Simulation/SO101/so101_new_calib.urdf (zero in the middle of
each range; axes turned into Craig's Denavit-Hartenberg figures, masses and inertia tensors into
those frames and rounded); Feetech STS3215 at 12 V (30 kg cm, 45 turns a minute, no load); Robonine,
SO-ARM100/101 Parallel Gripper (100.5 mm stroke, 60 mm/s, 0.2 kg).

It is a small arm: it stands on a plinth of 16 cm in the middle of the table, so that it can reach
straight down to the table and 20 cm up, and things are put where it reaches.
"""

import numpy as np

from body.contract.robot_spec import CameraSpec, RobotSpec
from body.geometry.capsule import Capsule, CapsuleModel
from body.robots.anatomy import Anatomy, Hand, Link
from body.robots.reach import Reach

_HALF_PI = np.pi / 2
_PLINTH = (0.28, 0.0, 0.158)  # m, where it stands
_PAN = (_PLINTH[0] + 0.0388353, 0.0, _PLINTH[2] + 0.1166)  # m, on the first axis, at the shoulder
_TOOL_Z = 0.1  # m from the last servo's horn to between the pads

_ANATOMY = Anatomy(
    foot=(
        ((_PAN[0] - 0.02, 0, 0.03), (_PAN[0] - 0.02, 0, _PLINTH[2]), 0.03),
        ((_PAN[0] - 0.02, 0, _PLINTH[2]), (_PAN[0], 0, _PLINTH[2] + 0.05), 0.03),
    ),
    links=(
        Link(0.1, (0.0308, 0, 0.0289), (83.8e-6, 81.0e-6, 24.0e-6, 0.1e-6, 1.2e-6, -0.2e-6),
             (((0, 0, 0.045), (0, 0, 0), 0.026), ((0.03, -0.022, 0), (0.03, 0.022, 0), 0.02))),
        Link(0.103, (0.0892, -0.0136, 0.0184), (37.7e-6, 150.4e-6, 142.5e-6, 7.5e-6, 0.0, 0.0),
             (((0, 0, 0.018), (0.116, 0, 0.018), 0.019),)),
        Link(0.104, (0.0981, 0.0005, 0.0183), (28.4e-6, 160.2e-6, 145.3e-6, 2.3e-6, -1.3e-6, 0.0),
             (((0, 0, 0.018), (0.135, 0, 0.018), 0.017),)),
        Link(0.079, (0.0001, 0.0386, 0.01), (36.8e-6, 25.4e-6, 21.0e-6, 0.0, 0.1e-6, -3.6e-6),
             (((0, 0, 0), (0, 0.045, 0), 0.018),)),
        Link(0.02, (0, 0, -0.005), (4e-6, 4e-6, 4e-6, 0.0, 0.0, 0.0),
             (((0, 0, 0), (0, 0, 0.01), 0.017),)),
    ),
    stiffness=np.array([60.0, 60.0, 60.0, 40.0, 40.0]),
    armature=0.028,
    hand=Hand(
        mass=0.17, com=(0, 0, 0.03), inertia=(1.5e-4, 6e-5, 1.5e-4),
        box=(0.022, 0.06, 0.026), finger_mass=0.015, finger_top=0.05, force=30.0,
    ),
)  # fmt: skip
_CAPSULES = CapsuleModel(
    [
        Capsule(frame, np.array(start), np.array(end), radius, name)
        for name, frame, start, end, radius in (
            ("base", -1, (_PAN[0] - 0.02, 0, 0.03), (_PAN[0] - 0.02, 0, _PLINTH[2]), 0.035),
            ("shoulder", 0, (0, 0, 0.045), (0, 0, 0), 0.03),
            ("upper arm", 1, (0.03, 0, 0.018), (0.116, 0, 0.018), 0.022),
            ("forearm", 2, (0.03, 0, 0.018), (0.135, 0, 0.018), 0.02),
            ("wrist", 3, (0, 0, 0), (0, 0.045, 0), 0.02),
            ("hand", 4, (0, 0.05, -0.025), (0, -0.05, -0.025), 0.025),
            ("fingers", 4, (0, 0, -0.06), (0, 0, -0.09), 0.02),
        )
    ]
)


def _base() -> np.ndarray:
    """The first axis points down, as its servo counts."""
    pose = np.diag([1.0, -1.0, -1.0, 1.0])
    pose[:3, 3] = _PAN
    return pose


SO101 = RobotSpec(
    name="so101",
    joint_names=("shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex", "wrist_roll"),
    dh=np.array(
        [
            [0, 0, 0],
            [0.030399, -0.018278, _HALF_PI],
            [0.116, 0, 0],
            [0.135, 0.0181, 0],
            [0, -0.0611, _HALF_PI],
        ]
    ),
    offset=np.array([0, -1.327009, 1.288481, -1.532268, 0]),
    base=_base(),
    flange_to_hand=np.diag([1.0, -1.0, -1.0, 1.0]),
    hand_to_tool=np.array([[1.0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, _TOOL_Z], [0, 0, 0, 1]]),
    position_lower=np.array([-1.91986, -1.74533, -1.69, -1.65806, -2.74385]),
    position_upper=np.array([1.91986, 1.74533, 1.69, 1.65806, 2.84121]),
    velocity=np.full(5, 4.71),
    acceleration=np.full(5, 20.0),
    jerk=np.full(5, 2000.0),
    effort=np.full(5, 2.94),
    gripper_open=0.1,
    gripper_speed=0.06,
    home=np.array([-0.001, -0.0817, 0.3293, 1.3232, -0.001]),
    cameras={
        "fixed": CameraSpec(
            "base", np.array([1.0, 0.0, 0.92]), np.array([0, 1, 0, -0.839, 0, 0.545]), 36.0, 192
        ),
        # where the FR3's hangs, as seen from the tool
        "wrist": CameraSpec(
            "hand", np.array([0.075, 0.0, 0.0266]), np.array([0, 1, 0, 0.91, 0, 0.41]), 70.0, 128
        ),
    },
    source="TheRobotStudio SO-ARM100; Feetech STS3215; Robonine parallel gripper",
    anatomy=_ANATOMY,
    capsules=_CAPSULES,
    reach=Reach(centre=_PAN[:2], near=0.12, far=0.25, turn=1.6),
    chosen=("acceleration", "jerk", "home", "cameras", "hand_to_tool", "base", "anatomy.stiffness"),
)  # fmt: skip
