"""The MJCF arm is the arm of body.FR3."""

import mujoco
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from body.fr3 import FR3
from body.kinematics import Kinematics
from sim.robots import add_fr3
from sim.robots.fr3_mjcf import LINKS

KINEMATICS = Kinematics(FR3)


@pytest.fixture(scope="module")
def model() -> mujoco.MjModel:
    spec = mujoco.MjSpec()
    spec.compiler.degree = False
    spec.compiler.balanceinertia = True
    add_fr3(spec, FR3)
    return spec.compile()


@settings(max_examples=60)
@given(part=st.lists(st.floats(0, 1), min_size=7, max_size=7))
def test_forward_kinematics_agree(model, part):
    q = FR3.position_lower + np.array(part) * (FR3.position_upper - FR3.position_lower)
    data = mujoco.MjData(model)
    data.qpos[:7] = q
    mujoco.mj_forward(model, data)
    want = KINEMATICS.forward(q)
    assert np.abs(data.site("tool").xpos - want[:3, 3]).max() < 1e-6
    assert np.abs(data.site("tool").xmat.reshape(3, 3) - want[:3, :3]).max() < 1e-6


def test_limits_and_cameras_are_those_of_the_spec(model):
    for index, name in enumerate(FR3.joint_names):
        assert model.joint(name).range == pytest.approx(
            [FR3.position_lower[index], FR3.position_upper[index]]
        )
        assert model.actuator(name).forcerange[1] == FR3.effort[index]
    for name, camera in FR3.cameras.items():
        assert model.camera(name).fovy[0] == pytest.approx(camera.fovy)
        assert model.camera(name).pos == pytest.approx(camera.position)


def test_masses_are_the_published_ones(model):
    for index, link in enumerate(LINKS):
        assert model.body(f"link{index + 1}").mass[0] == pytest.approx(link.mass)
    assert model.body("hand").mass[0] == pytest.approx(0.73)


def test_robot_geoms_do_not_collide_with_each_other(model):
    data = mujoco.MjData(model)
    rng = np.random.default_rng(0)
    for _ in range(20):
        data.qpos[:7] = rng.uniform(FR3.position_lower, FR3.position_upper)
        mujoco.mj_forward(model, data)
        assert data.ncon == 0
