"""What a policy of ours sees of P1's picture, and where things appear in it."""

import mujoco
import numpy as np
import pytest

from sim.suites.metaworld import P1, MetaWorld
from sim.suites.metaworld.environment import CAMERA
from sim.suites.metaworld.view import FOVY, SIZE, TURN, pixels, points, view

SEED = 800_000
pytest.importorskip("metaworld", reason="Meta-World is not installed: make metaworld")


@pytest.fixture(scope="module")
def world():
    with MetaWorld("reach-v3", P1, pictures=False, fast=True) as world:
        yield world


def test_the_camera_is_the_one_that_is_written_down(world) -> None:
    model, data = world._env.model, world._env.data
    number = mujoco.mj_name2id(model, int(mujoco.mjtObj.mjOBJ_CAMERA), CAMERA)
    np.testing.assert_allclose(data.cam_xmat[number].reshape(3, 3), TURN, atol=1e-6)
    np.testing.assert_allclose(data.cam_xpos[number], P1.camera)
    assert model.cam_fovy[number] == FOVY


def test_points_are_told_where_they_are_seen_from_the_first_picture_on(world) -> None:
    for episode in range(3):
        look = world.reset(episode, SEED)
        goal = points(look.full)[3]
        np.testing.assert_allclose(world._env.data.site("goal").xpos, goal, atol=1e-6)
        u, v = np.rint(pixels(goal[None])[0]).astype(int)
        seen = view(world.picture())[v, u].astype(int)
        assert seen[0] > 120 and seen[1:].max() < 60, "reach's goal is a red ball"


def test_the_truth_of_a_first_state_is_where_the_thing_stands() -> None:
    with MetaWorld("window-close-v3", P1, pictures=False, fast=True) as moved:
        moved.reset(0, SEED)
        told = moved.reset(1, SEED).full
        truth, after = moved.truth(), moved.step(np.zeros(4)).full
    assert np.linalg.norm(told[4:7] - after[4:7]) > 0.05, "Meta-World's own is of before"
    np.testing.assert_allclose(truth[4:7], after[4:7], atol=0.005)


def test_a_picture_is_averaged_and_one_of_another_protocol_refused() -> None:
    picture = np.random.default_rng(0).integers(0, 255, (480, 480, 3), dtype=np.uint8)
    small = view(picture)
    assert small.shape == (SIZE, SIZE, 3)
    corner = picture[80:82, 96:98].reshape(-1, 3).mean(0)
    assert np.abs(small[0, 0] - corner).max() <= 0.5
    with pytest.raises(ValueError, match="trained on protocol p1"):
        view(picture[:224, :224])
