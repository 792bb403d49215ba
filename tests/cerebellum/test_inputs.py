import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cerebellum import inputs
from cerebellum.statistics import FORCE_SCALE, Statistics

STATISTICS = Statistics(np.zeros(7), np.ones(7), np.ones(7), FORCE_SCALE)


def test_token_features_follow_their_definition():
    waypoint = np.array([[0.5, 0.1, 0.2, 0.4, 1.0, 0.8]])
    command = np.array([[0.45, 0.1, 0.21, 0.1]])
    out = inputs.token_features(waypoint, np.array([0.3]), np.array([False]), command)
    wanted = [
        0.5,
        0,
        -0.1,
        np.tanh(2.5),
        0,
        np.tanh(-0.5),
        np.sin(0.6),
        np.cos(0.6),
        1,
        0.5,
        0.3,
        0,
    ]
    assert out.shape == (1, inputs.TOKEN_SIZE)
    assert np.allclose(out[0], wanted, atol=1e-6)
    null = inputs.token_features(waypoint, np.array([0.3]), np.array([True]), command)
    assert null[0, :11].tolist() == [0.0] * 11 and null[0, 11] == 1


def test_a_half_turn_of_the_command_is_not_seen():
    rng = np.random.default_rng(0)
    command = rng.normal(size=(5, 4))
    turned = np.add(command, [0, 0, 0, np.pi])
    waypoint = rng.normal(size=(5, 6))
    none = np.zeros(5)
    a = inputs.token_features(waypoint, none, none.astype(bool), command)
    b = inputs.token_features(waypoint, none, none.astype(bool), turned)
    assert np.allclose(a, b, atol=1e-5)


def test_proprio_features_have_the_stated_size_and_bounds():
    rng = np.random.default_rng(0)
    pose, zero = rng.normal(size=(3, 4)), np.zeros((3, 4))
    joints = np.full((3, 7), 1e3)
    out = inputs.proprio_features(
        pose, pose, zero, np.ones(3), np.full(3, 0.08), joints, joints, STATISTICS
    )
    assert out.shape == (3, inputs.proprio_size(7)) and out.dtype == np.float32
    assert np.allclose(out[:, :4], 0, atol=1e-5) and np.allclose(out[:, 8:10], 1)
    assert out[:, -7:].max() == 5.0


def test_the_blob_lies_on_the_pixel_and_vanishes_when_there_is_none():
    images = np.full((3, 64, 64, 3), 255, np.uint8)
    pixel = np.array([[10.5, 40.5, 0.3], [10.5, 40.5, 0.3], [10.5, 40.5, -0.3]])
    out = inputs.wrist_images(images, pixel, np.array([False, True, False]))
    assert np.unravel_index(out[0, ..., 3].argmax(), (64, 64)) == (40, 10)
    assert out[0, 40, 10, 3] == pytest.approx(1.0)
    assert out[1:, ..., 3].max() == 0 and (out[..., :3] == 1.0).all()


def test_shrinking_averages_blocks():
    image = np.random.default_rng(0).integers(0, 256, (128, 128, 3), dtype=np.uint8)
    small = inputs.shrink(image)
    mean = image.reshape(64, 2, 64, 2, 3).mean(axis=(1, 3))
    assert small.shape == (64, 64, 3) and np.abs(small - mean).max() <= 0.5
    assert inputs.shrink(small) is small
    with pytest.raises(ValueError, match="multiple of 64"):
        inputs.shrink(np.zeros((100, 100, 3), np.uint8))


@given(st.lists(st.floats(-0.03, 0.03), min_size=4, max_size=4), st.booleans())
def test_actions_return_from_their_normal_form(move, closed):
    rows = np.array([[*move, float(closed)]])
    values = inputs.normalise_actions(rows, STATISTICS)
    assert np.allclose(inputs.physical_actions(values, STATISTICS), rows, atol=1e-6)


def test_statistics_survive_their_file(tmp_path):
    STATISTICS.save(tmp_path)
    assert Statistics.load(tmp_path).hash == STATISTICS.hash
