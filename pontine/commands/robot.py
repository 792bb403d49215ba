"""`pontine robot`: what an arm's file says, where it reaches, whether the expert works with it."""

from dataclasses import dataclass

import numpy as np
import tyro

from body import RobotSpec
from body.geometry.kinematics import Kinematics
from body.robots.anatomy import ModelFile
from body.robots.reach import SCENE_X, SCENE_Y
from body.robots.reachable import home_fault, survey, unreached
from body.robots.registry import robot
from body.setting import CountOrNone, Robot, Seed
from episodes.splits import TEST
from pontine.suites.tabletop.demonstration import demonstrate
from sim.expert import Expert
from sim.inverse import MinkInverse
from sim.tasks import BASIC, sample_episode
from sim.worlds import Actuator, World

TEST_SEED = TEST.start
MOVING, SETTLING = 20, 10  # policy steps of 50 ms
ASIDE = (0.02, 0.02, -0.04)  # m from home
SLACK = 0.005  # m: a hand that hangs lower misses what it is to take hold of
WORKS = 0.5  # of the episodes


@dataclass(frozen=True)
class RobotConfig:
    """Read a robot's file, report what was found and where the arm reaches, and let the expert try.

    Exit status: 0 if the expert solves half of the episodes, 1 if it does not, 2 if the robot is
    refused; everything that is missing is then listed at once.

    Attributes:
        robot: name of the robot, or a Python file that describes one (docs/add-a-robot.md).
        episodes: the expert's episodes of each of the four basic tasks (0: none).
        seed: seed of the first episode.
    """

    robot: tyro.conf.Positional[Robot]
    episodes: CountOrNone = 2
    seed: Seed = TEST_SEED


def check_robot(config: RobotConfig) -> int:
    """Print it all; returns the exit status."""
    spec = robot(config.robot)
    for name, found in (*_figures(spec), *_reach(spec)):
        print(f"{name:<9} {found}", flush=True)
    if spec.anatomy is None:
        print(f"{'expert':<9} none: it has no anatomy to simulate")
        return 0
    with World(spec) as world:
        print(f"{'servos':<9} {_servos(world)}", flush=True)
        solved, tried = _expert(world, config)
    return int(solved < WORKS * tried)


def _figures(spec: RobotSpec) -> list[tuple[str, str]]:
    lines = [("robot", f"{spec.name}, {spec.joints} joints, {spec.source}")]
    gains = spec.anatomy.gains if isinstance(spec.anatomy, ModelFile) else None
    for i, name in enumerate(spec.joint_names):
        servo = "" if gains is None else f", servo {gains[i][0]:.0f} Nm/rad {gains[i][1]:.0f} Nm s"
        lines.append((
            "joint" if i == 0 else "",
            f"{name}: {spec.position_lower[i]:.2f} to {spec.position_upper[i]:.2f} rad, "
            f"{spec.velocity[i]:.2f} rad/s, {spec.acceleration[i]:.0f} rad/s2, "
            f"{spec.jerk[i]:.0f} rad/s3, {spec.effort[i]:.0f} Nm{servo}",
        ))  # fmt: skip
    lines.append((
        "hand",
        f"opens {spec.gripper_open * 1e3:.0f} mm at {spec.gripper_speed * 1e3:.0f} mm/s, "
        f"tool {spec.hand_to_tool[2, 3] * 1e3:.0f} mm from the flange",
    ))  # fmt: skip
    if isinstance(spec.anatomy, ModelFile):
        lines += [("note", note) for note in spec.anatomy.notes]
    return lines


def _reach(spec: RobotSpec) -> list[tuple[str, str]]:
    pose = Kinematics(spec).tool_pose(spec.home)
    fault = home_fault(spec)
    where = f"tool at x {pose[0]:.2f}, y {pose[1]:.2f}, z {pose[2]:.2f} m, straight down"
    reach, found = spec.reach, survey(spec)
    asked = "all over the table"
    if reach is not None:
        asked = (
            f"{reach.near} to {reach.far} m from {reach.centre}, {reach.turn} rad to either side"
        )
    lost = unreached(spec)
    lines = [
        ("home", fault or where),
        ("things", f"stand {asked}{': not reached at ' + ', '.join(lost) if lost else ''}"),
        ("reach", f"{found.mean():.0%} of x {SCENE_X[0]} to {SCENE_X[1]} (rows, the foot above), "
                  f"y {SCENE_Y[1]} to {SCENE_Y[0]} m:"),
    ]  # fmt: skip
    lines += [("", " ".join("#" if ok else "." for ok in row[::-1])) for row in found]
    return lines


def _servos(world: World) -> str:
    """How far the hand is from where it was told to go, half a second later, in words."""
    spec = world.robot
    world.reset(sample_episode("reach", TEST_SEED, reach=spec.reach).scene)
    driver, inverse = Actuator(world), MinkInverse(spec)
    start = world.kinematics.tool_pose(spec.home)
    for step in range(MOVING + SETTLING):
        pose = start + min(1.0, (step + 1) / MOVING) * np.array([*ASIDE, 0.0])
        driver.policy_step(inverse.solve(pose), spec.gripper_open)
    off = float(np.linalg.norm(world.tool_pose()[:3] - pose[:3]))
    advice = f"; more than {SLACK * 1e3:.0f} mm is too much: give stiffness=" if off > SLACK else ""
    return f"bring the hand within {off * 1e3:.1f} mm of where it is told to go{advice}"


def _expert(world: World, config: RobotConfig) -> tuple[int, int]:
    expert, reach = Expert(world), world.robot.reach
    solved, beyond = 0, 0
    for task in BASIC:
        here = 0
        for seed in range(config.seed, config.seed + config.episodes):
            record = demonstrate(expert, sample_episode(task, seed, reach=reach), audit=True)
            here += bool(record.success)
            beyond += record.violations
        if config.episodes:
            print(f"{'expert':<9} {task}: {here} of {config.episodes}", flush=True)
        solved += here
    if beyond:
        print(f"{'limits':<9} {beyond} commands left the limiter against them")
    return solved, len(BASIC) * config.episodes
