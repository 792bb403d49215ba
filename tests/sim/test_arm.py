"""Every MJCF arm is the arm of its RobotSpec."""

import dataclasses

import mujoco
import numpy as np
import pytest

from body import RobotMismatchError, RobotSpec
from body.geometry.kinematics import Kinematics
from body.robots.registry import ROBOTS
from sim.robots import add_arm
from sim.robots.graft import PREFIX


def compiled(robot: RobotSpec) -> mujoco.MjModel:
    spec = mujoco.MjSpec()
    spec.compiler.degree = False
    spec.compiler.balanceinertia = True
    add_arm(spec, robot)
    return spec.compile()


@pytest.fixture(scope="module", params=ROBOTS.values(), ids=list(ROBOTS))
def arm(request) -> tuple[RobotSpec, mujoco.MjModel]:
    return request.param, compiled(request.param)


def postures(robot: RobotSpec, count: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.uniform(robot.position_lower, robot.position_upper, (count, robot.joints))


def test_forward_kinematics_agree(arm):
    robot, model = arm
    data = mujoco.MjData(model)
    for q in postures(robot, 60):
        data.qpos[: robot.joints] = q
        mujoco.mj_forward(model, data)
        want = Kinematics(robot).forward(q)
        assert np.abs(data.site("tool").xpos - want[:3, 3]).max() < 1e-6
        assert np.abs(data.site("tool").xmat.reshape(3, 3) - want[:3, :3]).max() < 1e-6


def test_an_offset_and_a_base_elsewhere_are_in_both(arm):
    robot, _ = arm
    base = np.eye(4)
    base[:3, :3], base[:3, 3] = [[0, -1, 0], [1, 0, 0], [0, 0, 1]], (0.3, 0.1, 0.2)
    moved = dataclasses.replace(robot, base=base, offset=np.linspace(-1.0, 1.0, robot.joints))
    assert moved.fingerprint != robot.fingerprint
    test_forward_kinematics_agree((moved, compiled(moved)))


def test_limits_and_cameras_are_those_of_the_spec(arm):
    robot, model = arm
    for index, name in enumerate(robot.joint_names):
        assert model.joint(PREFIX + name).range == pytest.approx(
            [robot.position_lower[index], robot.position_upper[index]]
        )
        assert model.actuator(PREFIX + name).forcerange[1] == robot.effort[index]
    for name, camera in robot.cameras.items():
        assert model.camera(name).fovy[0] == pytest.approx(camera.fovy)
        assert model.camera(name).pos == pytest.approx(camera.position)


def test_masses_are_those_of_the_anatomy(arm):
    robot, model = arm
    for index, link in enumerate(robot.anatomy.links):
        assert model.body(f"link{index + 1}").mass[0] == pytest.approx(link.mass)
    assert model.body("hand").mass[0] == pytest.approx(robot.anatomy.hand.mass)


def test_robot_geoms_do_not_collide_with_each_other(arm):
    robot, model = arm
    data = mujoco.MjData(model)
    for q in postures(robot, 20):
        data.qpos[: robot.joints] = q
        mujoco.mj_forward(model, data)
        assert data.ncon == 0


def test_a_robot_without_anatomy_is_refused_by_name(arm):
    robot, _ = arm
    with pytest.raises(RobotMismatchError, match=f"{robot.name} cannot be simulated.*anatomy"):
        compiled(dataclasses.replace(robot, anatomy=None))
