"""Dense labels of named points: what the read-outs are told, and how they are judged."""

import numpy as np
import torch

from brain.atomic import LOCATIONS
from brain.tokenizer import Vocabulary, train_tokenizer
from brain.train.point_labels import FIELDS, METRES, PointHeads, PointLabels
from brain.train.token_targets import between
from brain.vision_encoder import STEM_STRIDE

SIZE, CELLS = 64, 8
ROLES = ("hand", "object", "goal")
RANGES = ((-0.5, 0.5), (0.3, 1.0), (0.0, 0.5))


def labels() -> PointLabels:
    points = np.full((2, 3, 5), np.nan, np.float32)
    points[0, 0] = (0.1, 0.6, 0.2, 22.0, 27.0)
    points[0, 1] = (0.0, 0.5, 0.0, 20.0, 29.0)  # in the hand's own cell
    points[1, 2] = (-0.2, 0.9, 0.4, 60.0, 5.0)
    points[1, 0] = (0.4, 0.4, 0.1, 90.0, 10.0)  # outside of the picture
    return PointLabels(points, np.array([0, 1]), 2, SIZE, ROLES, RANGES)


def perfect(own: PointLabels, rows: np.ndarray) -> dict[str, torch.Tensor]:
    """Read-outs that say exactly what is true."""
    here, offset, place = own._near(rows)
    middle = torch.tensor([sum(span) / 2 for span in RANGES])
    return {
        "heat": torch.where(here, 20.0, -20.0) - offset.norm(dim=-1),
        "regress": torch.cat([offset, (place - middle) / METRES], -1),
        "cells": torch.zeros(*here.shape[:3], 4),
        "bins_weight": torch.zeros(3, 3, LOCATIONS, 4),
        "bins_bias": torch.zeros(3, 3, LOCATIONS),
        "kind": torch.nn.functional.one_hot(torch.from_numpy(own.kind[rows]), 2)[
            :, None, None
        ].expand(-1, CELLS, CELLS, -1)
        * 40.0,
    }


def test_heads_have_read_outs_of_their_own_for_every_role() -> None:
    out = PointHeads(6, 3, 2)(torch.randn(2, 6, CELLS, CELLS))
    assert out["heat"].shape == (2, CELLS, CELLS, 3)
    assert out["regress"].shape == (2, CELLS, CELLS, 3, FIELDS)
    here = torch.zeros(2, CELLS, CELLS, 3, dtype=torch.bool)
    here[0, 1, 2, 1] = here[1, 3, 3, 0] = True
    bins = labels()._bins(out, here)
    assert bins.shape == (2, 3, LOCATIONS)
    wanted = out["bins_weight"][1] @ out["cells"][0, 1, 2] + out["bins_bias"][1]
    torch.testing.assert_close(bins[0], wanted)


def test_two_points_of_a_cell_are_both_told() -> None:
    here, _, place = labels()._near(np.array([0]))
    row, column = int(27 // STEM_STRIDE), int(22 // STEM_STRIDE)
    assert here[0, row, column].tolist() == [True, True, False]
    torch.testing.assert_close(place[0, row, column, 0], torch.tensor([0.1, 0.6, 0.2]))
    torch.testing.assert_close(place[0, row, column, 1], torch.tensor([0.0, 0.5, 0.0]))


def test_what_is_not_there_or_not_in_the_picture_is_not_asked_for() -> None:
    here, _, _ = labels()._near(np.array([1]))
    assert not here[..., 0].any() and not here[..., 1].any() and here[..., 2].any()


def test_the_truth_costs_least_and_is_judged_faultless() -> None:
    own, rows = labels(), np.array([0, 1])
    best = perfect(own, rows)
    figures = own.figures(best, rows)
    assert figures["hand_median_mm"] < 1e-3 and figures["goal_90_mm"] < 1e-3
    value, parts = own.loss(best, rows)
    assert torch.isfinite(value) and parts["regress"] < 1e-6 and parts["heat"] < 1e-3
    moved = {**best, "regress": best["regress"] + 0.5}
    assert own.loss(moved, rows)[0] > value
    assert own.figures(moved, rows)["hand_median_mm"] > 100


def test_an_image_token_says_role_and_place() -> None:
    vocabulary = Vocabulary(train_tokenizer([" ".join(ROLES)]))
    table = torch.randn(len(vocabulary), 24)
    targets, near = labels().token_targets(np.array([0, 1]), table, vocabulary, 4)
    assert targets.shape == (2, 16, 24) and near.shape == (2, 16)
    assert near[0, 1 * 4 + 1] and not near[1, 15]
    nothing = targets[1, 15] / targets[1, 15].norm()
    torch.testing.assert_close(nothing, table[vocabulary.image] / table[vocabulary.image].norm())
    said = table[int(vocabulary.encode("hand")[0])]
    places = table[vocabulary.locations]
    for axis, (value, span) in enumerate(zip((0.1, 0.6, 0.2), RANGES, strict=True)):
        said = said + between(places, torch.tensor(value), *span).roll(axis * 8, -1)
    torch.testing.assert_close(targets[0, 5], said)  # its middle is (24, 24)
