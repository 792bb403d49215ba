"""Stills carry images and what is in them."""

import numpy as np

from sim.stills import LABEL, stills
from sim.worlds.objects import COLOURS, KINDS
from sim.worlds.scene import HELD_OUT_PAIRS


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
            assert (COLOURS[int(row[1])], KINDS[int(row[0])]) not in HELD_OUT_PAIRS
    again = stills(world, 3, frames=4).columns
    assert all((again[name] == column).all() for name, column in columns.items())
