"""Stills carry images and what is in them."""

import numpy as np

from episodes.splits import HELD_OUT_FIXTURES, HELD_OUT_PAIRS
from episodes.vocabulary import COLOURS, CONTAINERS, FIXTURES, GRASPABLE, KINDS, STILLS
from sim.stills import stills
from sim.worlds.look import look


def test_stills(world):
    record = stills(world, 3, frames=4)
    columns = record.columns
    assert columns["observation.images.fixed"].shape == (4, 192, 192, 3)
    assert (columns["task_label"] == STILLS).all()
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


def test_some_are_seen_by_a_knocked_camera_and_none_that_are_given_a_look(world):
    def shifts(given):
        found = []
        for seed in range(24):
            stills(world, seed, frames=1, cameras=("wrist",), size=16, given=given)
            found.append(world.scene.camera_shift)
        return found

    assert 3 <= sum(any(shift) for shift in shifts(None)) <= 12
    assert set(shifts(look(5))) == {look(5).camera_shift}


def test_half_of_them_have_fixtures(world):
    rows = [
        stills(world, seed, frames=2, cameras=()).columns["scene.objects"] for seed in range(20)
    ]
    kinds = [[KINDS[int(k)] for k in scene[:, 0] if k >= 0] for two in rows for scene in two]
    share = np.mean([any(kind in FIXTURES for kind in scene) for scene in kinds])
    assert 0.25 < share < 0.75 and {k for scene in kinds for k in scene} == set(KINDS)


def test_drawers_stand_out_by_anything(world):
    moved = []
    for seed in range(30):
        rows = stills(world, seed, cameras=()).columns["scene.objects"].reshape(-1, 10)
        moved += rows[rows[:, 0] == KINDS.index("drawer"), 6].tolist()
    shares = np.histogram(moved, [-1e-6, 0.006, 0.055, 0.0701])[0] / len(moved)
    assert len(moved) > 20 and (shares > 0.15).all(), shares


def test_things_lie_in_containers_as_sorting_leaves_them(world):
    together = []
    for seed in range(30):
        for scene in stills(world, seed, frames=2, cameras=()).columns["scene.objects"]:
            names = [KINDS[int(kind)] if kind >= 0 else "" for kind in scene[:, 0]]
            for row, name in zip(scene, names, strict=True):
                if name in CONTAINERS:
                    inside = [
                        other for other, kind in zip(scene, names, strict=True)
                        if kind in GRASPABLE and other[9] < 0.5
                        and np.hypot(*(other[2:4] - row[2:4])) < 0.07
                    ]  # fmt: skip
                    together.append(len(inside))
                    assert all(abs(other[4] - row[4]) < 0.06 for other in inside)
    assert {0, 1, 2} <= set(together) and 0.2 < np.mean(np.array(together) > 0) < 0.5
