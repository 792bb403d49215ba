"""What a brain is told of turning the hand is what the tasks ask of it."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from brain.train.turns import PERIODS, fitting, turn_embedding
from episodes.vocabulary import KINDS
from sim.tasks.base import grasp_yaw

ANGLES = st.floats(-7, 7)


@given(kind=st.sampled_from(sorted(PERIODS)), yaw=ANGLES, hand=ANGLES)
def test_it_is_how_the_tasks_grasp(kind, yaw, hand):
    row = np.zeros(10)
    row[0], row[5] = KINDS.index(kind), yaw
    off = grasp_yaw(row, hand) - fitting(KINDS.index(kind), yaw, hand)
    period = PERIODS[kind]  # just between two ways, either is right
    assert abs((off + period / 2) % period - period / 2) < 1e-6


def test_a_round_thing_fits_any_way():
    assert fitting(KINDS.index("ball"), 1.0, 0.3) is None
    table = torch.randn(48, 12)
    assert not turn_embedding(table, torch.tensor([KINDS.index("ball")]), torch.tensor([1.0])).any()


@given(kind=st.sampled_from(sorted(PERIODS)), yaw=ANGLES, turns=st.integers(-3, 3))
def test_the_embedding_is_that_of_every_way_that_fits(kind, yaw, turns):
    table = torch.randn(48, 12, generator=torch.Generator().manual_seed(0))
    number = torch.tensor([KINDS.index(kind)] * 2)
    one, other = turn_embedding(table, number, torch.tensor([yaw, yaw + turns * PERIODS[kind]]))
    assert torch.allclose(one, other, atol=1e-3)


def test_in_the_middle_of_a_bin_it_is_that_bins():
    table = torch.randn(48, 12)
    yaw = torch.tensor([(10.5 / 48 - 0.5) * np.pi])
    drawer, cube = (torch.tensor([KINDS.index(name)]) for name in ("drawer", "cube"))
    assert torch.allclose(turn_embedding(table, drawer, yaw)[0], table[10], atol=1e-4)
    both = (table[10] + table[34]) / 2**0.5
    assert turn_embedding(table, cube, yaw)[0].numpy() == pytest.approx(both.numpy(), abs=1e-4)
