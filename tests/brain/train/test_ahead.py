import os
import signal
import time
from itertools import islice

import numpy as np
import pytest
import torch

from brain.train.ahead import ahead, generator, names_lost_drawers
from episodes.crew import LostProcessError


def draw(rng):
    return {"rows": rng.integers(0, 1000, 5)}


@pytest.mark.parametrize("first", [0, 7])
def test_batches_are_those_of_their_steps_whoever_draws_them(first):
    alone = list(islice(ahead(draw, 3, first, workers=0), 6))
    several = list(islice(ahead(draw, 3, first, workers=2), 6))
    expected = [draw(generator(3, step, 0)) for step in range(first, first + 6)]
    for batches in (alone, several):
        for batch, wanted in zip(batches, expected, strict=True):
            assert isinstance(batch["rows"], np.ndarray)
            np.testing.assert_array_equal(batch["rows"], wanted["rows"])


def fatal(rng):
    if torch.utils.data.get_worker_info().id == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return 0


def test_the_death_of_a_process_that_draws_is_named_with_a_remedy():
    @names_lost_drawers
    def train():
        for _ in ahead(fatal, 0, 0, workers=2):
            time.sleep(0.01)

    with pytest.raises(
        LostProcessError, match=r"draws batches ended: DataLoader worker .pid.*last checkpoint"
    ):
        train()


def test_what_is_drawn_and_what_is_added_to_it_are_independent():
    assert not np.array_equal(generator(0, 5, 0).random(4), generator(0, 5, 1).random(4))
