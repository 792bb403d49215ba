"""The columns of Pontine's tabletop recordings (plans, scenes and labels beside the senses)."""

from body import RobotSpec
from body.robots.fr3 import FR3
from episodes.features import Feature, image

FPS = 10
ROBOT = FR3.name

FIXED = "observation.images.fixed"
WRIST = "observation.images.wrist"

_STEP = ("dx", "dy", "dz", "dyaw")


def tabletop(robot: RobotSpec) -> dict[str, Feature]:
    """What each frame of a recording of `robot` holds; it has cameras "fixed" and "wrist"."""
    names, count = tuple(robot.joint_names), robot.joints
    if robot is FR3:  # as they have been called from the first recording on
        names = tuple(f"joint_{i}" for i in range(1, 8))
    return {
        FIXED: image(*[robot.cameras["fixed"].pixels] * 2),
        WRIST: image(*[robot.cameras["wrist"].pixels] * 2),
        # rad, rad/s, m, N and Nm
        "observation.state": Feature(
            "float32",
            (2 * count + 7,),
            (*names, *(f"{name}_velocity" for name in names), "gripper_width",
             "fx", "fy", "fz", "tx", "ty", "tz"),
        ),
        # commanded tool pose in the base frame (m, rad), its last increment, commanded gripper
        "observation.command": Feature(
            "float32", (9,), ("x", "y", "z", "yaw", *_STEP, "closed")
        ),
        "action": Feature("float32", (count + 1,), (*names, "gripper_width")),
        # the true keyframe, and the increments of the expert's law unrolled towards it
        "plan.waypoint": Feature(
            "float32", (6,), ("x", "y", "z", "yaw", "closed", "time_to_go")
        ),
        "plan.chunk": Feature("float32", (16, 5)),
        "plan.step": Feature("int64", (1,)),  # episodes.vocabulary.Step
        "plan.previous_step": Feature("int64", (1,)),  # -1: none
        "plan.report": Feature("int64", (1,)),  # body.Report that led to this step
        # kind (-1: padding), colour, x, y, z, yaw, width (of a fixture: moved by), u, v, in_hand
        "scene.objects": Feature("float32", (6, 10)),
        # object rows, -1: none; which of several places or ways
        "scene.goal": Feature("int64", (3,), ("target", "destination", "slot")),
        "task_label": Feature("int64", (1,)),
    }  # fmt: skip


TABLETOP: dict[str, Feature] = tabletop(FR3)
