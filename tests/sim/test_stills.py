"""Stills carry images and what is in them."""

import numpy as np

from sim.stills import LABEL, stills
from sim.worlds.fixtures import FIXTURES
from sim.worlds.objects import COLOURS, KINDS
from sim.worlds.scene import HELD_OUT_FIXTURES, HELD_OUT_PAIRS


def test_stills(world):
    record = stills(world, 3, frames=4)
    columns = record.columns
    assert columns["observation.images.fixed"].shape == (4, 192, 192, 3)
    assert (columns["task_label"] == LABEL).all()
    assert (columns["plan.chunk"] == 0).all() and (columns["plan.waypoint"] == 0).all()
    scenes = columns["scene.objects"]
    assert not np.array_equal(scenes[0], scenes[1])
    for row in scenes.reshape(-1, 10):
        if row[0] >= 0:
            assert (
                COLOURS[int(row[1])],
                KINDS[int(row[0])],
            ) not in HELD_OUT_PAIRS + HELD_OUT_FIXTURES
    again = stills(world, 3, frames=4).columns
    assert all((again[name] == column).all() for name, column in columns.items())


def test_half_of_them_have_fixtures(world):
    rows = [
        stills(world, seed, frames=2, cameras=()).columns["scene.objects"] for seed in range(20)
    ]
    kinds = [[KINDS[int(k)] for k in scene[:, 0] if k >= 0] for two in rows for scene in two]
    share = np.mean([any(kind in FIXTURES for kind in scene) for scene in kinds])
    assert 0.25 < share < 0.75 and {k for scene in kinds for k in scene} == set(KINDS)
