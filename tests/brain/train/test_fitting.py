"""A stage's functions as an objective of the training loop."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
import torch

from brain.train.fitting import fit_stage, generator
from episodes.replacing import replacing
from learning.errors import CheckpointError
from learning.run import Run
from learning.schedule import Schedule


@dataclass(frozen=True)
class Stage:
    schedule: Schedule = field(default_factory=lambda: Schedule(steps=4, seed=7))
    rows: int = 3


def train(folder, stage, seen=None):
    torch.manual_seed(0)
    module = torch.nn.Linear(2, 1)

    def loss(rows, rng):
        if seen is not None:
            seen.append((rows, rng.random()))
        return module(torch.ones(1, 2)).sum(), {"rows": float(len(rows))}

    return fit_stage(
        Run(folder, replacing), stage, module, module.parameters(),
        lambda rng: rng.integers(0, 100, stage.rows), loss, lambda: {"figure": 2.0},
    )  # fmt: skip


def test_a_step_has_random_numbers_of_its_own_for_drawing_and_for_what_is_added(tmp_path):
    seen: list = []
    assert train(tmp_path, Stage(), seen) == {"figure": 2.0}
    for step, (rows, added) in enumerate(seen):
        np.testing.assert_array_equal(rows, generator(7, step, 0).integers(0, 100, 3))
        assert added == generator(7, step, 1).random()
    assert len(seen) == 4
    assert not np.array_equal(generator(0, 5, 0).random(4), generator(0, 5, 1).random(4))


def test_a_stage_of_other_settings_is_not_gone_on_with(tmp_path):
    train(tmp_path, Stage())
    with pytest.raises(CheckpointError, match="other rows:"):
        train(tmp_path, replace(Stage(), rows=4))
